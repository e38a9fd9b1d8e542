/** docs/reference/errors.md from the tables of codes. */
import { errorCodes } from "../../src/domain/error-codes.ts";
import { problemCodes } from "../../src/domain/problem.ts";

/** The page as Markdown. */
export function errorsReference(): string {
  const errors = Object.entries(errorCodes).map(
    ([code, row]) => `| \`${code}\` | ${row.title} | ${row.advice} | ${row.exitCode} | ${row.httpStatus} |`,
  );
  const problems = Object.entries(problemCodes).map(([code, effect]) => `| \`${code}\` | ${effect} |`);
  return `# Errors and problems

<!-- Made from src/domain/error-codes.ts and src/domain/problem.ts by npm run docs. Do not edit. -->

An *error* ends a command: its code is printed as \`error CODE: message\` on standard error, with what to do. Codes are stable;
messages may change. Exit code 1 is an operational error; exit code 2 is a gate that failed, which is not an error.

| code | what went wrong | what to do | exit | HTTP |
|---|---|---|---|---|
${errors.join("\n")}

## Problems

A *problem* is input that could not be read, kept as data in the result. \`incomplete\` means that packages may be missing: the
result says so, is never shown as clean, and \`--fail-on incomplete\` stops a pipeline. A \`notice\` hides nothing.

| code | effect |
|---|---|
${problems.join("\n")}
`;
}
