/**
 * Tables of text: columns as wide as their longest cell, the widest shortened by wrapping when the line is too long.
 */
import type { Span } from "../shared/blocks.ts";
import { safeText, type Paint } from "./paint.ts";
import { wrapText } from "./wrap.ts";

const GAP = "  ";
const COLUMN_WIDTH_MIN = 8;

/** Lines of a table with a head and a rule below it. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Span[])[],
  width: number,
  paint: Paint,
): readonly string[] {
  const cells: readonly (readonly Span[])[] = [head.map((text): Span => ({ text, tone: "strong" })), ...rows];
  const widths = columnWidths(cells, head.length, width);
  const rule = widths.map((columnWidth) => "─".repeat(columnWidth)).join(GAP);
  const [headLines = [], ...rowLines] = cells.map((row) => renderRow(row, widths, paint));
  return [...headLines, rule, ...rowLines.flat()];
}

/** Natural widths; while the line is too long the widest column gives way. */
function columnWidths(cells: readonly (readonly Span[])[], count: number, width: number): readonly number[] {
  const widths = Array.from({ length: count }, (_, column) =>
    cells.reduce((widest, row) => Math.max(widest, safeText(row[column] ?? EMPTY).length), 0),
  );
  const available = Math.max(width - GAP.length * (count - 1), count * COLUMN_WIDTH_MIN);
  let excess = widths.reduce((sum, columnWidth) => sum + columnWidth, 0) - available;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const current = widths[widest] ?? 0;
    if (current <= COLUMN_WIDTH_MIN) break;
    const second = Math.max(COLUMN_WIDTH_MIN, ...widths.filter((_, column) => column !== widest));
    const target = Math.max(COLUMN_WIDTH_MIN, current - excess, Math.min(second, current - 1));
    widths[widest] = target;
    excess -= current - target;
  }
  return widths;
}

const EMPTY: Span = { text: "" };

function renderRow(row: readonly Span[], widths: readonly number[], paint: Paint): readonly string[] {
  const wrapped = widths.map((width, column) => wrapText(safeText(row[column] ?? EMPTY), width, true));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((lines, column) => {
      const text = lines[line] ?? "";
      const { tone } = row[column] ?? EMPTY;
      // Padding stays outside the colour, so that underlines and copies end where the text ends.
      return (
        paint({ text, ...(tone === undefined ? {} : { tone }) }) +
        " ".repeat(Math.max(0, (widths[column] ?? 0) - text.length))
      );
    });
    return parts.join(GAP).trimEnd();
  });
}
