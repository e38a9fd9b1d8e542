/** Seeded packages and findings in the shapes that the store takes. */
import { matchKeyOf } from "../../src/analysis/match-key.ts";
import type { Distro, Package } from "../../src/domain/package.ts";
import type { StoredFinding } from "../../src/store/schema.ts";
import type { StoredPackage } from "../../src/store/stores/packages.ts";
import type { SeedFinding, SeedPackage } from "./seed-images.ts";

/** Of all seeded images. */
export const seedDistro: Distro = {
  id: "debian",
  versionId: "12",
  codename: "bookworm",
  name: "Debian GNU/Linux 12",
  idLike: [],
};

export function purlOf({ name, version = "1.0.0", purl }: SeedPackage): string {
  return purl ?? `pkg:npm/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
}

/** As cataloguing gives it. */
export function toPackage(pkg: SeedPackage, layers: readonly string[]): Package {
  const { name, version = "1.0.0", path = `srv/node_modules/${name}/package.json`, layer = 0 } = pkg;
  return {
    ecosystem: pkg.ecosystem ?? "npm",
    namespace: pkg.namespace ?? null,
    name,
    version,
    purl: purlOf(pkg),
    sourcePackage: null,
    architecture: null,
    licenses: pkg.licenses ?? ["MIT"],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [{ path, layer: layers[layer] ?? null, layerIndex: layer }],
  };
}

/** As it is stored once for all images, under its match key: a vulnerability database can be applied to it. */
export function toStoredPackage(pkg: SeedPackage): StoredPackage {
  const { name, version = "1.0.0" } = pkg;
  const purl = purlOf(pkg);
  return {
    identity: matchKeyOf(toPackage(pkg, []), seedDistro),
    purl,
    ecosystem: pkg.ecosystem ?? "npm",
    name,
    version,
    distro: null,
    sourceName: null,
    sourceVersion: null,
  };
}

export function toStoredFinding(pkg: SeedPackage, finding: SeedFinding): StoredFinding {
  const { vulnerability, severity, aliases = [], fixedVersion = null, state = "affected" } = finding;
  const { name, version = "1.0.0" } = pkg;
  const isAffected = state === "affected";
  const range = { scheme: "semver", introduced: "0", fixed: fixedVersion, lastAffected: null };
  const comparison = isAffected
    ? `${version} >= 0${fixedVersion === null ? "" : ` and ${version} < ${fixedVersion}`} (semver)`
    : `${version} is no version of semver`;
  const rating =
    severity === "unspecified"
      ? null
      : { source: "GHSA", type: "CVSS_V3" as const, vector: null, score: scores[severity], severity };
  const demonstration = finding.demonstration ?? false;
  return {
    vulnerability,
    aliases,
    state,
    reason: isAffected ? null : "the version cannot be compared",
    kind: "vulnerability",
    severity,
    rating,
    cvss: rating,
    ratings: rating === null ? [] : [rating],
    fixedVersion,
    fixState: fixedVersion === null ? "unknown" : "fixed",
    fixNote: null,
    fixedAt: null,
    affectedRange: isAffected ? (fixedVersion === null ? ">=0" : `<${fixedVersion}`) : "",
    summary: finding.summary ?? `A weakness of ${name}`,
    cwes: [],
    publishedAt: "2026-01-02T03:04:05Z",
    modifiedAt: null,
    url: `https://example.com/${vulnerability}`,
    evidence: [
      {
        advisory: {
          id: vulnerability,
          feed: "osv",
          space: "npm",
          name,
          aliases,
          summary: finding.summary ?? `A weakness of ${name}`,
          ranges: [range],
          versions: [],
          severities: rating === null ? [] : [rating],
          cwes: [],
          publishedAt: "2026-01-02T03:04:05Z",
          modifiedAt: null,
          url: `https://example.com/${vulnerability}`,
          demonstration,
        },
        key: { space: "npm", name, version, by: "package" },
        range: isAffected ? range : null,
        comparison,
      },
    ],
    demonstration,
  };
}

const scores = { critical: 9.8, high: 7.5, medium: 5.3, low: 3.1 };
