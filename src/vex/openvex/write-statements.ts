/** Statements of any origin as one OpenVEX 0.2.0 document (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md). */
import { jsonText } from "../../domain/json-text.ts";
import type { VexProduct, VexStatement } from "../../domain/vex.ts";
import { documentId, notesOf, orderedStatements, purlOf } from "../shared/writing.ts";
import type { VexWriting } from "../types.ts";

/** See `VexFormat.write`. */
export function writeOpenVexStatements(writing: VexWriting): string {
  const { author, timestamp } = writing;
  const statements = orderedStatements(writing).map((statement) => openVexStatement(statement, author));
  const content = { author, timestamp: timestamp.toISOString(), version: 1, tooling: "plimsoll", statements };
  return jsonText({
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": documentId(writing, content),
    ...content,
  });
}

/** One statement as OpenVEX writes it; `author`: of the document. */
export function openVexStatement(statement: VexStatement, author: string): object {
  const { vulnerabilities, timestamp, products, justification } = statement;
  const { impactStatement, actionStatement } = statement;
  const [name, ...aliases] = vulnerabilities;
  // OpenVEX has no not_affected without a reason, and a reason that nobody gave would take findings out of sight.
  const isUnreasoned =
    statement.status === "not_affected" && justification === null && impactStatement === null;
  const status = isUnreasoned ? "under_investigation" : statement.status;
  const unreasoned = isUnreasoned ? ["stated as not_affected without a reason"] : [];
  const notes = [...unreasoned, ...notesOf(statement, author)].join("; ");
  return {
    vulnerability: { name, ...(aliases.length === 0 ? {} : { aliases }) },
    timestamp,
    products: products.flatMap(toProducts),
    status,
    ...(notes === "" ? {} : { status_notes: notes }),
    ...(justification === null ? {} : { justification }),
    ...(impactStatement === null ? {} : { impact_statement: impactStatement }),
    ...(status === "affected" || actionStatement !== null
      ? { action_statement: actionStatement ?? "none is known" }
      : {}),
  };
}

/**
 * OpenVEX knows no ranges: a single version is written into the package URL, and any other range keeps the product from being
 * written as every version of it: its id becomes the range, which names no package.
 */
function toProducts({ ids, subcomponents, versions }: VexProduct): readonly object[] {
  if (versions === undefined) return [component(ids, subcomponents)];
  const isPart = subcomponents.length > 0;
  return versions.map((range) => {
    const limit = (each: readonly string[]): readonly string[] => each.map((id) => limited(id, range));
    return isPart ? component(ids, limit(subcomponents)) : component(limit(ids), []);
  });
}

function limited(id: string, range: string): string {
  const [, exact = null] = /^vers:[^/]+\/=?([^<>=!|*]+)$/.exec(range) ?? [];
  const [, head = "", rest = ""] = /^(pkg:[^@?#]*)((?:[?#].*)?)$/.exec(id) ?? [];
  return exact === null || head === "" ? `${range}#${id}` : `${head}@${exact}${rest}`;
}

/** `@id` is an IRI, and few read references: an image is written by its package URL, unless the word may be a name of anything. */
function component(given: readonly string[], subcomponents: readonly string[]): object {
  const ids = given.map((id) => (/[/:@]/.test(id) ? (purlOf(id) ?? id) : id));
  const [first = ""] = ids;
  const purl = ids.find((id) => id.startsWith("pkg:"));
  const cpe23 = ids.find((id) => id.startsWith("cpe:2.3:"));
  const cpe22 = ids.find((id) => id.startsWith("cpe:/"));
  const identifiers = {
    ...(purl === undefined ? {} : { purl }),
    ...(cpe23 === undefined ? {} : { cpe23 }),
    ...(cpe22 === undefined ? {} : { cpe22 }),
  };
  return {
    "@id": first,
    ...(Object.keys(identifiers).length === 0 ? {} : { identifiers }),
    ...(subcomponents.length === 0 ? {} : { subcomponents: subcomponents.map((id) => component([id], [])) }),
  };
}
