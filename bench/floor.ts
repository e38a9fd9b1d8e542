/**
 * What a scan of these blobs costs at least with node's own zlib and crypto: `node floor.ts floor|cores|hash BLOB…`. Prints
 * milliseconds. `floor`: one core inflates the layers one after the other while the other one hashes the blobs, so it is the larger of
 * the two. `cores`: two layers are inflated at a time, and hashed beside it: all that two cores can do.
 */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 1024 * 1024;

/** Inflates every blob, `atOnce` at a time, and drops the content. */
async function inflateAll(blobs: readonly string[], atOnce: number): Promise<void> {
  const queue = [...blobs];
  async function work(): Promise<void> {
    for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
      const gunzip = createReadStream(blob, { highWaterMark: CHUNK_BYTES }).pipe(
        createGunzip({ chunkSize: CHUNK_BYTES }),
      );
      for await (const chunk of gunzip) if ((chunk as Buffer).length === 0) break;
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Hashes every blob, one after the other. */
function hashAll(blobs: readonly string[]): void {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (const blob of blobs) {
    const hash = createHash("sha256");
    const descriptor = openSync(blob, "r");
    for (let length = 1; length > 0;) {
      length = readSync(descriptor, chunk, 0, chunk.length, null);
      hash.update(chunk.subarray(0, length));
    }
    closeSync(descriptor);
    hash.digest();
  }
}

function hashInThread(blobs: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: blobs });
    thread.on("error", reject);
    thread.on("exit", () => resolve());
  });
}

if (isMainThread) {
  const [what, ...blobs] = process.argv.slice(2);
  const start = performance.now();
  if (what === "hash") hashAll(blobs);
  else await Promise.all([inflateAll(blobs, what === "cores" ? 2 : 1), hashInThread(blobs)]);
  process.stdout.write(`${performance.now() - start}\n`);
} else hashAll(workerData as readonly string[]);
