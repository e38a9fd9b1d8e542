/**
 * CSAF 2.0 and 2.1, the VEX profile and security advisories, which hold the same product statuses
 * (https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html, https://docs.oasis-open.org/csaf/csaf/v2.1/csaf-v2.1.html).
 * Each status of a vulnerability becomes a statement for the products that have the same justification and the same words.
 */
import { printable } from "../../domain/problem.ts";
import {
  vexJustifications,
  type VexJustification,
  type VexStatement,
  type VexStatus,
} from "../../domain/vex.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { VexError } from "../error.ts";
import { isTimestamp, recordsOf, text, textsOf } from "../shared/fields.ts";
import { problemList, type ProblemList } from "../shared/problems.ts";
import type { VexFormat, VexReading } from "../types.ts";
import { readProductTree, type ProductTree } from "./product-tree.ts";
import { writeCsaf } from "./write.ts";

export const csaf: VexFormat = Object.freeze({
  id: "csaf",
  title: "CSAF",
  specs: [
    "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html",
    "https://docs.oasis-open.org/csaf/csaf/v2.1/csaf-v2.1.html",
  ],
  version: 1,
  recognises: (document: unknown) =>
    text(recordOf(recordOf(document)?.["document"])?.["csaf_version"]) !== null,
  read,
  write: writeCsaf,
} satisfies VexFormat);

/** Our status for each of a vulnerability's product statuses; `recommended` is advice and no status. */
const statuses: Readonly<Record<string, VexStatus>> = {
  known_not_affected: "not_affected",
  fixed: "fixed",
  first_fixed: "fixed",
  known_affected: "affected",
  first_affected: "affected",
  last_affected: "affected",
  under_investigation: "under_investigation",
  // 2.1: nobody knows, and nobody may ever look. Like an open question it suppresses nothing.
  unknown: "under_investigation",
};

type Source = Pick<VexStatement, "document" | "location" | "author" | "timestamp">;

function read(value: unknown, location: string): VexReading {
  const where = printable(location);
  const root = recordOf(value) ?? {};
  const document = recordOf(root["document"]) ?? {};
  const version = text(document["csaf_version"]) ?? "";
  if (version !== "2.0" && version !== "2.1") {
    throw new VexError("VEX_INVALID", `${where}: csaf_version: ${printable(version)} is not supported`);
  }
  const tracking = recordOf(document["tracking"]) ?? {};
  const timestamp = tracking["current_release_date"];
  if (!isTimestamp(timestamp)) {
    throw new VexError(
      "VEX_INVALID",
      `${where}: document.tracking.current_release_date: must be a date and time as in RFC 3339`,
    );
  }
  const author = authorOf(recordOf(document["publisher"]) ?? {});
  if (author === null) {
    throw new VexError("VEX_INVALID", `${where}: document.publisher.name: must be a name`);
  }
  const source: Source = { document: text(tracking["id"]) ?? location, location, author, timestamp };
  const tree = readProductTree(root["product_tree"]);
  const problems = problemList(where);
  const statements = recordsOf(root["vulnerabilities"]).flatMap((vulnerability, index) =>
    readVulnerability(vulnerability, { tree, source, problems, place: `vulnerabilities[${index}]` }),
  );
  return { statements, problems: problems.all() };
}

/** `Red Hat Product Security <https://www.redhat.com>` */
function authorOf(publisher: JsonRecord): string | null {
  const name = text(publisher["name"]);
  const space = text(publisher["namespace"]);
  return name === null || space === null ? name : `${name} <${space}>`;
}

interface Reading {
  readonly tree: ProductTree;
  readonly source: Source;
  readonly problems: ProblemList;
  readonly place: string;
}

