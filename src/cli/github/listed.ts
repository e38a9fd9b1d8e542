/** A table of a comment that shows so many rows, and counts the others. */
import { paragraph, plain, type Block, type Span } from "../../reports/shared/blocks.ts";

export function listed(
  head: readonly string[],
  rows: readonly (readonly Span[])[],
  rowsMax: number,
): readonly Block[] {
  const shown = rows.slice(0, rowsMax);
  const rest = rows.length - shown.length;
  return [
    ...(shown.length === 0 ? [] : [{ kind: "table", head, rows: shown } as const]),
    ...(rest === 0
      ? []
      : [paragraph(plain(`${rest} more ${rest === 1 ? "is" : "are"} in the job summary.`))]),
  ];
}
