/** Members of the collection of upstream samples, as their publishers serve them. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { inflate } from "../../src/io/inflate.ts";
import { createTarParser } from "../../src/io/tar-parser.ts";
import { sharedPath } from "./shared.ts";

export const samplesArchive = "feeds/fixtures-vuls-data-update.tar.gz";

const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** Bodies by their path below `pkg/fetch/`; each of `starts` must begin at least one. */
export async function readFeedSamples(starts: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const root = "pkg/fetch/";
  const bodies = new Map<string, Buffer>();
  const parser = createTarParser({
    bodyBytesMax: BODY_BYTES_MAX,
    wants: ({ path }) => starts.some((start) => path.startsWith(root + start)),
    onEntry({ path }, body) {
      if (body !== null) bodies.set(path.slice(root.length), Buffer.from(body));
    },
  });
  await inflate(createReadStream(sharedPath(samplesArchive) ?? assert.fail(samplesArchive)), {
    onContent: (chunk) => parser.write(chunk),
  });
  for (const start of starts) {
    assert.ok(
      [...bodies.keys()].some((path) => path.startsWith(start)),
      start,
    );
  }
  return bodies;
}
