/** The results of one run of the scans' benchmark, as lines for a terminal and as a section of docs/reference/performance.md. */
import { cpus } from "node:os";
import type { BenchImage } from "./image.ts";
import type { Measured } from "./measure.ts";

export interface BenchResults {
  readonly image: BenchImage;
  /** The two floors first. */
  readonly measured: readonly Measured[];
}

/** What the figures were made with: image, machine, method. */
function facts({ image, measured }: BenchResults): string[] {
  const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  return [
    `image: ${image.blobs.length} layers, ${image.entryCount} entries, ${mega(image.blobBytes)} gzip, ${mega(image.contentBytes)} content`,
    `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}`,
    `median of ${measured[0]?.runsMs.length ?? 0} runs in turns; floor = the larger of its two lines`,
  ];
}

/** Name, milliseconds, times the floor, peak memory in MiB and the single runs of each subject. */
function rows({ measured }: BenchResults): string[][] {
  const floorMs = Math.max(measured[0]?.medianMs ?? 0, measured[1]?.medianMs ?? 0);
  return measured.map((one) => [
    one.name,
    String(Math.round(one.medianMs)),
    (one.medianMs / floorMs).toFixed(2),
    String(Math.round(one.peakMiB)),
    one.runsMs.map((ms) => Math.round(ms)).join(" "),
  ]);
}

export function asText(results: BenchResults): string {
  const line = ([name = "", ms = "", ratio = "", peak = "", runs = ""]: string[]): string =>
    `${name.padEnd(34)}${ms.padStart(8)}${ratio.padStart(10)}${peak.padStart(10)}   ${runs}`;
  const head = line(["", "ms", "x floor", "peak MiB", "runs, ms"]);
  return [...facts(results), "", head, ...rows(results).map(line), ""].join("\n");
}

/** `now` dates the section. */
export function asMarkdown(results: BenchResults, now: Date): string {
  const table = rows(results).map((row) => `| ${row.join(" | ")} |`);
  return `## Scans

Measured ${now.toISOString().slice(0, 10)}. The floor is what no scan can go below: inflating the layers, or hashing the compressed
blobs, with node's own zlib and crypto on the same two cores. Timings vary with the load of the machine; the ratios are of one run.

${facts(results)
  .map((fact) => `- ${fact}`)
  .join("\n")}

| subject | ms | x floor | peak MiB | runs, ms |
|---|---|---|---|---|
${table.join("\n")}

Aims: a cold OCI layout at most 1.3 times the floor; an uncompressed docker archive by seeking under a second for 1.4 GB; peak
memory under 200 MB whatever the image; a warm \`cves\` under 150 ms as a whole process.
`;
}
