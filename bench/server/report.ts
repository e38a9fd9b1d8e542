/** The results of the server's benchmark, as lines for a terminal and as a section of docs/reference/performance.md. */
import { cpus, loadavg } from "node:os";
import type { DatabaseUpdate } from "./database-update.ts";
import { percentile, type Figure } from "./figures.ts";
import type { MemoryUse } from "./memory.ts";

export interface ServerResults {
  readonly figures: readonly Figure[];
  readonly updates: { readonly first: DatabaseUpdate; readonly one: DatabaseUpdate };
  readonly memory: readonly MemoryUse[];
  readonly images: number;
  /** Load of the machine over a minute, before and after. */
  readonly load: readonly [number, number];
}

/** Load of the machine over the last minute. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

/** What the figures were made with. */
function facts({ figures, images, load }: ServerResults): string[] {
  return [
    `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}; registry, server, worker, PostgreSQL and client share them`,
    `load of the machine ${load[0].toFixed(1)} before and ${load[1].toFixed(1)} after; ${images} images with two pushes each`,
    `median and 95th percentile of ${figures[0]?.runsMs.length ?? 0} pushes and ${figures.at(-1)?.runsMs.length ?? 0} requests`,
  ];
}

function rows({ figures }: ServerResults): string[][] {
  return figures.map(({ name, runsMs, floorMs, targetMs }) => {
    const p50 = percentile(runsMs, 50);
    const p95 = percentile(runsMs, 95);
    const verdict = targetMs === null ? "" : `${p95 < targetMs ? "met" : "MISSED"}: p95 < ${targetMs} ms`;
    const ratio = floorMs === null ? "" : (p50 / floorMs).toFixed(1);
    return [name, ms(p50), ms(p95), ms(Math.max(...runsMs)), ratio, verdict];
  });
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

function updateRows({ updates: { first, one } }: ServerResults): string[][] {
  const row = (name: string, update: DatabaseUpdate): string[] => [
    name,
    ms(update.noticedMs),
    ms(update.appliedMs),
    ms(update.turnedMs),
    `${update.packagesChanged} of ${update.packages}`,
    `${update.evaluated} of ${update.images}`,
    String(update.turned),
  ];
  return [row("everything changes", first), row("one advisory changes", one)];
}

function memoryRows({ memory }: ServerResults): string[][] {
  return memory.map(({ name, nowMiB, peakMiB }) => [
    name,
    String(Math.round(nowMiB)),
    peakMiB === null ? "" : String(Math.round(peakMiB)),
  ]);
}

const HEAD = ["", "p50 ms", "p95 ms", "max ms", "x floor", "target"];
const UPDATE_HEAD = [
  "",
  "noticed after ms",
  "compared in ms",
  "all judged after ms",
  "packages changed",
  "images judged",
  "verdicts turned",
];
const MEMORY_HEAD = ["", "MiB", "peak MiB"];

export function asText(results: ServerResults): string {
  const tables = [
    table(HEAD, rows(results)),
    table(UPDATE_HEAD, updateRows(results)),
    table(MEMORY_HEAD, memoryRows(results)),
  ];
  return `${[facts(results).join("\n"), ...tables].join("\n\n")}\n`;
}

/** The first column to the left, all others to the right. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const all = [head, ...body];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}

/** `now` dates the section. */
export function asMarkdown(results: ServerResults, now: Date): string {
  const list = facts(results).map((fact) => `- ${fact}`);
  return `## The server

Measured ${now.toISOString().slice(0, 10)} by \`npm run bench -- server\`: the built program on its private PostgreSQL with one worker, asked over HTTP.
The floor of a page is a request that needs next to nothing of the database (\`GET /session\`).

${list.join("\n")}

${markdownTable(HEAD, rows(results))}

A push is measured from the registry's notification until the list of images shows its compliance; the image, of 100 packages, is in
the registry already. The lines below it are its parts, one after the other.

A new vulnerability database with ${results.images} repositories stored, of which the latest tag counts:

${markdownTable(UPDATE_HEAD, updateRows(results))}

Memory after all of it:

${markdownTable(MEMORY_HEAD, memoryRows(results))}
`;
}

function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/^ +/, "… ")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...body.map(line)].join("\n");
}
