/**
 * VEX documents in CSAF 2.0 (https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html), one vulnerability each: which component
 * of which product is affected, fixed or not, with its remedies. What products and components mean is the publisher's.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import { readProductTree, type CsafPlace } from "./csaf-products.ts";
import { ratingOfVector, ratingOfWord } from "./cvss.ts";
import { asFields, asInstant, asList, asText, asTexts, type Fields } from "./fields.ts";

export interface CsafVex {
  /** `CVE-2023-6228`. */
  readonly id: string;
  readonly title: string;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  /** `CWE-787`, … */
  readonly cwes: readonly string[];
  readonly statements: readonly CsafStatement[];
  /** Ids of products that the product tree does not have. */
  readonly unknownProducts: number;
}

export type CsafStatus = "fixed" | "recommended" | "affected" | "under_investigation" | "not_affected";

export interface CsafStatement extends CsafPlace {
  readonly status: CsafStatus;
  /** What is done about it, without workarounds; null: not told. */
  readonly remedy: CsafRemedy | null;
  /** Why it is not affected: `vulnerable_code_not_present`. */
  readonly flag: string | null;
  readonly severities: readonly SeverityRating[];
}

export interface CsafRemedy {
  /** `vendor_fix`, `no_fix_planned`, `none_available`. */
  readonly category: string;
  readonly details: string;
  readonly url: string | null;
  readonly date: string | null;
}

/** Statuses of the standard; the `first_…` and `last_…` ones say nothing that these do not. */
const statuses: readonly (readonly [string, CsafStatus])[] = [
  ["fixed", "fixed"],
  ["recommended", "recommended"],
  ["known_affected", "affected"],
  ["under_investigation", "under_investigation"],
  ["known_not_affected", "not_affected"],
];

/** Statements of one document; those of the kernel have some ten thousand. */
const statementsMax = 500_000;

/** Name space of the publisher when the value looks like a VEX document of one vulnerability, else null. Cheap. */
export function csafVexPublisher(value: unknown): string | null {
  const document = asFields(asFields(value)?.["document"]);
  if (document === null || document["category"] !== "csaf_vex") return null;
  if (asList(asFields(value)?.["vulnerabilities"]).length !== 1) return null;
  return asText(asFields(document["publisher"])?.["namespace"]);
}

/** Reads a document that `csafVexPublisher` accepts; null when it names no vulnerability. `source` is who rates. */
export function readCsafVex(value: unknown, source: string): CsafVex | null {
  const root = asFields(value) ?? {};
  const vulnerability = asFields(asList(root["vulnerabilities"])[0]) ?? {};
  const tracking = asFields(asFields(root["document"])?.["tracking"]);
  const id = asText(vulnerability["cve"]) ?? asText(tracking?.["id"]);
  if (id === null || !/^[\w:.-]{1,100}$/.test(id)) return null;
  const placeOf = readProductTree(root["product_tree"]);
  const about = readAbout(vulnerability, source);
  const statements: CsafStatement[] = [];
  let unknownProducts = 0;
  for (const [name, status] of statuses) {
    for (const productId of asTexts(asFields(vulnerability["product_status"])?.[name])) {
      const place = placeOf(productId);
      if (place === null || statements.length >= statementsMax) unknownProducts += 1;
      else statements.push({ ...place, status, ...about(productId) });
    }
  }
  const cwe = asText(asFields(vulnerability["cwe"])?.["id"]);
  return {
    id,
    title: asText(vulnerability["title"]) ?? "",
    publishedAt: asInstant(vulnerability["release_date"]) ?? asInstant(tracking?.["initial_release_date"]),
    modifiedAt: asInstant(tracking?.["current_release_date"]),
    cwes: cwe === null ? [] : [cwe],
    statements,
    unknownProducts,
  };
}

type About = Pick<CsafStatement, "remedy" | "flag" | "severities">;

/** Remedies, flags and ratings, by product. */
function readAbout(vulnerability: Fields, source: string): (productId: string) => About {
  const remedies = new Map<string, CsafRemedy>();
  for (const [member, ids] of membersOf(vulnerability["remediations"], "product_ids")) {
    const category = asText(member["category"]) ?? "";
    if (category === "workaround" || category === "mitigation") continue;
    const details = asText(member["details"]) ?? "";
    const remedy = { category, details, url: asText(member["url"]), date: asInstant(member["date"]) };
    for (const id of ids) if (!remedies.has(id)) remedies.set(id, remedy);
  }
  const flags = new Map<string, string>();
  for (const [member, ids] of membersOf(vulnerability["flags"], "product_ids")) {
    for (const id of ids) flags.set(id, asText(member["label"]) ?? "");
  }
  const ratings = new Map<string, SeverityRating[]>();
  const rate = (ids: readonly string[], rating: SeverityRating | null): void => {
    if (rating !== null) for (const id of ids) ratings.set(id, [...(ratings.get(id) ?? []), rating]);
  };
  for (const [member, ids] of membersOf(vulnerability["scores"], "products")) {
    for (const type of ["cvss_v4", "cvss_v3", "cvss_v2"]) {
      const vector = asText(asFields(member[type])?.["vectorString"]);
      if (vector !== null) rate(ids, ratingOfVector(source, vector));
    }
  }
  for (const [member, ids] of membersOf(vulnerability["threats"], "product_ids")) {
    if (member["category"] === "impact") rate(ids, ratingOfWord(source, asText(member["details"]) ?? ""));
  }
  // A threat without products is about all of them.
  const general = asList(vulnerability["threats"]).flatMap((threat) =>
    generalRating(asFields(threat), source),
  );
  return (id) => ({
    remedy: remedies.get(id) ?? null,
    flag: flags.get(id) ?? null,
    severities: [...(ratings.get(id) ?? []), ...general],
  });
}

function membersOf(list: unknown, ids: string): (readonly [Fields, readonly string[]])[] {
  return asList(list).flatMap((member) => {
    const fields = asFields(member);
    return fields === null ? [] : [[fields, asTexts(fields[ids])] as const];
  });
}

function generalRating(threat: Fields | null, source: string): SeverityRating[] {
  if (threat?.["category"] !== "impact" || threat["product_ids"] !== undefined) return [];
  const rating = ratingOfWord(source, asText(threat["details"]) ?? "");
  return rating === null ? [] : [rating];
}
