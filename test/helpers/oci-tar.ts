/**
 * Tar archives of any kind, built in memory: proper ones for images, and odd ones for hostile tests.
 * Layout: POSIX.1-1988 ustar, POSIX.1-2001 pax, and GNU long names (type L and K).
 */

/** One entry. Use `file`, `directory`, `symlink`, `hardLink`, `whiteout` and `opaque` for the usual kinds. */
export interface TarEntry {
  /** Name as stored; bytes when it is no valid UTF-8. A name over 100 bytes needs `long` (default `pax`). */
  readonly path: string | Uint8Array;
  /** Type flag: `0` file, `1` hard link, `2` symbolic link, `5` directory, `3` `4` `6` devices and pipes, … */
  readonly type: string;
  readonly content?: string | Uint8Array;
  /** Link target as stored. */
  readonly target?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** How a path or target over 100 bytes is stored. */
  readonly long?: "pax" | "gnu";
  /** More pax records of this entry, e.g. `{ "SCHILY.xattr.user.a": "1" }`. Forces a pax header. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Writes the size in base 256, as GNU does past 8 GB. */
  readonly base256?: boolean;
  /** A size in the header that differs from the content: a lie. */
  readonly sizeField?: number;
  /** Breaks the checksum of the header. */
  readonly badChecksum?: boolean;
  /** Last touch on the finished 512-byte header, before its checksum is computed. */
  readonly patch?: (header: Buffer) => void;
}

export function file(path: string | Uint8Array, content: string | Uint8Array = "", more = {}): TarEntry {
  return { path, type: "0", content, ...more };
}

export function directory(path: string, more = {}): TarEntry {
  return { path: path.endsWith("/") ? path : `${path}/`, type: "5", mode: 0o755, ...more };
}

export function symlink(path: string, target: string, more = {}): TarEntry {
  return { path, type: "2", target, ...more };
}

export function hardLink(path: string, target: string, more = {}): TarEntry {
  return { path, type: "1", target, ...more };
}

/** Deletion mark of `path`: `a/b` becomes the empty file `a/.wh.b`. */
export function whiteout(path: string): TarEntry {
  const slash = path.lastIndexOf("/") + 1;
  return file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`);
}

/** Mark that hides what lower layers hold in the folder `path`. */
export function opaque(path: string): TarEntry {
  return file(path === "" ? ".wh..wh..opq" : `${path}/.wh..wh..opq`);
}

/** A pax global header. */
export function globalHeader(records: Readonly<Record<string, string>>): TarEntry {
  return { path: "pax_global_header", type: "g", content: paxRecords(records) };
}

/** The archive with its two closing zero blocks (`closed: false` leaves them out). */
export function writeTar(entries: Iterable<TarEntry>, options: { closed?: boolean } = {}): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) parts.push(...writeEntry(entry));
  if (options.closed !== false) parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

/** Blocks of one entry: extension headers, header, padded content. */
export function writeEntry(entry: TarEntry): Buffer[] {
  const path = typeof entry.path === "string" ? Buffer.from(entry.path) : Buffer.from(entry.path);
  const target = Buffer.from(entry.target ?? "");
  const content = Buffer.from(entry.content ?? "");
  const parts: Buffer[] = [];
  const pax: Record<string, string> = { ...entry.pax };
  if (entry.long === "gnu") {
    if (path.length > 100) parts.push(...block("././@LongLink", "L", withNul(path)));
    if (target.length > 100) parts.push(...block("././@LongLink", "K", withNul(target)));
  } else {
    if (path.length > 100) pax["path"] = path.toString();
    if (target.length > 100) pax["linkpath"] = target.toString();
  }
  if (Object.keys(pax).length > 0) parts.push(...block("PaxHeaders/entry", "x", paxRecords(pax)));
  parts.push(
    header(entry, path.subarray(0, 100), target.subarray(0, 100), entry.sizeField ?? content.length),
  );
  parts.push(content, padding(content.length));
  return parts;
}

/** Records as `<length> <key>=<value>\n`, where length counts itself. */
export function paxRecords(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (rest + String(length).length !== length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return Buffer.from(lines.join(""));
}

function block(name: string, type: string, content: Buffer): Buffer[] {
  const head = header({ path: name, type }, Buffer.from(name), Buffer.alloc(0), content.length);
  return [head, content, padding(content.length)];
}

function header(entry: TarEntry, path: Uint8Array, target: Uint8Array, sizeBytes: number): Buffer {
  const head = Buffer.alloc(512);
  head.set(path, 0);
  head.write(
    `${octal(entry.mode ?? 0o644, 7)}\0${octal(entry.uid ?? 0, 7)}\0${octal(entry.gid ?? 0, 7)}\0`,
    100,
  );
  if (entry.base256 === true) {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(sizeBytes), 128);
  } else head.write(`${octal(sizeBytes, 11)}\0`, 124);
  head.write(`${octal(0, 11)}\0`, 136);
  head.write(entry.type, 156, "latin1");
  head.set(target, 157);
  head.write("ustar\u000000", 257);
  entry.patch?.(head);
  head.fill(" ", 148, 156);
  let sum = entry.badChecksum === true ? 1 : 0;
  for (const byte of head) sum += byte;
  head.write(`${octal(sum, 6)}\0 `, 148);
  return head;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width, "0");
}

function padding(length: number): Buffer {
  return Buffer.alloc((512 - (length % 512)) % 512);
}

function withNul(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}
