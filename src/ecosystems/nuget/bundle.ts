/**
 * Programs of .NET published as a single file: the list of what the program consists of, which stands in other programs beside
 * it as `*.deps.json`, is one of the files behind the executable.
 * Source: https://github.com/dotnet/designs/blob/main/accepted/2020/single-file/design.md and `Microsoft.NET.HostModel/Bundle`.
 */
import { Buffer } from "node:buffer";
import type { FileHead, FileView, Json } from "../../domain/files.ts";
import { readExecutable, type Executable } from "../shared/executable.ts";
import { readDepsJson, type DepsJson } from "./deps-json.ts";

/** Plain JSON. `missing`: the bundle has no list; `unreadable`: in words why the list cannot be read. */
export type BundleFacts =
  | {
      readonly bundle: "listed";
      readonly packages: DepsJson["packages"];
      readonly complaints: DepsJson["complaints"];
    }
  | { readonly bundle: "missing" }
  | { readonly bundle: "unreadable"; readonly reason: string };

/** The smallest hosts are larger by themselves. */
const sizeBytesMin = 64 * 1024;

export function isBundlePath({ path, sizeBytes, mode }: FileHead): boolean {
  return sizeBytes >= sizeBytesMin && ((mode & 0o111) !== 0 || path.toLowerCase().endsWith(".exe"));
}

/** Null for all other programs, those too that .NET starts without a bundle. */
export function lookIntoBundle(head: FileHead, view: FileView): (BundleFacts & Json) | null {
  const file = readExecutable(view);
  const headerAt = file === null ? null : findHeader(view, file);
  if (headerAt === null) return null;
  return JSON.parse(JSON.stringify(readBundle(head.path, view, headerAt))) as BundleFacts & Json;
}

/** Where the place of the bundle's header is written, in the data of every program that .NET starts: 8 bytes before this mark. */
const MARK = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex");
const dataBytesMax = 16 * 1024 ** 2;

/** Null where there is no mark, and for programs without a bundle, which have a zero there. */
function findHeader(view: FileView, file: Executable): number | null {
  if (!hasMore(view, file)) return null;
  for (const { name, offset, sizeBytes } of file.regions) {
    if (name !== ".data" && name !== "__DATA,__data") continue;
    const bytes = view.read(offset, Math.min(sizeBytes, dataBytesMax));
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const at = data.indexOf(MARK);
    if (at < 8) continue;
    const place = data.readBigUInt64LE(at - 8);
    return place === 0n ? null : Number(place);
  }
  return null;
}

/** Whether anything follows the sections and their table, so that most programs need not be searched. */
function hasMore(view: FileView, { regions }: Executable): boolean {
  const end = regions.reduce((last, { offset, sizeBytes }) => Math.max(last, offset + sizeBytes), 0);
  return view.sizeBytes > end + 64 * (regions.length + 8);
}

function readBundle(path: string, view: FileView, headerAt: number): BundleFacts {
  const place = findList(view, headerAt);
  if (typeof place === "string") return { bundle: "unreadable", reason: place };
  if (place === null) return { bundle: "missing" };
  if (place.sizeBytes > listBytesMax)
    return { bundle: "unreadable", reason: "its list of parts is too large" };
  const bytes = view.read(place.offset, place.sizeBytes);
  const text =
    bytes.length < place.sizeBytes
      ? ""
      : Buffer.from(bytes)
          .toString("utf8")
          .replace(/^\uFEFF/, "");
  const deps = readDepsJson(text, path);
  if (deps === null) return { bundle: "unreadable", reason: "its list of parts is cut off or damaged" };
  return { bundle: "listed", packages: deps.packages, complaints: deps.complaints };
}

const listBytesMax = 16 * 1024 ** 2;

interface Place {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where the list stands; null: nowhere; in words what is wrong with the header. */
function findList(view: FileView, headerAt: number): Place | null | string {
  const fields = new BundleReader(view, headerAt);
  const major = fields.four();
  fields.four();
  const count = fields.four();
  fields.text();
  if (fields.isPastEnd || major === 0 || major > majorMax)
    return "the header of its bundle is damaged or of an unknown version";
  if (major >= 2) {
    const place = { offset: fields.eight(), sizeBytes: fields.eight() };
    if (fields.isPastEnd) return "the header of its bundle is cut off";
    return place.sizeBytes === 0 ? null : place;
  }
  for (let index = 0; index < Math.min(count, entriesMax); index += 1) {
    const place = { offset: fields.eight(), sizeBytes: fields.eight() };
    const type = fields.one();
    fields.text();
    if (fields.isPastEnd) return "the list of files of its bundle is cut off";
    if (type === DEPS_JSON) return place;
  }
  return null;
}

/** .NET Core 3 writes 1, .NET 5 writes 2, .NET 6 and later write 6. */
const majorMax = 32;
const entriesMax = 20_000;
const DEPS_JSON = 3;

/** Little-endian fields one after the other; zeros past the end. */
class BundleReader {
  readonly #view: FileView;
  #at: number;
  isPastEnd = false;

  constructor(view: FileView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  one(): number {
    return this.#take(1)[0] ?? 0;
  }

  four(): number {
    const bytes = this.#take(4);
    return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  }

  eight(): number {
    const bytes = this.#take(8);
    return bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE(0));
  }

  /** Skips a text, which its length stands before, seven bits a byte. */
  text(): void {
    let length = 0;
    for (let index = 0; index < 4; index += 1) {
      const byte = this.one();
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) break;
    }
    this.#at += length;
    if (this.#at > this.#view.sizeBytes) this.isPastEnd = true;
  }

  #take(length: number): Buffer {
    const isInside = this.#at >= 0 && this.#at + length <= this.#view.sizeBytes;
    if (!isInside) this.isPastEnd = true;
    const bytes = isInside ? Buffer.from(this.#view.read(this.#at, length)) : Buffer.alloc(0);
    this.#at += length;
    return bytes;
  }
}
