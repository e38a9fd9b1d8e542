/**
 * An image's layers, or a folder, through ClamAV, when asked for and where it is installed. A layer is handed over as it is stored:
 * ClamAV unpacks it itself, and keeps what it needs of it in files of its own while it runs.
 */
import type { VirusScan } from "../domain/hygiene.ts";
import { runClamscan, type ClamscanOutcome } from "../io/clamscan.ts";
import { readFileRange } from "../io/file-range.ts";
import { sniffCompression } from "../io/inflate.ts";
import type { LayerBlob, OpenedImage } from "../image/types.ts";

export interface VirusScanOptions {
  /** Where PATH leads to `clamscan`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | null;
}

/** @throws what reading a layer throws */
export async function scanForViruses(
  { blobs, folder = null }: Pick<OpenedImage, "blobs" | "folder">,
  options: VirusScanOptions,
): Promise<VirusScan> {
  const hits: VirusScan["hits"][number][] = [];
  const leftOut: string[] = [];
  for (const [layerIndex, input] of folder === null ? blobs.entries() : [[null, folder.path] as const]) {
    const outcome = await scanOne(input, options);
    if (outcome.kind === "not_found") return { hits: [], leftOut: ["ClamAV's clamscan is not installed"] };
    const place = layerIndex === null ? "" : `layer ${layerIndex}: `;
    if (outcome.kind === "failed") leftOut.push(`${place}${outcome.reason}`);
    else {
      hits.push(...outcome.hits.map(({ path, signature }) => ({ path, signature, layerIndex })));
      if (outcome.leftOut !== null) leftOut.push(`${place}${outcome.leftOut}`);
    }
  }
  return { hits, leftOut };
}

/** Its signatures alone take ten seconds to load. */
const timeoutMs = 30 * 60 * 1000;
const chunkBytes = 1024 * 1024;

async function scanOne(
  input: LayerBlob | string,
  { env, signal }: VirusScanOptions,
): Promise<ClamscanOutcome> {
  if (typeof input === "string") return runClamscan({ input, timeoutMs, env, signal });
  const head = { magic: new Uint8Array(0) };
  const chunks = watchHead(await openBlob(input), head);
  const outcome = await runClamscan({ input: chunks, timeoutMs, env, signal });
  const compression = sniffCompression(head.magic);
  if (outcome.kind !== "scanned" || compression === "none" || compression === "gzip") return outcome;
  return { ...outcome, leftOut: `ClamAV cannot unpack ${compression}` };
}

async function openBlob({ content }: LayerBlob): Promise<AsyncIterable<Uint8Array>> {
  if (content.kind === "stream") return content.open();
  return readFileRange(content.descriptor ?? content.path, content.offset, content.sizeBytes, chunkBytes);
}

async function* watchHead(
  chunks: AsyncIterable<Uint8Array>,
  head: { magic: Uint8Array },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (head.magic.length < magicBytes)
      head.magic = Uint8Array.from([...head.magic, ...chunk.subarray(0, magicBytes - head.magic.length)]);
    yield chunk;
  }
}

const magicBytes = 6;
