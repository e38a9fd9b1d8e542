/** Which name spaces differ between two vulnerability databases, told by their manifests. */
import { createHash } from "node:crypto";
import { matchingProgram } from "../analysis/matching-id.ts";
import type { Manifest } from "../advisories/manifest.ts";
import { statusOf } from "../advisories/manifest.ts";
import type { AppliedPart, AppliedParts } from "../store/stores/database-parts.ts";

/** What is remembered of a database once it was applied: a hash of each part, and what it was matched with. */
export function partsOf(manifest: Manifest): AppliedParts {
  const parts = manifest.parts.map(({ feed, part, contentDigest, spaces, demonstration, holds }) => {
    const content = createHash("sha256")
      .update(JSON.stringify([demonstration, contentDigest]))
      .digest("hex");
    const isOfScores = feed === "kev" || feed === "epss";
    const rates = holds === "contexts" && !isOfScores;
    return [`${feed}/${part}`, { content, spaces, ...(rates && { rates }) }] as const;
  });
  return { digest: statusOf(manifest).digest, program: matchingProgram(), parts: Object.fromEntries(parts) };
}

export interface PartChanges {
  /** Spaces whose advisories may differ. Sorted. */
  readonly spaces: readonly string[];
  /** EPSS or KEV may differ. */
  readonly contexts: boolean;
  /** Ratings of vulnerabilities may differ, whatever packages they were found in. */
  readonly ratings: boolean;
}

/** Of a part that is only in one of them, all differs. */
export function changedParts(before: AppliedParts, after: AppliedParts): PartChanges {
  const names = [...new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])];
  const changed = names.filter((name) => before.parts[name]?.content !== after.parts[name]?.content);
  const spacesIn = (part: AppliedPart | undefined): readonly string[] => part?.spaces ?? [];
  const spaces = changed.flatMap((name) => [...spacesIn(before.parts[name]), ...spacesIn(after.parts[name])]);
  return {
    spaces: [...new Set(spaces)].sort(),
    contexts: changed.some((name) => name.startsWith("kev/") || name.startsWith("epss/")),
    ratings: changed.some((name) => (before.parts[name] ?? after.parts[name])?.rates === true),
  };
}
