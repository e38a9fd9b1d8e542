/** What a seeded organisation holds, as short values; `seed.ts` writes them. Generated ones are the same for the same count. */
import { createHash } from "node:crypto";
import type { Severity } from "../../src/domain/advisory.ts";
import type { LayerSource } from "../../src/domain/image.ts";
import type { Coverage, Distro, SystemFiles } from "../../src/domain/package.ts";
import type { BaseImageFacts, Deviation, PolicyStatus } from "../../src/domain/policy.ts";
import type { Problem } from "../../src/domain/problem.ts";

/** Host of the registry that everything is seeded in. */
export const SEED_HOST = "registry.example.com";

export interface SeedImage {
  /** Path in the registry: `acme/my-app`. */
  readonly repository: string;
  /** Null: pushed by digest only. */
  readonly tag: string | null;
  /** Of the manifest; by default made of repository, tag, platform and time. */
  readonly digest?: string;
  /** Digest of the index that was pushed; by default the image's own was. */
  readonly index?: string;
  readonly platform?: string;
  readonly pushedAt?: Date;
  /** Default `analysed`. */
  readonly state?: "queued" | "analysing" | "analysed" | "failed";
  /** Default: Debian, of a version that is not told. */
  readonly distro?: Pick<Distro, "id" | "name" | "versionId">;
  readonly completeness?: "complete" | "incomplete";
  readonly verification?: "verified" | "unverified" | "not_applicable";
  readonly labels?: Readonly<Record<string, string>>;
  readonly coverage?: Coverage;
  readonly systemFiles?: SystemFiles;
  /** Of reading the image; they do not change `completeness`. */
  readonly problems?: readonly Problem[];
  readonly layers?: readonly SeedLayer[];
  readonly base?: BaseImageFacts;
  readonly packages?: readonly SeedPackage[];
  /** Of the organisation's policies, in their order; the rest is met. Null: analysed and not judged yet. */
  readonly results?: readonly (PolicyStatus | SeedResult)[] | null;
  /** False: no vulnerability database was there to ask. Default true. */
  readonly hasFindings?: boolean;
  readonly evaluatedAt?: Date;
  /** Names of environments it is recorded in. */
  readonly environments?: readonly string[];
  /** Stores the image's document, for SBOM downloads. Default false. */
  readonly document?: boolean;
}

export interface SeedLayer {
  readonly command: string | null;
  readonly sizeBytes?: number;
  readonly fromBase?: boolean;
  readonly source?: LayerSource;
}

export interface SeedResult {
  readonly status: PolicyStatus;
  readonly reason?: string;
  readonly deviations?: readonly (Partial<Deviation> & Pick<Deviation, "message">)[];
}

export interface SeedPackage {
  readonly name: string;
  readonly version?: string;
  /** Default: npm, and no name space. */
  readonly ecosystem?: string;
  readonly namespace?: string;
  /** Default: `pkg:npm/<name>@<version>`. */
  readonly purl?: string;
  readonly path?: string;
  /** Layer that brought it. Default 0. */
  readonly layer?: number;
  readonly licenses?: readonly string[];
  readonly fileCount?: number;
  readonly ownedBy?: string;
  readonly bySignature?: boolean;
  readonly findings?: readonly SeedFinding[];
}

export interface SeedFinding {
  readonly vulnerability: string;
  readonly severity: Severity;
  readonly aliases?: readonly string[];
  readonly fixedVersion?: string | null;
  readonly state?: "affected" | "undetermined";
  readonly summary?: string;
  readonly demonstration?: boolean;
  readonly kev?: boolean;
  readonly epss?: number;
  /** Taken out of counts by a statement of this author. */
  readonly suppressedBy?: string;
}

/** Digest of the vulnerability database that seeded findings come from. */
export const SEED_DATABASE = `sha256:${"db".repeat(32)}`;

/** `sha256:…` made of a text. */
export function seedDigest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/**
 * `count` repositories with two pushes of one tag each, of every kind that a list shows: met and not met, incomplete, failed,
 * waiting, without findings, several platforms. `packageCount`: packages an image, most of them shared between images.
 */
export function generateImages(count: number, packageCount = 20): readonly SeedImage[] {
  return Array.from({ length: count }, (_, number) => pushesOf(number, packageCount)).flat();
}

function pushesOf(number: number, packageCount: number): readonly SeedImage[] {
  const repository = `${teams[number % teams.length] ?? ""}/app-${String(number).padStart(4, "0")}`;
  const shared = { repository, tag: tags[number % tags.length] ?? "latest" };
  const before: SeedImage = {
    ...shared,
    pushedAt: new Date(FIRST_PUSH + number * MINUTE),
    packages: packagesOf(number + 1, packageCount),
    results: resultsOf(number + 1),
  };
  const now: SeedImage = {
    ...shared,
    pushedAt: new Date(FIRST_PUSH + DAY + number * MINUTE),
    packages: packagesOf(number, packageCount),
    results: resultsOf(number),
    layers: [
      { command: "ADD rootfs.tar.gz / # buildkit", sizeBytes: 30_000_000, fromBase: true },
      { command: "RUN npm ci --omit=dev # buildkit", sizeBytes: 12_000_000 },
      { command: "COPY . /srv # buildkit", sizeBytes: 400_000 },
    ],
    ...(number % 10 === 3 ? { environments: ["production"] } : {}),
  };
  switch (number % 20) {
    case 7:
      return [before, { ...now, state: "failed" }];
    case 8:
      return [before, { ...now, state: "queued" }];
    case 11:
      return [before, { ...now, completeness: "incomplete" }];
    case 13:
      return [before, { ...now, hasFindings: false }];
    case 17: {
      const index = seedDigest(`index of ${repository}`);
      return [
        before,
        { ...now, index },
        { ...now, index, platform: "linux/arm64", results: resultsOf(number + 2) },
      ];
    }
    default:
      return [before, now];
  }
}

function packagesOf(number: number, count: number): readonly SeedPackage[] {
  return Array.from({ length: count }, (_, position) => {
    const which = (number * 7 + position * 13) % (count * 5);
    return {
      name: `library-${which}`,
      version: `1.${which % 9}.${position % 3}`,
      layer: position % 3,
      licenses: [licences[which % licences.length] ?? "MIT"],
      findings: findingsOf(which, position),
    };
  });
}

function findingsOf(which: number, position: number): readonly SeedFinding[] {
  if (which % 4 !== 0) return [];
  const severity = severities[which % severities.length] ?? "low";
  const fixedVersion = which % 3 === 0 ? null : `1.${which % 9}.${(position % 3) + 1}`;
  return [{ vulnerability: `CVE-2025-${10_000 + which}`, severity, fixedVersion, epss: (which % 100) / 100 }];
}

function resultsOf(number: number): readonly PolicyStatus[] {
  return Array.from({ length: 7 }, (_, position) => {
    const roll = (number * 31 + position * 17) % 10;
    return roll < 6 ? "met" : roll < 9 ? "not_met" : "no_data";
  });
}

const teams = ["payments", "search", "platform", "growth", "data"];
const tags = ["latest", "1.0", "2.3.1", "main", "stable"];
const licences = ["MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only"];
const severities: readonly Severity[] = ["critical", "high", "medium", "low", "unspecified"];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FIRST_PUSH = Date.UTC(2026, 10, 1);
