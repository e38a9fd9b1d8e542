/** The results of one run of the scans' benchmark, as lines for a terminal and as a section of docs/reference/performance.md. */
import { cpus } from "node:os";
import { judgeAims } from "./aims.ts";
import { imageTitles, type ImageName } from "./images/all.ts";
import type { BenchImage } from "./images/make.ts";
import type { Measured } from "./measure.ts";
import type { Peer } from "./peers/install.ts";
import type { ImageResults, ScanResult } from "./scans.ts";

export interface ScansRun {
  readonly images: readonly ImageResults[];
  readonly peers: readonly Peer[];
  readonly runs: number;
}

const COLUMNS = ["", "ms", "x floor", "x plimsoll", "peak MiB", "runs, ms"];

/** What the figures were made with: machine, method, peers. */
function facts({ peers, runs }: ScansRun): string[] {
  return [
    `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}`,
    `median of ${runs} runs in turns, fewer of what takes long; x floor = times the first line`,
    ...peers.map((peer) =>
      peer.kind === "found"
        ? `${peer.name} ${peer.version}`
        : `${peer.name} is absent, since it could not be installed: ${peer.reason}`,
    ),
  ];
}

function imageFacts(image: BenchImage): string {
  const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const entries = image.entryCount === null ? "" : `, ${image.entryCount} entries`;
  const layers = image.blobs.length === 1 ? "1 layer" : `${image.blobs.length} layers`;
  return `${layers}${entries}, ${mega(image.blobBytes)} gzip, ${mega(image.contentBytes)} content`;
}

/** Name, milliseconds, times the floor, times Plimsoll's scan of the same kind, peak memory in MiB and the single runs. */
function rows(results: readonly ScanResult[]): string[][] {
  const floorMs = measured(results, (one) => one.by === "floor")[0]?.medianMs ?? NaN;
  return results.map(({ kind, by, result }) => {
    if ("error" in result) return [result.name, "failed", "", "", "", result.error.replaceAll(/\s+/g, " ")];
    const [ours] = measured(results, (one) => one.kind === kind && one.by === "plimsoll");
    return [
      result.name,
      String(Math.round(result.medianMs)),
      kind === "warm" ? "" : (result.medianMs / floorMs).toFixed(2),
      by === "peer" && ours !== undefined ? (result.medianMs / ours.medianMs).toFixed(1) : "",
      memory(result),
      result.runsMs.map((ms) => Math.round(ms)).join(" "),
    ];
  });
}

/** The sum, and the parts of the processes that matter. */
function memory({ peaksMiB }: Measured): string {
  const parts = peaksMiB.filter((peak) => peak >= 5).map((peak) => Math.round(peak));
  const sum = Math.round(sumOf(peaksMiB));
  return parts.length < 2 ? String(sum) : `${sum} (${parts.join(" + ")})`;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

export function measured(
  results: readonly ScanResult[],
  is: (one: ScanResult) => boolean,
): readonly Measured[] {
  return results.filter(is).flatMap(({ result }) => ("error" in result ? [] : [result]));
}

export function asText(run: ScansRun): string {
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === 0 ? cell.padEnd(40) : i === 5 ? `   ${cell}` : cell.padStart(i === 4 ? 20 : 11),
      )
      .join("");
  const tables = run.images.flatMap(({ image, results }) => [
    "",
    `${image.name}: ${imageFacts(image)}`,
    line(COLUMNS),
    ...rows(results).map(line),
    ...judgeAims(results).map(({ aim, figure, state }) => `  ${state}: ${aim}: ${figure}`),
  ]);
  return [...facts(run), ...tables, ""].join("\n");
}

/** `now` dates the section. */
export function asMarkdown(run: ScansRun, now: Date): string {
  const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
    [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const images = run.images.map(({ image, results }) => {
    const aims = judgeAims(results).map(({ aim, figure, state }) => [aim, figure, state]);
    return `### ${imageTitles[image.name as ImageName]}

${imageFacts(image)}.

${table(COLUMNS, rows(results))}

${table(["aim", "measured", ""], aims)}
`;
  });
  return `## Scans

Measured ${now.toISOString().slice(0, 10)} by \`npm run bench -- --write\`. The floor is the larger of
inflating the layers and hashing the compressed blobs, one on each of two cores, with node's own zlib and crypto; the line below it is
what both cores can do when two layers are inflated at a time. Timings vary with the load of the
machine; the ratios are of one run. Memory is what all processes of a scan have together at one moment, files that they share
counted once.
Peers scan without network and without advisories, and each run of them, as of ours but the warm ones, begins without a cache.

${facts(run)
  .map((fact) => `- ${fact}`)
  .join("\n")}

${images.join("\n")}`;
}
