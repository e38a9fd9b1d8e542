/** Small tar archives, gzipped or not, in memory: bundles of policies. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { createTarParser } from "./tar-parser.ts";

const unzip = promisify(gunzip);

export interface ReadTarOptions {
  /** Paths of the files that are wanted, as the archive writes them. */
  readonly names: RegExp;
  /** Of the archive when it is inflated. */
  readonly bytesMax: number;
}

/** The wanted files by path. @throws Error when the bytes are no such archive, are cut off, or inflate to more than allowed */
export async function readTarGz(
  bytes: Uint8Array,
  { names, bytesMax }: ReadTarOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const archive = isGzip ? await unzip(bytes, { maxOutputLength: bytesMax }) : bytes;
  if (archive.byteLength > bytesMax) throw new Error(`the archive has more than ${bytesMax} bytes`);
  const files = new Map<string, Uint8Array>();
  const parser = createTarParser({
    wants: ({ path }) => names.test(path),
    onEntry: ({ path }, body) => {
      if (body !== null) files.set(path, Buffer.from(body));
    },
    bodyBytesMax: bytesMax,
  });
  parser.write(archive);
  const failure = parser.end();
  if (failure !== null) throw new Error(`the archive is ${failure.kind}: ${failure.reason}`);
  return files;
}
