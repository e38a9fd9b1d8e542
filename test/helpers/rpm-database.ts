/** Headers of rpm packages, and databases of NDB and Berkeley DB around them, made byte by byte. */
import { Buffer } from "node:buffer";
import { tags } from "../../src/ecosystems/rpm/header.ts";

export type HeaderValue = string | readonly string[] | readonly number[] | Uint8Array;

/** Texts, lists of texts, lists of 32-bit numbers and bytes, by tag. */
export function headerBlob(values: Readonly<Record<number, HeaderValue>>): Buffer {
  const entries: Buffer[] = [];
  const store: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of Object.entries(values)) {
    const { type, count, bytes } = encode(value);
    // Numbers stand at multiples of their size.
    const gap = type === 4 ? (4 - (offset % 4)) % 4 : 0;
    store.push(Buffer.alloc(gap), bytes);
    entries.push(words(Number(tag), type, offset + gap, count));
    offset += gap + bytes.length;
  }
  return Buffer.concat([words(entries.length, offset), ...entries, ...store]);
}

/** The header of a package with nothing but what it must have. */
export function packageBlob(name: string, more: Readonly<Record<number, HeaderValue>> = {}): Buffer {
  return headerBlob({
    [tags.name]: name,
    [tags.version]: "1.0",
    [tags.release]: "1",
    [tags.arch]: "x86_64",
    ...more,
  });
}

function encode(value: HeaderValue): { type: number; count: number; bytes: Buffer } {
  if (typeof value === "string") return { type: 6, count: 1, bytes: Buffer.from(`${value}\0`) };
  if (value instanceof Uint8Array) return { type: 7, count: value.length, bytes: Buffer.from(value) };
  if (value.every((one) => typeof one === "number")) {
    return { type: 4, count: value.length, bytes: words(...value) };
  }
  return { type: 8, count: value.length, bytes: Buffer.from(value.map((text) => `${text}\0`).join("")) };
}

function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, index * 4));
  return bytes;
}

/** A database in the manner of NDB: one page of slots, then the blobs. */
export function ndbOf(blobs: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write("RpmP", "latin1");
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) slots.write("Slot", at, "latin1");
  const parts: Buffer[] = [slots];
  let end = slots.length;
  blobs.forEach((blob, index) => {
    const blocks = Math.ceil((16 + blob.length + 12) / 16);
    const bytes = Buffer.alloc(blocks * 16);
    bytes.write("BlbS", "latin1");
    bytes.writeUInt32LE(index + 1, 4);
    bytes.writeUInt32LE(blob.length, 12);
    bytes.set(blob, 16);
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(end / 16, 32 + index * 16 + 8);
    slots.writeUInt32LE(blocks, 32 + index * 16 + 12);
    parts.push(bytes);
    end += bytes.length;
  });
  return Buffer.concat(parts);
}

const PAGE = 512;

/** A database in the manner of Berkeley DB's hash: blobs of up to 200 bytes stand on the page of keys, longer ones on their own. */
export function bdbOf(blobs: readonly Uint8Array[], order: "little" | "big" = "little"): Buffer {
  const pages: Buffer[] = [];
  const u16 = (page: Buffer, at: number, value: number) =>
    order === "little" ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const u32 = (page: Buffer, at: number, value: number) =>
    order === "little" ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const add = (type: number): Buffer => {
    const page = Buffer.alloc(PAGE);
    page[25] = type;
    u32(page, 8, pages.length);
    pages.push(page);
    return page;
  };
  const metadata = add(8);
  u32(metadata, 12, 0x061561);
  u32(metadata, 20, PAGE);
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(5);
    bytes[0] = 1;
    u32(bytes, 1, value);
    return bytes;
  };
  const pairs = [new Uint8Array(4), ...blobs].map((blob, index) => {
    if (blob.length <= 200) return [number(index), Buffer.concat([Buffer.of(1), blob])] as const;
    const item = Buffer.alloc(12);
    item[0] = 3;
    u32(item, 4, pages.length);
    u32(item, 8, blob.length);
    for (let at = 0; at < blob.length; at += PAGE - 26) {
      const page = add(7);
      const part = blob.subarray(at, at + PAGE - 26);
      page.set(part, 26);
      u16(page, 22, part.length);
      if (at + PAGE - 26 < blob.length) u32(page, 16, pages.length);
    }
    return [number(index), item] as const;
  });
  for (const [key, value] of pairs) {
    const page = add(13);
    u16(page, 20, 2);
    key.copy(page, PAGE - key.length);
    value.copy(page, PAGE - key.length - value.length);
    u16(page, 26, PAGE - key.length);
    u16(page, 28, PAGE - key.length - value.length);
  }
  return Buffer.concat(pages);
}
