/**
 * One CVE of the NVD (API and feeds, version 2.0) as ratings, weaknesses and rows of products by CPE.
 */
import { ratingOfVector } from "../shared/cvss.ts";
import type { SeverityRating } from "../../domain/advisory.ts";
import { asFields, asInstant, asList, asText, asTexts, sortedUnique, type Fields } from "../shared/fields.ts";
import { cvePattern, cwePattern } from "../shared/products.ts";
import { advisoryRecord } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { FeedRecord, PartAdvisory, RejectedRecord } from "../types.ts";
import { readConfigurations } from "../shared/configurations.ts";
import { rowsOfProducts } from "../shared/cve-rows.ts";

export type NvdReading =
  | { readonly kind: "record"; readonly record: FeedRecord }
  | { readonly kind: "rejected"; readonly rejected: RejectedRecord };

/** `value`: the object with `id`, `sourceIdentifier` and `vulnStatus`. Rejected CVEs are withdrawn records. */
export function readNvdCve(value: unknown, document: string): NvdReading {
  const cve = asFields(value);
  const id = asText(cve?.["id"]);
  if (cve === null || id === null || !cvePattern.test(id)) {
    return { kind: "rejected", rejected: { id: id ?? document, reason: "an entry has no usable CVE id" } };
  }
  const modifiedAt = readTime(cve["lastModified"]);
  const isRejected = asText(cve["vulnStatus"])?.toLowerCase() === "rejected";
  const ratings = readRatings(cve);
  const cwes = readCwes(cve);
  const advisories = isRejected ? [] : productRows(cve, id, modifiedAt, { ratings, cwes });
  if (isRejected || (ratings.length === 0 && cwes.length === 0 && advisories.length === 0)) {
    // Nothing is known of it yet, or nothing any more: it keeps its id, so that an older copy goes.
    return { kind: "record", record: advisoryRecord({ id, modifiedAt, withdrawn: isRejected }) };
  }
  const record: FeedRecord = {
    kind: "context",
    id,
    part: nvdPart(id),
    ...(modifiedAt !== null && { modifiedAt }),
    context: {
      kev: null,
      epss: null,
      ...(ratings.length > 0 && { ratings }),
      ...(cwes.length > 0 && { cwes }),
    },
    ...(advisories.length > 0 && { advisories }),
  };
  return { kind: "record", record };
}

/** The year whose feed holds the CVE; those before 2002 stand in the feed of 2002. */
export function nvdPart(id: string): string {
  return String(Math.max(2002, Number(id.slice(4, 8))));
}

/** The NVD writes instants in UTC and without an offset. */
function readTime(value: unknown): string | null {
  const text = asText(value);
  return asInstant(text !== null && /T[\d:.]+$/.test(text) ? `${text}Z` : text);
}

function productRows(
  cve: Fields,
  id: string,
  modifiedAt: string | null,
  { ratings, cwes }: { readonly ratings: readonly SeverityRating[]; readonly cwes: readonly string[] },
): PartAdvisory[] {
  const english = asList(cve["descriptions"])
    .map(asFields)
    .find((text) => text?.["lang"] === "en");
  const facts = {
    id,
    aliases: [],
    summary: shortSummary(null, asText(english?.["value"])),
    severities: ratings,
    cwes,
    publishedAt: readTime(cve["published"]),
    modifiedAt,
    url: `https://nvd.nist.gov/vuln/detail/${id}`,
  };
  return rowsOfProducts(facts, readConfigurations(cve["configurations"]), nvdPart(id));
}

/** Vectors of every source. A source that rates twice in one version of CVSS (primary and secondary) counts once a vector. */
function readRatings(cve: Fields): SeverityRating[] {
  const metrics = asFields(cve["metrics"]) ?? {};
  const ratings = new Map<string, SeverityRating>();
  for (const key of ["cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"]) {
    for (const member of asList(metrics[key])) {
      const metric = asFields(member);
      const vector = asText(asFields(metric?.["cvssData"])?.["vectorString"]);
      const source = sourceOf(asText(metric?.["source"]) ?? "");
      const rating = vector === null ? null : ratingOfVector(source, vector);
      if (rating !== null) ratings.set(`${source} ${vector}`, rating);
    }
  }
  return [...ratings.values()];
}

/** `nvd@nist.gov` is the NVD itself; other addresses are told by their domain, and ids by what is known of them. */
function sourceOf(source: string): string {
  if (source === "nvd@nist.gov") return "NVD";
  const domain = /@([a-z0-9.-]{1,100})$/i.exec(source)?.[1];
  if (domain !== undefined) return domain.toLowerCase();
  return source === "134c704f-9b21-4f2e-91b3-4a467353bcc0" ? "CISA-ADP" : "CNA";
}

/** `NVD-CWE-noinfo` and `NVD-CWE-Other` are no weaknesses. */
function readCwes(cve: Fields): string[] {
  const words = asList(cve["weaknesses"]).flatMap((weakness) =>
    asTexts(asList(asFields(weakness)?.["description"]).map((text) => asFields(text)?.["value"])),
  );
  return sortedUnique(words.filter((word) => cwePattern.test(word)));
}
