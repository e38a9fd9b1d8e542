/**
 * OpenVEX 0.2.0 (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md), and what 0.0.x documents do otherwise:
 * products and vulnerabilities as bare strings, subcomponents beside the products.
 * A broken statement is a problem and the others count.
 */
import type { VexStatement } from "../../domain/vex.ts";
import { printable } from "../../domain/problem.ts";
import { VexError } from "../error.ts";
import type { VexFormat, VexReading } from "../types.ts";
import { isTimestamp } from "../shared/fields.ts";
import { problemList } from "../shared/problems.ts";
import { readStatement, type DocumentParts } from "./statement.ts";
import { writeOpenVexStatements } from "./write-statements.ts";

export const openvex: VexFormat = Object.freeze({
  id: "openvex",
  title: "OpenVEX",
  specs: ["https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md"],
  version: 1,
  recognises: (document: unknown) => contextOf(document) !== null,
  read,
  write: writeOpenVexStatements,
} satisfies VexFormat);

/** Statements of one document. */
const STATEMENTS_MAX = 1_000_000;

/** `https://openvex.dev/ns/v0.2.0`, from the first context that is OpenVEX's; null: another kind of document. */
function contextOf(document: unknown): string | null {
  if (typeof document !== "object" || document === null) return null;
  const context = (document as Record<string, unknown>)["@context"];
  const contexts: unknown[] = Array.isArray(context) ? context : [context];
  return (
    (contexts.find((each) => typeof each === "string" && /^https?:\/\/openvex\.dev\/ns/.test(each)) as
      string | null) ?? null
  );
}

function read(document: unknown, location: string): VexReading {
  const where = printable(location);
  const context = contextOf(document) ?? "";
  if (!/^https?:\/\/openvex\.dev\/ns(?:\/?|\/v0\.[012](?:\.\d{1,3})?\/?)$/.test(context)) {
    throw new VexError(
      "VEX_INVALID",
      `${where}: @context: ${printable(context)} is a version that is not supported`,
    );
  }
  const fields = document as Record<string, unknown>;
  const { author, timestamp, statements } = fields;
  if (typeof author !== "string" || author.trim() === "") {
    throw new VexError("VEX_INVALID", `${where}: author: must be a name`);
  }
  if (timestamp !== undefined && !isTimestamp(timestamp)) {
    throw new VexError("VEX_INVALID", `${where}: timestamp: must be a date and time as in RFC 3339`);
  }
  if (!Array.isArray(statements)) throw new VexError("VEX_INVALID", `${where}: statements: must be a list`);
  if (statements.length > STATEMENTS_MAX) {
    throw new VexError("LIMIT_EXCEEDED", `${where}: a VEX document may have ${STATEMENTS_MAX} statements`);
  }
  const id = fields["@id"];
  const parts: DocumentParts = {
    document: typeof id === "string" && id !== "" ? id : location,
    location,
    author,
    timestamp: timestamp ?? null,
    products: fields["products"],
  };
  return readAll(statements, parts, where);
}

function readAll(entries: readonly unknown[], parts: DocumentParts, where: string): VexReading {
  const statements: VexStatement[] = [];
  const problems = problemList(where);
  entries.forEach((entry, index) => {
    const { statement, faults } = readStatement(entry, parts);
    if (statement !== null) statements.push(statement);
    const code = statement === null ? "VEX_STATEMENT_INVALID" : "VEX_STATEMENT_INCOMPLETE";
    const verdict = statement === null ? "is not used" : "is used all the same";
    for (const fault of faults) problems.add(code, `statements[${index}]`, `${verdict}: ${fault}`);
  });
  return { statements, problems: problems.all() };
}
