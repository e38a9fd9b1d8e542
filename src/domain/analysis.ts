/**
 * The whole result of the line over one image: what reports render and gates judge.
 */
import type { DatabaseStatus } from "./advisory.ts";
import type { ConsideredAdvisory } from "./finding.ts";
import type { ResolvedImage } from "./image.ts";
import type { Sbom } from "./package.ts";
import type { BaseImageFacts, FindingFacts, ImageFacts, Verdict } from "./policy.ts";
import type { Problem } from "./problem.ts";
import type { VexExplanation } from "./vex.ts";

/** The steps' names, in order. */
export type StepName =
  "resolve" | "unpack" | "catalog" | "gather" | "match" | "assess" | "evaluate" | "score";

export interface StepReport {
  readonly step: StepName;
  readonly ms: number;
  /** How many things came out: layers, files, packages, advisories, findings, … */
  readonly count: number;
}

export interface Analysis {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  /** What is known of the base image, and how; null when nothing is. */
  readonly baseImage: BaseImageFacts | null;
  /** Why the base image is not known; null when it is. */
  readonly baseImageReason: string | null;
  /** All findings, suppressed and undetermined ones included, in report order; null when no database was asked. */
  readonly findings: readonly FindingFacts[] | null;
  /** Advisories of the id asked for that do not hold the version of their package; empty when no id was asked for. */
  readonly considered: readonly ConsideredAdvisory[];
  /** Null when policies were not evaluated. */
  readonly verdict: Verdict | null;
  /** What the policies judged; absent: nobody asked to keep it. */
  readonly facts?: ImageFacts;
  readonly database: DatabaseState | null;
  /** Problems of every step but those already in `sbom.problems`. */
  readonly problems: readonly Problem[];
  readonly steps: readonly StepReport[];
  /** The packages were taken from the cache by digest, not read in this run. */
  readonly fromCache: boolean;
  /**
   * The wall behind which layers were read in this run: `partial` where the system gives none. Absent or null: nothing was read,
   * or in the program itself (a folder).
   */
  readonly sandbox?: "full" | "partial" | null;
  /** `Alpine Linux v3.11 has had no security fixes since 2021-11-01`; absent or null: it has, or nobody knows. */
  readonly endOfLife?: string | null;
  /** See `CachedSbom.contentProved`; absent: nobody knows. */
  readonly contentProved?: boolean;
  /** What became of every VEX statement; absent: nobody asked. */
  readonly vex?: AppliedVex;
  /** True when any part rests on demonstration data. */
  readonly demonstration: boolean;
}

/** The statements of a run, held against the image. */
export interface AppliedVex {
  /** In the order they were read: documents that were named, then what came with the image. */
  readonly explanations: readonly VexExplanation[];
  /** What the image may be called by a statement. */
  readonly image: {
    readonly repository: string | null;
    readonly tag: string | null;
    readonly digests: readonly string[];
  };
  /** Base images whose statements count for what came with them. */
  readonly bases: readonly string[];
}

export interface DatabaseState extends DatabaseStatus {
  /** Whole hours since `updatedAt`. */
  readonly ageHours: number;
  /** Older than the configured age. */
  readonly stale: boolean;
  /** Spaces of the image's packages that the database has no feed for: their packages are not judged. */
  readonly missingSpaces: readonly string[];
  /** Repositories of others than the distribution that packages come from: no advisory judges those. Absent: none. */
  readonly otherRepositories?: readonly { readonly repository: string; readonly packageCount: number }[];
}
