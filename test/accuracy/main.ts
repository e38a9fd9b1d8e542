/**
 * `npm run accuracy`: how right the engine is on real inventories with labels that people checked. Prints precision, recall and
 * what is undetermined by ecosystem; ends with exit code 1 when a true positive is lost or a false positive appears.
 */
import { runAccuracyGate, type GateResult } from "./gate.ts";

const result = await runAccuracyGate();
process.stdout.write(`${render(result)}\n`);
process.exit(result.failures.length === 0 ? 0 : 1);

function render({ images, ecosystems, knownAnswers, tables, replayed, known, failures }: GateResult): string {
  const head = ["", "labels", "negatives", "found", "lost", "false", "undetermined", "precision", "recall"];
  const rows = ecosystems.map(({ name, negatives, tally }) => [
    name,
    ...[tally.labels, negatives, tally.found, tally.lost, tally.false].map(String),
    percent(tally.undetermined / tally.labels),
    percent(tally.precision),
    percent(tally.recall),
  ]);
  const pairs = tables.reduce((sum, table) => sum + table.pairs, 0);
  return [
    `${images} inventories`,
    ...align([head, ...rows]),
    `${knownAnswers.right} of ${knownAnswers.asked} known answers of the product's own list`,
    `${pairs} rows of ${tables.length} version tables, ${tables.reduce((sum, { wrong }) => sum + wrong.length, 0)} wrong`,
    ...replayed.map(
      ({ space, affected, unaffected, lost, held }) =>
        `${affected + unaffected} replayed queries of ${space}: ${lost.length} lost, ${held.length} beyond the list`,
    ),
    ...known.map((line) => `known: ${line}`),
    ...failures.map((line) => `FAIL ${line}`),
    failures.length === 0 ? "passed" : `FAILED: ${failures.length}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
}
