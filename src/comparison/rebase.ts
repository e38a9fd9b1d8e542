/**
 * What an image would hold on another base, from what is known of both: the other base, and what the image's own layers brought. An estimate
 * of a build, not a build: it says where one may give something else.
 */
import type { Analysis } from "../domain/analysis.ts";
import type { Rebase } from "../domain/base-advice.ts";
import type { VersionOrder } from "../domain/comparison.ts";
import { storedSizeDelta } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";
import { compareFindings } from "./compare.ts";

export interface RebaseInput {
  readonly image: Analysis;
  /** Layers of the base that it has. */
  readonly layerCount: number;
  /** The base that it has, where it is known by itself: tells what the image removed of it. */
  readonly base: Analysis | null;
  readonly candidate: Analysis;
  readonly order: VersionOrder;
}

/** Ecosystems where an installation holds one version of a package, which a later layer replaces. */
const SYSTEM: ReadonlySet<string> = new Set(["deb", "apk", "rpm", "alpm", "opkg", "ebuild"]);

export function rebaseImage({ image, layerCount, base, candidate, order }: RebaseInput): Rebase {
  const isOwn = ({ evidence }: Package): boolean =>
    evidence.some(({ layerIndex }) => layerIndex !== null && layerIndex >= layerCount);
  const current = image.sbom.packages.filter((pkg) => pkg.removedIn === undefined);
  const has = new Set(current.map(nameOf));
  const dropped = new Set((base?.sbom.packages ?? []).map(nameOf).filter((name) => !has.has(name)));
  const offered = new Map(candidate.sbom.packages.map((pkg) => [nameOf(pkg), pkg]));
  // An upgrade that the image made stays one only while the new base has not caught up.
  const own = current.filter(isOwn).filter((pkg) => !hasCaughtUp(pkg, offered.get(nameOf(pkg)), order));
  const replaced = new Set(own.filter(({ ecosystem }) => SYSTEM.has(ecosystem)).map(nameOf));
  const brought = candidate.sbom.packages.filter(
    (pkg) => !replaced.has(nameOf(pkg)) && !dropped.has(nameOf(pkg)),
  );
  const kept: ReadonlySet<Package> = new Set([...brought, ...own]);
  const findings =
    image.findings === null || candidate.findings === null
      ? null
      : [...candidate.findings, ...image.findings].filter((finding) => kept.has(finding.package));
  const changes = findings === null ? [] : compareFindings(image.findings ?? [], findings);
  const of = (kind: "added" | "removed") =>
    changes.flatMap((change) => (change.kind === kind ? [change.finding] : []));
  const ownBytes = image.image.layers.slice(layerCount).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    packages: [...kept],
    findings,
    sizeBytes: candidate.image.sizeBytes + ownBytes,
    removed: of("removed"),
    added: of("added"),
    caveats: caveatsOf(image, candidate, own),
  };
}

function nameOf(pkg: Package): string {
  return `${pkg.ecosystem}\n${packageName(pkg)}`;
}

function hasCaughtUp(pkg: Package, offered: Package | undefined, order: VersionOrder): boolean {
  if (offered === undefined || !SYSTEM.has(pkg.ecosystem)) return false;
  const answer = order(pkg, pkg.version, offered.version);
  return answer !== null && answer <= 0;
}

function caveatsOf(image: Analysis, candidate: Analysis, own: readonly Package[]): readonly string[] {
  const before = image.sbom.distro;
  const after = candidate.sbom.distro;
  const system = own.filter(({ ecosystem }) => SYSTEM.has(ecosystem)).length;
  const isOther = before?.id !== after?.id || before?.versionId !== after?.versionId;
  return [
    ...(isOther && system > 0
      ? [
          `${system} system packages that the image itself installs are counted as they are; a build would install those of ${after?.name ?? "the new base"}`,
        ]
      : []),
    ...(storedSizeDelta(candidate.image, image.image) === null
      ? ["its size adds layers as they travel to layers that are counted unpacked"]
      : []),
    ...(candidate.sbom.completeness === "incomplete" ? ["the inventory of the new base is incomplete"] : []),
    ...(image.sbom.completeness === "incomplete" ? ["the inventory of the image is incomplete"] : []),
  ];
}
