/**
 * The few messages of containerd's interface that are asked and answered, in the wire form of Protocol Buffers
 * (https://github.com/containerd/containerd/tree/v1.6.20/api/services: images, content, namespaces). Fields that are not used are passed over.
 */
import { PbfReader, PbfWriter } from "pbf";

/** An image of the store: a name, and the index or manifest it stands for. */
export interface StoredImage {
  /** As stored: `docker.io/library/alpine:3.22`, but any text may be one. */
  readonly name: string;
  readonly mediaType: string;
  /** As stored; whoever uses it checks its form. */
  readonly digest: string;
  /** When this name was given, in seconds since 1970; 0 when it is not told. */
  readonly createdAt: number;
}

/** `GetImageRequest`, `InfoRequest`, and `ReadContentRequest` for the whole blob: a text in the first field. */
export function encodeText(text: string): Uint8Array {
  const writer = new PbfWriter();
  writer.writeStringField(1, text);
  return writer.finish();
}

/** `ListImagesRequest`, `ListNamespacesRequest` without filters. */
export const everything: Uint8Array = new Uint8Array(0);

/** `GetImageResponse`. Null when it holds none. @throws Error of the reader for bytes that are no such message */
export function decodeImage(bytes: Uint8Array): StoredImage | null {
  return decodeImages(bytes)[0] ?? null;
}

/** `ListImagesResponse`, and `GetImageResponse`, which has the same shape. @throws as `decodeImage` */
export function decodeImages(bytes: Uint8Array): readonly StoredImage[] {
  return fieldsOf(bytes, 1).map((image) => {
    const [target] = fieldsOf(image, 3);
    const [createdAt = new Uint8Array(0)] = fieldsOf(image, 7);
    return {
      name: textOf(image, 1),
      mediaType: target === undefined ? "" : textOf(target, 1),
      digest: target === undefined ? "" : textOf(target, 2),
      createdAt: numberOf(createdAt, 1) + numberOf(createdAt, 2) / 1e9,
    };
  });
}

/** `ListNamespacesResponse`: their names. @throws as `decodeImage` */
export function decodeNamespaces(bytes: Uint8Array): readonly string[] {
  return fieldsOf(bytes, 1).map((namespace) => textOf(namespace, 1));
}

/** `InfoResponse`: the size of the blob. @throws as `decodeImage` */
export function decodeBlobSize(bytes: Uint8Array): number {
  const [info = new Uint8Array(0)] = fieldsOf(bytes, 1);
  return numberOf(info, 2);
}

/** `ReadContentResponse`: the bytes of one piece. @throws as `decodeImage` */
export function decodePiece(bytes: Uint8Array): Uint8Array {
  return fieldsOf(bytes, 2)[0] ?? new Uint8Array(0);
}

/** Every value of a field of texts, bytes or messages. */
function fieldsOf(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { field, type, reader } of fieldsIn(bytes)) {
    if (field === wanted && type === LENGTH_DELIMITED) found.push(reader.readBytes());
  }
  return found;
}

/** Wire types. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

interface Field {
  readonly field: number;
  readonly type: number;
  /** Stands before the value, which is passed over when it is not read. */
  readonly reader: PbfReader;
}

/** @throws RangeError for a field that is longer than its message */
function* fieldsIn(bytes: Uint8Array): Generator<Field> {
  const reader = new PbfReader(bytes);
  while (reader.pos < bytes.byteLength) {
    const tag = reader.readVarint();
    const before = reader.pos;
    yield { field: tag >>> 3, type: tag & 7, reader };
    if (reader.pos === before) reader.skip(tag);
    if (!(reader.pos > before && reader.pos <= bytes.byteLength))
      throw new RangeError("A field is longer than its message.");
  }
}

/** 0 when the field is absent. */
function numberOf(bytes: Uint8Array, wanted: number): number {
  let number = 0;
  for (const { field, type, reader } of fieldsIn(bytes)) {
    if (field === wanted && type === VARINT) number = reader.readVarint(true);
  }
  return number;
}

function textOf(bytes: Uint8Array, field: number): string {
  const text = fieldsOf(bytes, field).at(-1);
  return text === undefined ? "" : new TextDecoder().decode(text);
}
