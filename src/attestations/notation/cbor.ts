/**
 * As much of CBOR (RFC 8949) as COSE needs: definite lengths, whole numbers, bytes, texts, lists, maps, two tags. Anything else is
 * refused, and so is a map that names a key twice.
 */
import { decode, encode, type DecodeOptions } from "cborg";
import { invalid } from "../json.ts";

export type Cbor =
  number | string | boolean | null | Uint8Array | readonly Cbor[] | ReadonlyMap<Cbor, Cbor> | CborTag;

export interface CborTag {
  readonly tag: number;
  readonly value: Cbor;
}

/** Of RFC 8949 and RFC 9052: an instant as a number, and a message that one signed. */
export const cborTag = { epochTime: 1, sign1: 18 } as const;

const options: DecodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: Object.fromEntries(
    Object.values(cborTag).map((tag) => [tag, (read): CborTag => ({ tag, value: read() as Cbor })]),
  ),
};

/** The one value that the bytes are. @throws PlimsollError DOCUMENT_INVALID */
export function readCbor(bytes: Uint8Array): Cbor {
  try {
    return decode(bytes, options) as Cbor;
  } catch {
    throw invalid("signature", "COSE in plain CBOR");
  }
}

/** In the shortest form. */
export function writeCbor(value: readonly (string | Uint8Array)[]): Uint8Array {
  return encode(value);
}
