/**
 * One CVE record (version 5) as ratings and weaknesses of its CNA and of those who add to it (CISA's "vulnrichment" among them;
 * its SSVC decisions are not read), and as rows of the packages and products that it names by a key.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import { readConfigurations } from "../shared/configurations.ts";
import { readAffected } from "../shared/cve-affected.ts";
import { rowsOfProducts } from "../shared/cve-rows.ts";
import { ratingOfVector } from "../shared/cvss.ts";
import { asFields, asInstant, asList, asText, sortedUnique, type Fields } from "../shared/fields.ts";
import { addVersions, cvePattern, cwePattern, type ProductVersions } from "../shared/products.ts";
import { advisoryRecord } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { FeedRecord } from "../types.ts";

/** Null when the record has no usable id. */
export function readCveRecord(value: unknown): FeedRecord | null {
  const record = asFields(value);
  const about = asFields(record?.["cveMetadata"]);
  const id = asText(about?.["cveId"]);
  if (record === null || about === null || id === null || !cvePattern.test(id)) return null;
  const modifiedAt = asInstant(about["dateUpdated"]) ?? asInstant(about["datePublished"]);
  if (asText(about["state"])?.toUpperCase() === "REJECTED")
    return advisoryRecord({ id, modifiedAt, withdrawn: true });
  const containers = containersOf(record);
  const ratings = containers.flatMap(readRatings);
  const cwes = sortedUnique(containers.flatMap(readCwes));
  const { products, unsupported } = productsOf(containers);
  const cna = asFields(asFields(record["containers"])?.["cna"]) ?? {};
  const facts = {
    id,
    aliases: [],
    summary: summaryOf(cna),
    severities: ratings,
    cwes,
    publishedAt: asInstant(about["datePublished"]),
    modifiedAt,
    url: `https://www.cve.org/CVERecord?id=${id}`,
  };
  const advisories = rowsOfProducts(facts, products);
  if (ratings.length === 0 && cwes.length === 0)
    return advisoryRecord({ id, modifiedAt, advisories, unsupported });
  const context = {
    kev: null,
    epss: null,
    ...(ratings.length > 0 && { ratings }),
    ...(cwes.length > 0 && { cwes }),
  };
  return {
    kind: "context",
    id,
    ...(modifiedAt !== null && { modifiedAt }),
    context,
    ...(advisories.length > 0 && { advisories }),
  };
}

/** The CNA's container, then those of others. */
function containersOf(record: Fields): readonly Fields[] {
  const containers = asFields(record["containers"]);
  return [containers?.["cna"], ...asList(containers?.["adp"])].map(asFields).filter((each) => each !== null);
}

function productsOf(containers: readonly Fields[]): {
  readonly products: ReadonlyMap<string, ProductVersions>;
  readonly unsupported: string[];
} {
  const products = new Map<string, ProductVersions>();
  const unsupported: string[] = [];
  for (const container of containers) {
    readAffected(container, products, unsupported);
    for (const [key, { ranges, versions }] of readConfigurations(container["cpeApplicability"]))
      addVersions(products, key, ranges, versions);
  }
  return { products, unsupported };
}

function summaryOf(cna: Fields): string {
  const english = asList(cna["descriptions"])
    .map(asFields)
    .find((text) => asText(text?.["lang"])?.startsWith("en") === true);
  return shortSummary(asText(cna["title"]), asText(english?.["value"]));
}

/** Vectors of one container, by its author: `CISA-ADP`, `redhat`. */
function readRatings(container: Fields): SeverityRating[] {
  const author = asText(asFields(container["providerMetadata"])?.["shortName"]) ?? "CNA";
  const ratings = new Map<string, SeverityRating>();
  for (const member of asList(container["metrics"])) {
    const metric = asFields(member);
    for (const key of ["cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"]) {
      const vector = asText(asFields(metric?.[key])?.["vectorString"]);
      const rating = vector === null ? null : ratingOfVector(author.slice(0, authorLengthMax), vector);
      if (rating?.vector !== null && rating !== null) ratings.set(rating.vector, rating);
    }
  }
  return [...ratings.values()];
}

const authorLengthMax = 100;

function readCwes(container: Fields): string[] {
  return asList(container["problemTypes"])
    .flatMap((type) => asList(asFields(type)?.["descriptions"]))
    .flatMap((text) => asText(asFields(text)?.["cweId"]) ?? [])
    .filter((word) => cwePattern.test(word));
}
