/** Real VEX documents as they lie in archives beside the checkout. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The files of a gzipped tar archive that hold `mark` in their beginning, by the plain ustar layout. */
export function* vexFilesOf(path: string, mark: string): Generator<Buffer> {
  const tar = gunzipSync(readFileSync(path));
  for (let offset = 0; offset + 512 <= tar.length;) {
    const header = tar.subarray(offset, offset + 512);
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8) || 0;
    const body = tar.subarray(offset + 512, offset + 512 + size);
    if ((header[156] === 0x30 || header[156] === 0) && body.subarray(0, 400).includes(mark)) yield body;
    offset += 512 + Math.ceil(size / 512) * 512;
  }
}
