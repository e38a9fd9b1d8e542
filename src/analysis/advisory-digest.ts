/**
 * One digest for all advisories that were found for a package, and what else its findings are made of: as long as it stays,
 * matching the package again gives the same findings.
 */
import { createHash } from "node:crypto";
import type { AdvisoryKey } from "../domain/package.ts";
import type { AdvisoriesByKey } from "../matching/match.ts";

/** Raised when the same package and advisories give other findings than before, so that what was stored is matched again. */
export const MATCHING_VERSION = 3;

/**
 * A function from a package's keys, and what was joined into its findings (null: nothing), to `sha256:…` over their canonical JSON
 * and that of the keys' advisories. The order in which the database lists them is of no matter. Each key is hashed once, however
 * many packages share it.
 */
export function advisoryDigests(
  advisories: AdvisoriesByKey,
): (keys: readonly AdvisoryKey[], joined: unknown) => string {
  const known = new Map<string, string>();
  const digestOfKey = (key: string): string => {
    const digest =
      known.get(key) ?? sha256(JSON.stringify((advisories.get(key) ?? []).map(canonicalJson).sort()));
    known.set(key, digest);
    return digest;
  };
  return (keys, joined) => {
    const names = [...new Set(keys.map(({ space, name }) => `${space}\n${name}`))];
    const digests = names.map((name) => [name, digestOfKey(name)]);
    return `sha256:${sha256(canonicalJson([MATCHING_VERSION, digests, joined]))}`;
  };
}

/** JSON with the members of every object sorted by name. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
