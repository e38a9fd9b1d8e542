/**
 * Whether a distribution is allowed and still gets security fixes.
 */
import type { Distro } from "../../domain/package.ts";
import { distroLines, type DistroRelease } from "./distros.ts";

/** `unknown`: the image or the table does not tell; never to be read as approved. */
export interface DistroJudgement {
  readonly kind: "approved" | "refused" | "unknown";
  readonly message: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly remediation?: string;
}

/** What of a distribution tells its life cycle. */
type NamedRelease = Pick<Distro, "id" | "versionId" | "name">;

/**
 * Judges `distro` at `now`. An entry of `allowed` is an os-release id (`debian`: every version that is supported) or an
 * id with a version (`debian:11`: this version whether supported or not, for those who buy extended support).
 */
export function judgeDistro(distro: Distro | null, allowed: readonly string[], now: Date): DistroJudgement {
  if (distro === null) return { kind: "unknown", message: "the distribution is not known" };
  const entries = allowed
    .map((entry) => entry.split(":") as [string, string?])
    .filter(([id]) => id === distro.id);
  if (entries.length === 0) {
    return refuse(
      distro,
      `${distro.name} is not an allowed distribution`,
      `Use one of: ${allowed.join(", ") || "(none)"}`,
    );
  }
  const version = distro.versionId;
  if (entries.some(([, only]) => only !== undefined && version !== null && isVersionOf(version, only))) {
    return { kind: "approved", message: `${distro.name} is allowed by its version` };
  }
  if (entries.every(([, only]) => only !== undefined)) {
    return refuse(distro, `${distro.name} is not an allowed version`, `Use one of: ${allowed.join(", ")}`);
  }
  return judgeLifecycle(distro, now);
}

function judgeLifecycle(distro: NamedRelease, now: Date): DistroJudgement {
  const line = distroLines.find(
    ({ id, namePrefix }) => id === distro.id && (namePrefix === null || distro.name.startsWith(namePrefix)),
  );
  if (line === undefined)
    return { kind: "unknown", message: `the life cycle of ${distro.name} is not known` };
  if (line.rolling) return { kind: "approved", message: `${distro.name} is a rolling distribution` };
  const release = findRelease(line.releases, distro.versionId, line.exact);
  if (release === null) return { kind: "unknown", message: `the life cycle of ${distro.name} is not known` };
  if (release.supportEnd === null) return { kind: "approved", message: `${distro.name} is supported` };
  // The day itself still counts, so support ends when the next one begins.
  const endMs = Date.parse(release.supportEnd) + DAY_MS;
  if (now.getTime() < endMs) {
    const planned = release.isPlanned ? " as planned" : "";
    return { kind: "approved", message: `${distro.name} is supported until ${release.supportEnd}${planned}` };
  }
  return refuse(
    distro,
    `${distro.name} has had no security fixes since ${release.supportEnd}`,
    "Move to a version that is supported.",
  );
}

/** That a release gets no fixes any more, in words; null: it does, or nobody knows. */
export function endOfLifeText(distro: NamedRelease | null, now: Date): string | null {
  const judged = distro === null ? null : judgeLifecycle(distro, now);
  return judged?.kind === "refused" ? judged.message : null;
}

const DAY_MS = 86_400_000;

/** The release that a VERSION_ID belongs to: `3.18.4` -> `3.18`. The longest name wins. */
function findRelease(
  releases: readonly DistroRelease[],
  versionId: string | null,
  exact: boolean,
): DistroRelease | null {
  if (versionId === null) return null;
  const found = releases
    .filter(({ version }) => (exact ? version === versionId : isVersionOf(versionId, version)))
    .toSorted((left, right) => right.version.length - left.version.length);
  return found[0] ?? null;
}

function isVersionOf(versionId: string, release: string): boolean {
  return versionId === release || versionId.startsWith(`${release}.`);
}

function refuse(distro: NamedRelease, message: string, remediation: string): DistroJudgement {
  return {
    kind: "refused",
    message,
    columns: { Distribution: distro.id, Version: distro.versionId ?? "none" },
    remediation,
  };
}
