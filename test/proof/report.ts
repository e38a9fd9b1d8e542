/** Results of a round as a dated page below `docs/reference/proof/`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { ResultTable, RoundOptions, RoundResult } from "./round.ts";

export interface RoundRun {
  readonly name: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly options: RoundOptions;
  readonly result: RoundResult;
}

/** Writes `YYYY-MM-DD-<round>.md` and returns its name. A second run on the same day replaces the first. */
export function writeReport(folder: string, run: RoundRun): string {
  const name = `${run.startedAt.toISOString().slice(0, 10)}-${run.name}.md`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), renderReport(run));
  return name;
}

export function renderReport({ name, startedAt, seconds, options, result }: RoundRun): string {
  const { claim, tables, failures, notes } = result;
  const facts = [
    ["date", startedAt.toISOString().slice(0, 10)],
    ["machine", machineClass()],
    ["seed", String(options.seed)],
    ["took", `${seconds.toFixed(0)} s`],
    ["result", failures.length === 0 ? "passed" : `**failed** (${failures.length})`],
  ];
  const parts = [
    `# Proof: ${name}`,
    claim,
    table({ head: ["", ""], rows: facts.map(([key = "", value = ""]) => [key, value]) }),
    ...tables.map(table),
    ...(failures.length === 0 ? [] : [`## Failures\n\n${list(failures)}`]),
    ...(notes.length === 0 ? [] : [`## Notes\n\n${list(notes)}`]),
    `Made by \`npm run proof -- ${name} --seed ${options.seed}\`.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** `2 cores, 24 GB, Node 24.21.0`: enough to compare numbers, nothing of one machine. */
function machineClass(): string {
  return `${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`;
}

function table({ head, rows }: ResultTable): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => escape(String(cell))).join(" | ")} |`).join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${escape(line)}`).join("\n");
}

function escape(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/\s+/g, " ");
}
