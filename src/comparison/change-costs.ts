/** What changes cost, in points: a patch of one library is one. They only order plans; docs/guide/pre-submission.md lists them. */
import type { BaseCandidate } from "../domain/base-advice.ts";
import type { Package } from "../domain/package.ts";
import { parseVersionTag } from "./candidate-tags.ts";
import { upgradeStep } from "./upgrade.ts";

export const changeCosts = {
  patch: 1,
  minor: 2,
  major: 6,
  /** By the distribution, within its release: it promises that nothing else changes. */
  system: 1,
  /** Of a version that does not say how far it goes. */
  unknown: 3,
  drop: 20,
  refresh: 2,
  sameMajorBase: 4,
  otherBase: 8,
  otherDistribution: 4,
  user: 1,
  label: 1,
  hygiene: 2,
  secret: 5,
  rebuild: 1,
  process: 3,
} as const;

/** Ecosystems of distributions. */
const SYSTEM: ReadonlySet<string> = new Set(["deb", "apk", "rpm", "alpm", "opkg", "ebuild"]);

export function isSystemPackage({ ecosystem }: Package): boolean {
  return SYSTEM.has(ecosystem);
}

export function upgradeCost(pkg: Package, version: string): number {
  if (isSystemPackage(pkg)) return changeCosts.system;
  return changeCosts[upgradeStep(pkg, pkg.version, version)];
}

/** `tag` is that of the base which the image has. */
export function rebaseCost(
  candidate: BaseCandidate,
  { tag, distribution }: { readonly tag: string | null; readonly distribution: string | null },
): number {
  if (candidate.kind === "refresh") return changeCosts.refresh;
  const [now, then] = [parseVersionTag(candidate.tag ?? ""), parseVersionTag(tag ?? "")];
  const isSame =
    now !== null && then !== null && now.numbers[0] === then.numbers[0] && now.variant === then.variant;
  const after = candidate.analysis?.sbom.distro?.id ?? null;
  const isOther = distribution !== null && after !== null && after !== distribution;
  return (
    (isSame ? changeCosts.sameMajorBase : changeCosts.otherBase) +
    (isOther ? changeCosts.otherDistribution : 0)
  );
}
