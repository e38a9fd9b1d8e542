/** The order of versions against the tables that the ecosystems' own tools made; see `tools/version-tables`. */
import { readFileSync } from "node:fs";
import { versionSchemes } from "../../src/versions/schemes.ts";

export interface TableResult {
  readonly scheme: string;
  readonly pairs: number;
  /** Pairs that the engine orders otherwise than the tool. */
  readonly wrong: readonly string[];
}

/** One for each scheme of the engine. */
export function checkVersionTables(): readonly TableResult[] {
  return versionSchemes.map((scheme) => {
    const path = new URL(`../../src/versions/${scheme.id}/fixtures/order.tsv`, import.meta.url);
    const rows = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("\t"));
    const relation = (a: string, b: string): string => {
      if (!scheme.isValid(a) || !scheme.isValid(b)) return "!";
      return { "-1": "<", "0": "=", "1": ">" }[scheme.compare(a, b)];
    };
    const wrong = rows.filter(([a = "", told = "", b = ""]) =>
      told === "!" ? scheme.isValid(a) : relation(a, b) !== told,
    );
    return { scheme: scheme.id, pairs: rows.length, wrong: wrong.map((row) => row.join(" ")) };
  });
}
