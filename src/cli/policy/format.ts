/** Formats of the subcommands of `policy`. */
import { PlimsollError } from "../../domain/error.ts";
import type { OutputOptions } from "../options/output.ts";

/** The command itself takes --format wherever it stands, and knows more of them. @throws PlimsollError USAGE */
export function checkFormat({ format }: Pick<OutputOptions, "format">): void {
  if (format === "table" || format === "json") return;
  throw new PlimsollError("USAGE", `--format ${format} is for reports of images; this takes table or json.`);
}
