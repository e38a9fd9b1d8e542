/** What the vulnerability database can say about this image: its age, and the packages it has no feed for. */
import type { DatabaseStatus } from "../domain/advisory.ts";
import type { DatabaseState } from "../domain/analysis.ts";
import { databaseAgeOf, type AgeLimit } from "../domain/database-age.ts";
import type { MatchSubject } from "../matching/match.ts";

/** `subjects` are the image's packages with their keys. */
export function describeDatabase(
  status: DatabaseStatus,
  subjects: readonly MatchSubject[],
  limit: AgeLimit,
): DatabaseState {
  const known = new Set(status.spaces);
  const missing = new Set<string>();
  const others = new Map<string, number>();
  for (const { package: pkg, keys, owner } of subjects) {
    // The distribution has the word, and its owner counts here in its own right.
    if (owner?.keys.some((key) => known.has(key.space)) === true) continue;
    const repository = keys.find((key) => key.repository !== undefined)?.repository;
    if (repository !== undefined) others.set(repository, (others.get(repository) ?? 0) + 1);
    if (keys.length === 0) missing.add(pkg.ecosystem);
    else if (!keys.some((key) => known.has(key.space))) missing.add(keys[0]?.space ?? pkg.ecosystem);
  }
  return {
    ...status,
    ...databaseAgeOf(status, limit),
    missingSpaces: [...missing].sort(),
    ...(others.size > 0 && {
      otherRepositories: [...others]
        .map(([repository, packageCount]) => ({ repository, packageCount }))
        .sort((a, b) => (a.repository < b.repository ? -1 : 1)),
    }),
  };
}
