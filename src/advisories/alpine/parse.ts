/**
 * One file of Alpine's security database: for each package of a repository, which vulnerabilities which version fixed.
 * `{ distroversion: "v3.18", reponame, packages: [{ pkg: { name, secfixes: { "1.2.3-r0": ["CVE-…"] } } }] }`
 *
 * Written by hand upstream, so: `packages`, `secfixes` and its lists may be null; one string may hold several ids or a remark;
 * version `0` says that the package was never affected. Names are of source packages (origins).
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { asFields, asList, asText, sortedUnique, type Fields, isPackageName } from "../shared/fields.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";
import { readFixEntry } from "./fix-entry.ts";

export interface SecurityDatabase {
  /** `3.18` or `edge`. */
  readonly release: string;
  /** `main`, `community`. */
  readonly repository: string;
  readonly packages: readonly unknown[];
}

/** The outline of a parsed document, or null when it is no Alpine security database. */
export function readOutline(value: unknown): SecurityDatabase | null {
  const fields = asFields(value);
  const release = /^(?:v?(\d+\.\d+)|(edge)(?:-main)?)$/.exec(asText(fields?.["distroversion"]) ?? "");
  const repository = asText(fields?.["reponame"]);
  if (fields === null || release === null || repository === null || !("packages" in fields)) return null;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(repository)) return null;
  return { release: release[1] ?? "edge", repository, packages: asList(fields["packages"]) };
}

/** `v3.18/main`, the part that a file belongs to: also its path in the live feed without `.json`. */
export function partOf({ release, repository }: SecurityDatabase): string {
  return `${release === "edge" ? "edge" : `v${release}`}/${repository}`;
}

export function readSecurityDatabase(database: SecurityDatabase): FeedReading {
  const part = partOf(database);
  const space = `apk:alpine:${database.release}`;
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of database.packages) {
    const pkg = asFields(asFields(member)?.["pkg"]);
    const name = asText(pkg?.["name"]);
    if (pkg === null || !isPackageName(name)) {
      rejected.push({ id: part, reason: "a package has no usable name" });
      continue;
    }
    records.push(...readPackage(name, asFields(pkg["secfixes"]) ?? {}, { part, space, rejected }));
  }
  return { records, rejected, spaces: [{ part, space }] };
}

interface Place {
  readonly part: string;
  readonly space: string;
  readonly rejected: RejectedRecord[];
}

/** One record for each vulnerability of a package. */
function readPackage(name: string, secfixes: Fields, { part, space, rejected }: Place): AdvisoryRecord[] {
  const fixesById = new Map<string, { fixed: string[]; aliases: string[] }>();
  for (const [version, list] of Object.entries(secfixes)) {
    for (const entry of asList(list)) {
      const text = asText(entry);
      const named = text === null ? [] : readFixEntry(text);
      if (named.length === 0)
        rejected.push({ id: `${part} ${name} ${version}`, reason: "an entry names no id" });
      for (const { id, aliases } of named) {
        const fixes = fixesById.get(id) ?? { fixed: [], aliases: [] };
        fixesById.set(id, fixes);
        fixes.fixed.push(version.trim());
        fixes.aliases.push(...aliases);
      }
    }
  }
  return [...fixesById].map(([id, fixes]): AdvisoryRecord => {
    const fixed = fixes.fixed.filter((version) => version !== "0");
    const advisory = feedAdvisory({
      id,
      space,
      name,
      aliases: sortedUnique(fixes.aliases),
      ranges: [rangeBefore(fixed)],
      url: id.startsWith("CVE-") ? `https://security.alpinelinux.org/vuln/${id}` : null,
    });
    return advisoryRecord({
      // The file has no records of its own; package and vulnerability together are unique in it.
      id: `${id} ${name}`,
      advisories: fixed.length === 0 ? [] : [{ part, advisory }],
      neverAffectedCount: fixed.length === 0 ? 1 : 0,
    });
  });
}

/**
 * Everything before the fix. A vulnerability listed under several versions was fixed again later (the first fix was not
 * complete), so the highest one ends the range; where versions cannot be compared, the one listed last.
 */
function rangeBefore(fixed: readonly string[]): AffectedRange {
  const highest = fixed.reduce(
    (best, version) => ((compareVersions("apk", version, best) ?? 1) > 0 ? version : best),
    fixed[0] ?? "0",
  );
  return { scheme: "apk", introduced: "0", fixed: highest, lastAffected: null };
}
