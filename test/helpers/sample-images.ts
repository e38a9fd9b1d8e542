/**
 * An organisation's images of every kind that pages show: met and not met, several platforms, incomplete, failed, waiting, not matched,
 * not judged, replaced and deployed; with names that are scripts and control characters.
 */
import { seedImages, type SeededImage } from "./seed.ts";
import { seedDigest, type SeedImage } from "./seed-images.ts";
import type { TestServer } from "./server.ts";

/** What an image may hold: it must come back as the text that it is. */
export const nasty = `<script>alert(1)</script> \u001b[31m "'\u202e& 名`;
export const day = (date: number, hour = 0): Date => new Date(Date.UTC(2026, 10, date, hour));

export const openssl = {
  name: "openssl",
  version: "3.0.1",
  purl: "pkg:deb/debian/openssl@3.0.1?arch=amd64",
  path: "var/lib/dpkg/status",
  layer: 0,
  licenses: ["OpenSSL"],
  findings: [
    {
      vulnerability: "CVE-2026-1",
      severity: "critical",
      fixedVersion: "3.0.2",
      aliases: ["GHSA-aaaa-bbbb-cccc"],
      kev: true,
      epss: 0.9,
    },
    { vulnerability: "CVE-2026-2", severity: "high" },
  ],
} as const;
export const lodash = {
  name: nasty,
  version: "4.0.0",
  purl: `pkg:npm/lodash@4.0.0?vcs=${encodeURIComponent(nasty)}`,
  path: `srv/${nasty}/package.json`,
  layer: 1,
  fileCount: 12,
  ownedBy: "pkg:deb/debian/node-lodash@4.0.0",
  findings: [
    { vulnerability: "CVE-2026-3", severity: "low", summary: nasty, suppressedBy: "ann" },
    { vulnerability: "CVE-2026-4", severity: "medium", state: "undetermined" },
  ],
} as const;
const clean = { name: "left-pad", version: "1.3.0", bySignature: true };

export const sampleImages = {
  before: { repository: "acme/app", tag: "1.0", pushedAt: day(1), results: ["not_met", "not_met"] },
  app: {
    repository: "acme/app",
    tag: "1.0",
    pushedAt: day(2),
    packages: [openssl, lodash, clean],
    layers: [
      { command: "ADD rootfs.tar.gz /", sizeBytes: 30_000_000, fromBase: true },
      {
        command: `RUN echo ${nasty}`,
        sizeBytes: 1000,
        source: { file: "Dockerfile", firstLine: 2, lastLine: 3, text: `RUN echo \\\n ${nasty}` },
      },
    ],
    coverage: {
      files: { total: 10, byPackage: 6, bySignature: 1, byNothing: 3 },
      executables: { total: 4, byPackage: 2, bySignature: 1, byNothing: 1 },
      unexplained: [nasty],
    },
    systemFiles: {
      listed: 6,
      compared: 5,
      modified: { count: 1, paths: ["usr/bin/ssh"] },
      missing: { count: 0, paths: [] },
      unowned: { count: 200, paths: ["usr/bin/x"] },
    },
    problems: [
      {
        code: "PARSE_FAILED",
        message: nasty,
        path: `srv/${nasty}`,
        layer: seedDigest("base 0 ADD rootfs.tar.gz /"),
      },
      { code: "BUILD_INFO_MISSING", message: "x does not tell", path: "x", layer: null },
    ],
    labels: { note: nasty },
    base: {
      name: "docker.io/library/debian",
      tag: "12",
      digest: null,
      evidence: "layers",
      claimedBy: null,
      currentDigest: null,
      currentReason: "the tag cannot be asked",
      scratch: false,
    },
    results: [
      {
        status: "not_met",
        deviations: [
          { message: nasty, purl: lodash.purl, vulnerability: "CVE-2026-3", remediation: "update" },
          { message: "a layer", layer: seedDigest("base 0 ADD rootfs.tar.gz /") },
          { message: "the image" },
        ],
      },
      "no_data",
    ],
    environments: ["production"],
    document: true,
  },
  old: {
    repository: "acme/old",
    tag: "0.9",
    pushedAt: day(1),
    packages: [openssl],
    environments: ["production"],
  },
  newer: { repository: "acme/old", tag: "1.0", pushedAt: day(3), packages: [clean] },
  multi: { repository: "acme/multi", tag: "2", pushedAt: day(1, 1), index: seedDigest("multi"), results: [] },
  multiArm: {
    repository: "acme/multi",
    tag: "2",
    pushedAt: day(1, 1),
    index: seedDigest("multi"),
    platform: "linux/arm64",
    completeness: "incomplete",
    problems: [{ code: "NO_PACKAGE_DATABASE", message: "there is none", path: null, layer: null }],
    results: ["no_data"],
  },
  failed: { repository: "acme/failed", tag: "1", pushedAt: day(1, 2), state: "failed" },
  queued: { repository: "acme/queued", tag: "1", pushedAt: day(1, 3), state: "queued" },
  unmatched: {
    repository: "acme/unmatched",
    tag: "1",
    pushedAt: day(1, 4),
    distro: { id: "alpine", versionId: "3.11.6", name: "Alpine Linux v3.11" },
    hasFindings: false,
    packages: [openssl],
  },
  unjudged: {
    repository: "acme/unjudged",
    tag: "1",
    pushedAt: day(1, 5),
    results: null,
    packages: [openssl],
  },
} as const satisfies Record<string, SeedImage>;
export type SampleName = keyof typeof sampleImages;

/** Writes them to acme. */
export async function seedSample({
  parts,
  orgs,
}: TestServer): Promise<Readonly<Record<SampleName, SeededImage>>> {
  const made = await seedImages(parts.store, orgs.acme, Object.values(sampleImages));
  const names = Object.keys(sampleImages) as SampleName[];
  return Object.fromEntries(names.map((name, at) => [name, made[at]])) as Record<SampleName, SeededImage>;
}
