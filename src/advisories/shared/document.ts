/**
 * One document of a feed: a file on disk, a member of an archive, or the body of a download, with lazy parsing.
 * YAML is read with the failsafe schema, so that dates and versions such as `1.10` stay the text that was written.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { parse as parseYaml } from "yaml";
import { bunzip2 } from "../../io/bunzip2.ts";
import { sniffCompression } from "../../io/inflate.ts";

export interface FeedDocument {
  /** File name or path inside its archive, `/`-separated. Data only, never opened. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Path of the file that it is, where it is a large one on disk; null: its bytes are at hand. */
  readonly file: string | null;
  /** The same in pieces, each to be used before the next is asked for: a file on disk is then never held as a whole. */
  pieces(): Iterable<Uint8Array>;
  /** UTF-8 text, without byte order mark; a body in gzip, zstd or bzip2 is inflated. */
  text(): string;
  /** The parsed JSON or YAML, or undefined when it is neither. Never throws. */
  value(): unknown;
}

const utf8 = new TextDecoder("utf-8");

/** Bytes of one document as it is stored. Whole feeds such as EPSS are one document of about 10 MB. */
export const documentBytesMax = 256 * 1024 * 1024;

/** Bytes of one document, inflated: below the longest string there is. Oracle's definitions are about 200 MB. */
const inflatedBytesMax = 448 * 1024 * 1024;

export function feedDocument(name: string, bytes: Uint8Array): FeedDocument {
  return lazyDocument(
    name,
    () => bytes,
    () => [bytes],
  );
}

/** `load` gives the bytes, and is called once at most. */
export function lazyDocument(
  name: string,
  load: () => Uint8Array,
  pieces: () => Iterable<Uint8Array>,
  file: string | null = null,
): FeedDocument {
  let bytes: Uint8Array | null = null;
  let text: string | null = null;
  let parsed: { value: unknown } | null = null;
  const readBytes = (): Uint8Array => {
    bytes ??= load();
    return bytes;
  };
  const readText = (): string => {
    text ??= utf8.decode(inflated(readBytes()));
    return text;
  };
  return {
    name,
    file,
    get bytes() {
      return readBytes();
    },
    pieces: () => (bytes === null ? pieces() : [bytes]),
    text: readText,
    value() {
      parsed ??= { value: parseValue(name, readText) };
      return parsed.value;
    },
  };
}

function inflated(bytes: Uint8Array): Uint8Array {
  const compression = sniffCompression(bytes.subarray(0, 6));
  if (compression === "gzip") return gunzipSync(bytes, { maxOutputLength: inflatedBytesMax });
  if (compression === "zstd") return unzstd(bytes);
  return compression === "bzip2" ? bunzip2(bytes, inflatedBytesMax) : bytes;
}

/** Frame by frame: the decoder of node:zlib ends at the first one, and says nothing of the rest. */
function unzstd(bytes: Uint8Array): Uint8Array {
  const frames: Uint8Array[] = [];
  let left = inflatedBytesMax;
  for (let at = 0; at < bytes.length;) {
    // The declaration of `info` is that of the streams; with it, the answer is a pair.
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), {
      maxOutputLength: left,
      info: true,
    }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
    frames.push(buffer);
    left -= buffer.length;
    if (engine.bytesWritten === 0) break;
    at += engine.bytesWritten;
  }
  return frames.length === 1 ? (frames[0] ?? bytes) : Buffer.concat(frames);
}

/** Whether the name is that of an XML document, compressed or not. */
export function isXmlName(name: string): boolean {
  return /\.xml(?:\.(?:gz|bz2|zst))?$/i.test(name);
}

function parseValue(name: string, readText: () => string): unknown {
  try {
    if (/\.ya?ml$/i.test(name)) {
      return parseYaml(readText(), { schema: "failsafe", logLevel: "silent", prettyErrors: false });
    }
    const text = readText();
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : undefined;
  } catch {
    // Not a document of ours, or a broken one: the caller says so with the name of the file.
    return undefined;
  }
}
