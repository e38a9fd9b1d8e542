/**
 * A statement added to an OpenVEX document. The history is append-only: what was stated stays as it was stated, with its time, and a
 * later statement says otherwise. The version is raised, as the specification asks whenever the content changes.
 */
import { recordOf } from "../../domain/json-record.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { VexError } from "../error.ts";
import { readVexValue } from "../read.ts";
import { openVexStatement } from "./write-statements.ts";

/**
 * The document with the statement at its end, as JSON with a final newline; everything else of it is kept, known or not.
 * `location`: of the document, for people.
 * @throws VexError VEX_INVALID when the document is not OpenVEX or cannot be used; USAGE when another author speaks in it, or its
 * last statement is later than this one
 */
export function appendStatement(document: unknown, statement: VexStatement, location: string): string {
  const where = printable(location);
  const root = recordOf(document);
  const { statements, problems } = readVexValue(document, location);
  const invalid = problems.find(({ code }) => code === "VEX_STATEMENT_INVALID");
  const listed: unknown = root?.["statements"];
  if (root === null || root["@context"] === undefined || !Array.isArray(listed) || invalid !== undefined) {
    throw new VexError("VEX_INVALID", invalid?.message ?? `${where}: only a document of OpenVEX is extended`);
  }
  const author = String(root["author"]);
  if (author !== statement.author) {
    throw new VexError("USAGE", `${where}: its author is ${printable(author)}, who alone may add to it`);
  }
  const last = Math.max(...statements.map(({ timestamp }) => Date.parse(timestamp)));
  if (last > Date.parse(statement.timestamp)) {
    throw new VexError("USAGE", `${where}: it has a statement of a later time than the one to be added`);
  }
  const { statements: _listed, version, last_updated: _updated, ...rest } = root;
  return jsonText({
    ...rest,
    version: typeof version === "number" && Number.isSafeInteger(version) ? version + 1 : 2,
    last_updated: statement.timestamp,
    statements: [
      ...(listed as readonly unknown[]).map((entry) => dated(entry, root)),
      openVexStatement(statement, author),
    ],
  });
}

/** What a statement inherited it keeps as its own: a later change of the document must not change what was said. */
function dated(entry: unknown, { timestamp, products }: Readonly<Record<string, unknown>>): unknown {
  const record = recordOf(entry);
  if (record === null) return entry;
  return {
    ...record,
    ...(record["timestamp"] === undefined && timestamp !== undefined ? { timestamp } : {}),
    ...(record["products"] === undefined && products !== undefined ? { products } : {}),
  };
}
