/** Lines of comma separated values (RFC 4180, with line feeds). https://owasp.org/www-community/attacks/CSV_Injection */
import { printable } from "./problem.ts";

export type CsvValue = string | number | null;

/** `a,"b ""c""",1` and no line feed. */
export function csvLine(values: readonly CsvValue[]): string {
  return values.map(csvCell).join(",");
}

/** Quoted where needed. A spreadsheet runs what begins like a formula, so such text gets an apostrophe before it. */
function csvCell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = printable(value, 10_000);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
