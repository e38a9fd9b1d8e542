/**
 * Severity ratings of an OSV record: CVSS vectors of the record and of the package, then the words of its database.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import { ratingOfVector, ratingOfWord } from "../shared/cvss.ts";
import { asFields, asList, asText, type Fields } from "../shared/fields.ts";

/**
 * Ratings by what the record says; `source` is who publishes it: `GHSA`, `PYSEC`, `debian`.
 * The package's own vectors replace the record's where it has any (schema 1.7: "either, not both").
 */
export function readRatings(record: Fields, affected: Fields, source: string): SeverityRating[] {
  const own = asList(affected["severity"]);
  const ratings = (own.length > 0 ? own : asList(record["severity"])).flatMap((member) =>
    readRating(asFields(member), source),
  );
  const words = [
    asFields(record["database_specific"])?.["severity"],
    asFields(affected["database_specific"])?.["severity"],
    asFields(affected["ecosystem_specific"])?.["severity"],
    asFields(affected["ecosystem_specific"])?.["urgency"],
    asFields(affected["ecosystem_specific"])?.["ubuntu_priority"],
  ];
  for (const word of words) {
    const text = asText(word);
    const rating = text === null ? null : ratingOfWord(source, text);
    if (rating !== null) ratings.push(rating);
  }
  return unique(ratings);
}

/** `{ type: "CVSS_V3", score: "CVSS:3.1/…" }`, or `{ type: "Ubuntu", score: "low" }`. */
function readRating(member: Fields | null, source: string): SeverityRating[] {
  const score = asText(member?.["score"]);
  if (score === null) return [];
  const type = asText(member?.["type"]) ?? "";
  const rating = type.startsWith("CVSS_V")
    ? ratingOfVector(source, score)
    : ratingOfWord(type === "Ubuntu" ? "ubuntu" : source, score);
  return rating === null ? [] : [rating];
}

function unique(ratings: readonly SeverityRating[]): SeverityRating[] {
  const seen = new Map<string, SeverityRating>();
  for (const rating of ratings) {
    const key = `${rating.source} ${rating.vector ?? rating.severity}`;
    if (!seen.has(key)) seen.set(key, rating);
  }
  return [...seen.values()];
}