function readVulnerability(vulnerability: JsonRecord, reading: Reading): readonly VexStatement[] {
  const { problems, place } = reading;
  const vulnerabilities = idsOf(vulnerability);
  const status = recordOf(vulnerability["product_status"]);
  if (status === null) return [];
  if (vulnerabilities.length === 0) {
    problems.add("VEX_STATEMENT_INVALID", place, "is not used: it has neither a cve nor an id");
    return [];
  }
  // Some publishers write `known not affected`.
  const given = new Map(Object.entries(status).map(([key, ids]) => [key.replaceAll(" ", "_"), ids]));
  for (const key of given.keys()) {
    if (Object.hasOwn(statuses, key) || key === "recommended") continue;
    problems.add("VEX_STATEMENT_INVALID", `${place}.product_status`, `${key} is not a known status`);
  }
  return Object.entries(statuses).flatMap(([key, meaning]) => {
    const ids = textsOf(given.get(key));
    const told = ids.filter((id) => reading.tree.products.has(id));
    if (told.length < ids.length) {
      const count = ids.length - told.length;
      problems.add(
        "VEX_STATEMENT_INVALID",
        `${place}.${key}`,
        `${count} products are not in the product tree`,
      );
    }
    return toStatements(told, { key, status: meaning, vulnerabilities, vulnerability }, reading);
  });
}

/**
 * The CVE, and what else it is known as; numbers of bug trackers are no ids of vulnerabilities, and stand for one only where it has no
 * other.
 */
function idsOf(vulnerability: JsonRecord): readonly string[] {
  const others = recordsOf(vulnerability["ids"]).flatMap((each) => text(each["text"]) ?? []);
  const cve = text(vulnerability["cve"]);
  const ids = [...(cve === null ? [] : [cve]), ...others.filter((id) => /^[A-Za-z]{2,20}-\S/.test(id))];
  return [...new Set(ids.length === 0 ? others : ids)];
}

interface Said {
  /** As in `product_status`. */
  readonly key: string;
  readonly status: VexStatus;
  readonly vulnerabilities: readonly string[];
  readonly vulnerability: JsonRecord;
}

/** One statement for all products of which the same is said. */
function toStatements(
  ids: readonly string[],
  said: Said,
  { tree, source }: Reading,
): readonly VexStatement[] {
  const { status, vulnerabilities, vulnerability } = said;
  const justifications = byProduct(vulnerability["flags"], tree, (flag) => text(flag["label"]));
  const impacts = byProduct(vulnerability["threats"], tree, (threat) =>
    threat["category"] === "impact" ? text(threat["details"]) : null,
  );
  const actions = byProduct(vulnerability["remediations"], tree, (each) => text(each["details"]));
  const groups = Map.groupBy(ids, (id) => {
    const words =
      status === "not_affected" ? [justifications.get(id), impacts.get(id)] : [null, null, actions.get(id)];
    return JSON.stringify(words);
  });
  return [...groups.values()].map((group): VexStatement => {
    const [first = ""] = group;
    const justification = status === "not_affected" ? known(justifications.get(first)) : null;
    const actionStatement = status === "affected" ? (actions.get(first) ?? null) : null;
    return {
      ...source,
      vulnerabilities,
      products: group.flatMap((id) => tree.products.get(id) ?? []),
      status,
      justification,
      impactStatement: status === "not_affected" ? (impacts.get(first) ?? null) : null,
      actionStatement,
      ...(said.key === "unknown" ? { statusNotes: "the publisher does not know" } : {}),
    };
  });
}

function known(label: string | undefined): VexJustification | null {
  return vexJustifications.find((justification) => justification === label) ?? null;
}

/** What is said of products and groups of them; of several the first. */
function byProduct(
  value: unknown,
  { groups }: ProductTree,
  wordsOf: (entry: JsonRecord) => string | null,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of recordsOf(value)) {
    const words = wordsOf(entry);
    if (words === null) continue;
    const grouped = textsOf(entry["group_ids"]).flatMap((id) => groups.get(id) ?? []);
    for (const id of [...textsOf(entry["product_ids"]), ...grouped]) if (!found.has(id)) found.set(id, words);
  }
  return found;
}
