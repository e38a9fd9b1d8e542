/** What the vulnerability database can say about this image: its age, and the packages it has no feed for. */
import type { DatabaseStatus } from "../domain/advisory.ts";
import type { DatabaseState } from "../domain/analysis.ts";
import type { MatchSubject } from "../matching/match.ts";

/** `subjects` are the image's packages with their keys; `ageHoursMax`: older than this many hours is stale. */
export function describeDatabase(
  status: DatabaseStatus,
  subjects: readonly MatchSubject[],
  options: { readonly now: Date; readonly ageHoursMax: number },
): DatabaseState {
  const ageMs = options.now.getTime() - Date.parse(status.updatedAt);
  const ageHours = Math.max(0, Math.floor(ageMs / 3_600_000));
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
    ageHours,
    // The project's own demonstration data is a fixed example: its age says nothing.
    stale: !status.demonstration && ageMs > options.ageHoursMax * 3_600_000,
    missingSpaces: [...missing].sort(),
    ...(others.size > 0 && {
      otherRepositories: [...others]
        .map(([repository, packageCount]) => ({ repository, packageCount }))
        .sort((a, b) => (a.repository < b.repository ? -1 : 1)),
    }),
  };
}
