/** What a scan says on standard error of VEX documents that did not count: reports list it among their problems alone. */
import type { Problem } from "../../domain/problem.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";

/** One line for files of the image that were left out, one for documents of which nothing, or not all, applied. */
export function warnOfVex(context: CliContext, problems: readonly Problem[]): void {
  const ignored = problems.filter(({ code }) => code === "VEX_FILES_IGNORED");
  const [first] = ignored;
  if (first !== undefined) {
    const more = ignored.length === 1 ? "" : ` (and ${ignored.length - 1} more)`;
    context.stderr.write(`warning: ${printable(first.message)}${more}\n`);
  }
  const unapplied = problems.filter(
    ({ code }) => code === "VEX_NOT_APPLIED" || code === "VEX_STATEMENT_INVALID",
  );
  if (unapplied.length > 0) {
    context.stderr.write(
      `${unapplied.length} VEX ${unapplied.length === 1 ? "notice" : "notices"}: statements that do not apply or cannot be read; ` +
        "plimsoll vex doctor says which, and why\n",
    );
  }
}
