/**
 * The few messages of containerd's interface that are asked and answered, in the wire form of Protocol Buffers
 * (https://github.com/containerd/containerd/tree/v1.6.20/api/services: images, content, namespaces). Fields that are not used are passed over.
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** An image of the store: a name, and the index or manifest it stands for. */
export interface StoredImage {
  /** As stored: `docker.io/library/alpine:3.22`, but any text may be one. */
  readonly name: string;
  readonly mediaType: string;
  /** As stored; whoever uses it checks its form. */
  readonly digest: string;
}

/** `GetImageRequest`, `InfoRequest`: one text in the first field. */
export function encodeText(text: string): Uint8Array {
  return new BinaryWriter().tag(1, WireType.LengthDelimited).string(text).finish();
}

/** `ReadContentRequest` for the whole blob. */
export const encodeRead = encodeText;

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
    return {
      name: textOf(image, 1),
      mediaType: target === undefined ? "" : textOf(target, 1),
      digest: target === undefined ? "" : textOf(target, 2),
    };
  });
}

/** `ListNamespacesResponse`: their names. @throws as `decodeImage` */
export function decodeNamespaces(bytes: Uint8Array): readonly string[] {
  return fieldsOf(bytes, 1).map((namespace) => textOf(namespace, 1));
}

/** `InfoResponse`: the size of the blob. @throws as `decodeImage` */
export function decodeBlobSize(bytes: Uint8Array): number {
  const [info] = fieldsOf(bytes, 1);
  const reader = new BinaryReader(info ?? new Uint8Array(0));
  let size = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 2 && type === WireType.Varint) size = Number(reader.int64());
    else reader.skip(type, field);
  }
  return size;
}

/** `ReadContentResponse`: the bytes of one piece. @throws as `decodeImage` */
export function decodePiece(bytes: Uint8Array): Uint8Array {
  return fieldsOf(bytes, 2)[0] ?? new Uint8Array(0);
}

/** Every value of a field of texts, bytes or messages. */
function fieldsOf(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

function textOf(bytes: Uint8Array, field: number): string {
  const text = fieldsOf(bytes, field).at(-1);
  return text === undefined ? "" : new TextDecoder().decode(text);
}
