/**
 * Statements as one CSAF 2.0 document of the VEX profile (section 4.5). A vulnerability stands in it once, and a product has one
 * status in it, as the specification asks: of several the newest is written. It has no time of a single status: all are of the document's.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { VexProduct, VexStatement, VexStatus } from "../../domain/vex.ts";
import { caution } from "../shared/caution.ts";
import { documentId, notesOf, orderedStatements, writtenName } from "../shared/writing.ts";
import type { VexWriting } from "../types.ts";

const statusKeys: Readonly<Record<VexStatus, string>> = {
  not_affected: "known_not_affected",
  affected: "known_affected",
  fixed: "fixed",
  under_investigation: "under_investigation",
};

/** See `VexFormat.write`. */
export function writeCsaf(writing: VexWriting): string {
  const { author, timestamp } = writing;
  const tree = createTree();
  const byVulnerability = Map.groupBy(
    orderedStatements(writing),
    ({ vulnerabilities }) => vulnerabilities[0] ?? "",
  );
  const vulnerabilities = [...byVulnerability.values()].map((statements) =>
    toVulnerability(statements, tree, author),
  );
  const content = { product_tree: tree.written(), vulnerabilities };
  const date = timestamp.toISOString();
  const id = documentId(writing, [author, date, content]);
  return jsonText({
    document: {
      category: "csaf_vex",
      csaf_version: "2.0",
      lang: "en",
      publisher: publisherOf(author),
      title: `VEX of ${author}`,
      tracking: {
        id,
        status: "final",
        version: "1",
        initial_release_date: date,
        current_release_date: date,
        revision_history: [{ date, number: "1", summary: "Written from statements" }],
        generator: { engine: { name: "plimsoll" } },
      },
    },
    ...content,
  });
}

/** A name space is a must, and an author's name need not have one: without, it is a name of the author alone. */
function publisherOf(author: string): object {
  const [, name = author, space = ""] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(author) ?? [];
  const namespace = /^https?:\/\/\S+$/.test(space)
    ? space
    : `urn:plimsoll:author:${encodeURIComponent((space === "" ? author : space).toWellFormed())}`;
  return { category: "other", name: name === "" ? author : name, namespace };
}

interface Tree {
  /** The id of a product, made when it is new. */
  idsOf(product: VexProduct): readonly string[];
  written(): object;
}

/** Products in the order they are asked for; the order of statements is fixed, so the ids are too. */
function createTree(): Tree {
  const names = new Map<string, { id: string; written: object }>();
  const relations = new Map<string, { id: string; written: object }>();
  const idOf = (ids: readonly string[], versions: readonly string[] | undefined): string => {
    const { id, cpe } = writtenName(ids);
    const key = JSON.stringify([id, cpe, versions]);
    const found = names.get(key);
    if (found !== undefined) return found.id;
    const made = `CSAFPID-${String(names.size + 1).padStart(4, "0")}`;
    names.set(key, { id: made, written: productName(ids, made, versions) });
    return made;
  };
  const partOf = (part: string, whole: string, name: string): string => {
    const id = `${whole}:${part}`;
    relations.set(id, {
      id,
      written: {
        category: "default_component_of",
        product_reference: part,
        relates_to_product_reference: whole,
        full_product_name: { product_id: id, name },
      },
    });
    return id;
  };
  return {
    idsOf({ ids, subcomponents, versions }) {
      if (subcomponents.length === 0) return [idOf(ids, versions)];
      const whole = idOf(ids, undefined);
      const { id } = writtenName(ids);
      return subcomponents.map((each) => partOf(idOf([each], versions), whole, `${each} in ${id}`));
    },
    written() {
      const products = [...names.values()].map(({ written }) => written);
      const branches = products.filter((each) => "category" in each);
      const plain = products.filter((each) => !("category" in each));
      const related = [...relations.values()].map(({ written }) => written);
      return {
        ...(branches.length === 0 ? {} : { branches }),
        ...(plain.length === 0 ? {} : { full_product_names: plain }),
        ...(related.length === 0 ? {} : { relationships: related }),
      };
    },
  };
}

function productName(
  ids: readonly string[],
  productId: string,
  versions: readonly string[] | undefined,
): object {
  const { id, purl, cpe } = writtenName(ids);
  const helper = { ...(cpe === null ? {} : { cpe }), ...(purl === null ? {} : { purl }) };
  const product = {
    product_id: productId,
    name: id,
    ...(Object.keys(helper).length === 0 ? {} : { product_identification_helper: helper }),
  };
  if (versions === undefined) return product;
  return { category: "product_version_range", name: versions[0] ?? "", product };
}

function toVulnerability(statements: readonly VexStatement[], tree: Tree, author: string): object {
  const newest = new Map<string, VexStatement>();
  for (const statement of statements) {
    for (const id of statement.products.flatMap((product) => splitVersions(product)).flatMap(tree.idsOf)) {
      const known = newest.get(id);
      if (known === undefined || isNewer(statement, known)) newest.set(id, statement);
    }
  }
  const byStatement = Map.groupBy(newest.keys(), (id) => newest.get(id));
  const status: Record<string, string[]> = {};
  const flags: object[] = [];
  const threats: object[] = [];
  const remediations: object[] = [];
  const notes: object[] = [];
  for (const [statement, ids] of byStatement) {
    if (statement === undefined) continue;
    const { justification, impactStatement, actionStatement, timestamp } = statement;
    (status[statusKeys[statement.status]] ??= []).push(...ids);
    if (justification !== null) flags.push({ label: justification, date: timestamp, product_ids: ids });
    if (impactStatement !== null)
      threats.push({ category: "impact", details: impactStatement, date: timestamp, product_ids: ids });
    if (statement.status === "affected") {
      const details = actionStatement ?? "none is known";
      const category = actionStatement === null ? "none_available" : "mitigation";
      remediations.push({ category, details, date: timestamp, product_ids: ids });
    }
    for (const text of notesOf(statement, author)) notes.push({ category: "details", text });
  }
  const [name = "", ...aliases] = statements[0]?.vulnerabilities ?? [];
  const isCve = /^CVE-\d{4}-\d{4,}$/.test(name);
  const ids = [
    ...(isCve ? [] : [name]),
    ...new Set(statements.flatMap(({ vulnerabilities }) => vulnerabilities.slice(1))),
  ];
  return {
    ...(isCve ? { cve: name } : {}),
    ...(ids.length === 0
      ? {}
      : { ids: ids.map((text) => ({ system_name: text.split("-", 1)[0] ?? "", text })) }),
    notes: notes.length === 0 ? [{ category: "summary", text: [name, ...aliases].join(", ") }] : notes,
    product_status: status,
    ...(flags.length === 0 ? {} : { flags }),
    ...(threats.length === 0 ? {} : { threats }),
    ...(remediations.length === 0 ? {} : { remediations }),
  };
}

/** At the same time the more cautious one is written, as it would decide. */
function isNewer(left: VexStatement, right: VexStatement): boolean {
  const [a, b] = [Date.parse(left.timestamp), Date.parse(right.timestamp)];
  return a === b ? caution[left.status] > caution[right.status] : a > b;
}

/** A branch has one range: a product with several is written once for each. */
function splitVersions(product: VexProduct): readonly VexProduct[] {
  return product.versions === undefined
    ? [product]
    : product.versions.map((range) => ({ ...product, versions: [range] }));
}
