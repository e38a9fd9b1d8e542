/**
 * Checks docs/reference/parity.md and docs/reference/complaints.md, which people write: every row of the inventory and every complaint
 * stands there once, the commands can be typed, the tests exist, and what is not there says why in one of two ways.
 */
import type { Command } from "commander";
import { commandFault } from "./command-words.ts";
import { hasTitle, testTitles } from "./test-titles.ts";

/** What a page is held against. */
export interface Known {
  readonly program: Command;
  readonly settings: readonly string[];
  /** The source of a file of tests; null: there is none. */
  readonly sourceOf: (path: string) => string | null;
}

/** What a table has to hold. */
export interface Table {
  readonly name: string;
  /** Its rows are 1 to this. */
  readonly rows: number;
  /** Why a row may have no test; each word for word. */
  readonly reasons: readonly string[];
  /** Rows that were asked for by name: they are there, whatever else is not. */
  readonly needed: readonly number[];
  /** The words that the title of each row's tests begins with. */
  readonly title: ((row: number) => string) | null;
}

export const parityTable: Table = {
  name: "parity.md",
  rows: 159,
  reasons: ["comes with the server, dashboard or hardened repository", "a vendor's closed service"],
  needed: [
    6, 7, 8, 9, 15, 18, 19, 23, 30, 37, 72, 73, 79, 88, 89, 91, 92, 94, 97, 98, 102, 108, 113, 114, 115, 116,
    127, 128, 132, 136, 147, 153, 154, 155, 158, 159,
  ],
  title: null,
};

export const complaintsTable: Table = {
  name: "complaints.md",
  rows: 32,
  reasons: ["concerns the server and its dashboard"],
  needed: [],
  title: (row) => `complaint ${row}: `,
};

/** One line each; none: the page holds what it must. */
export function tableProblems(page: string, table: Table, known: Known): readonly string[] {
  const rows = [...page.matchAll(/^\| (\d+) \|(.*)\|$/gm)].map((match) => ({
    row: Number(match[1]),
    cells: (match[2] ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim()),
  }));
  const seen = rows.map(({ row }) => row);
  const missing = Array.from({ length: table.rows }, (_, index) => index + 1).filter(
    (row) => seen.filter((other) => other === row).length !== 1,
  );
  const order = seen.every((row, index) => index === 0 || row > (seen[index - 1] ?? 0));
  return [
    ...missing.map((row) => `${table.name}: row ${row} must stand there once`),
    ...(order ? [] : [`${table.name}: rows are out of order`]),
    ...rows.flatMap(({ row, cells }) =>
      rowProblems(row, cells, table, known).map((problem) => `${table.name}, row ${row}: ${problem}`),
    ),
  ];
}

function rowProblems(row: number, cells: readonly string[], table: Table, known: Known): string[] {
  const [feature = "", command = "", proof = ""] = cells;
  if (cells.length !== 3 || feature === "") return ["a row has a number and three cells"];
  if (table.reasons.includes(proof)) {
    return table.needed.includes(row) ? ["was asked for, so no reason stands for it"] : [];
  }
  const spans = [...command.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
  const faults = spans.flatMap((span) => spanFault(span, known) ?? []);
  if (spans.length === 0) faults.push("names no command");
  const tests = [...proof.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)];
  if (tests.length === 0) faults.push("names neither a test nor a known reason");
  const rest = tests.reduce((text, [whole]) => text.replace(whole, ""), proof).replaceAll(/<br>|\s/g, "");
  if (rest !== "") faults.push(`holds something beside tests: ${rest}`);
  const start = table.title?.(row) ?? "";
  return [
    ...faults,
    ...tests.flatMap(([, path = "", title = ""]) =>
      title.startsWith(start) ? (testFault(path, title, known) ?? []) : [`"${title}" is not "${start}…"`],
    ),
  ];
}

function spanFault(span: string, known: Known): string | null {
  if (!/^[A-Z]/.test(span)) return commandFault(known.program, span);
  return known.settings.includes(span) ? null : `${span} is no setting`;
}

function testFault(path: string, title: string, known: Known): string | null {
  const source = known.sourceOf(path);
  if (source === null) return `there is no ${path}`;
  return hasTitle(testTitles(path, source), source, title) ? null : `${path} has no test "${title}"`;
}
