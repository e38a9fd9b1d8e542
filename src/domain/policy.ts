/**
 * Policies: the facts they judge, their results and the verdict (steps 7 and 8).
 */
import type { DatabaseStatus, VulnerabilityContext } from "./advisory.ts";
import type { AssessedFinding } from "./finding.ts";
import type { HygieneResult } from "./hygiene.ts";
import type { Attestation, BaseImage, ImageConfig, SourceKind } from "./image.ts";
import type { Coverage, Distro, Package, Sbom, SystemFiles } from "./package.ts";
import type { Problem } from "./problem.ts";
import type { SecretsResult } from "./secret.ts";
import type { ImageSignature } from "./signature.ts";
import type { PolicyEffect } from "./verdict-history.ts";

/** Everything a policy may look at. Assembled by `analysis/facts.ts`; a null means "cannot be known here", with the reason in `missing`. */
export interface ImageFacts {
  readonly now: Date;
  readonly source: SourceKind;
  readonly config: ImageConfig | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly distro: Distro | null;
  /** Those that a later layer removed are not among them, nor their findings: see `removed.ts`. */
  readonly packages: readonly Package[] | null;
  readonly inventory: InventoryFacts;
  /** Null where no package database lists the files of its packages. Compared only when asked: see `SystemFiles.compared`. */
  readonly systemFiles: SystemFiles | null;
  /** Null when no vulnerability database could be asked. */
  readonly findings: readonly FindingFacts[] | null;
  /** `false` when the database holds no KEV catalogue. */
  readonly hasKev: boolean;
  readonly attestations: readonly Attestation[] | null;
  /** `sha256:…` of the manifest the attestations must be about; null when the source has none. */
  readonly imageDigest: string | null;
  readonly baseImage: BaseImageFacts | null;
  /** Null for a folder and for an SBOM document, which are no images. */
  readonly image: ImageMeasures | null;
  /** What the vulnerability database says of itself and of this image's packages; null when none could be asked. */
  readonly database: DatabaseFacts | null;
  /** Searched for only when a policy asks; null: nobody did, or there are no files to search. */
  readonly secrets: SecretsResult | null;
  /** Results of all checks. Made only when a policy asks, as `secrets`. */
  readonly hygiene: readonly HygieneResult[] | null;
  /** Signatures of the image itself, verified or not; null where none could be looked for. */
  readonly signatures: readonly ImageSignature[] | null;
  /** What a quality gate says of the commit that the image was built from; null where nobody was asked or none answers. */
  readonly qualityGate: QualityGate | null;
  /** What the publisher of the base image says of its tag; null where no list of supported tags tells. */
  readonly baseSupport: BaseSupport | null;
  /** Attestations of the base image, about the base's digest; null where none could be looked for. */
  readonly baseAttestations: readonly Attestation[] | null;
  /**
   * Reason for each fact that is null: `{ attestations: "a docker archive carries none" }`; or for one that is there with a gap,
   * such as findings when the database has nothing for some packages: a policy that needs it can be not met, never met.
   */
  readonly missing: Readonly<Partial<Record<FactName, string>>>;
}

export type FactName =
  | "config"
  | "packages"
  | "findings"
  | "attestations"
  | "baseImage"
  | "kev"
  | "systemFiles"
  | "image"
  | "database"
  | "secrets"
  | "hygiene"
  | "signatures"
  | "qualityGate"
  | "baseSupport"
  | "baseAttestations";

/** What can be measured of an image without looking into it. */
export interface ImageMeasures {
  /** RFC 3339, or null when the image does not tell. */
  readonly createdAt: string | null;
  /** Bytes of the layers as they are stored: compressed in a registry, not in an archive of an engine. */
  readonly sizeBytes: number;
  readonly layerCount: number;
  /** The commit it was built from, as its annotations or labels claim (`org.opencontainers.image.revision`); null: not told. */
  readonly revision: string | null;
}

/** `DatabaseState` of `analysis.ts`. */
export interface DatabaseFacts extends DatabaseStatus {
  /** Whole hours since `updatedAt`. */
  readonly ageHours: number;
  readonly stale: boolean;
  /** Spaces of the image's packages that the database has no feed for. */
  readonly missingSpaces: readonly string[];
  readonly otherRepositories?: readonly { readonly repository: string; readonly packageCount: number }[];
}

/** The answer of a quality gate about one commit. */
export interface QualityGate {
  /** Whose gate: `SonarQube`. */
  readonly provider: string;
  /** Key of the project. */
  readonly project: string;
  readonly revision: string;
  readonly status: "passed" | "failed";
  /** Conditions that failed; empty when it passed. */
  readonly conditions: readonly QualityCondition[];
  /** RFC 3339 of the analysis, or null. */
  readonly analysedAt: string | null;
  /** Page for people, or null. */
  readonly url: string | null;
}

export interface QualityCondition {
  /** `new_coverage` */
  readonly metric: string;
  /** As the provider writes it: `62.5`. */
  readonly actual: string;
  /** `LT 80`: fails when the value is less than 80. */
  readonly bound: string;
}

/** Whether a tag of an image is among those that its publisher keeps up. */
export interface BaseSupport {
  readonly isSupported: boolean;
  /** Where it is told: `library/alpine of official-images`, `tags.txt`. */
  readonly source: string;
  /** Some of the supported tags, best first, for advice. */
  readonly supportedTags: readonly string[];
}

/** How far the list of packages may be relied on. */
export interface InventoryFacts {
  readonly completeness: Sbom["completeness"];
  /** Of opening and of reading the image. */
  readonly problems: readonly Problem[];
  /** The files themselves were read, not a list that somebody else made of them. */
  readonly fromFiles: boolean;
  /** Null where no files were seen, and of source trees, whose files are not accounted for. */
  readonly coverage: Coverage | null;
}

export interface FindingFacts extends AssessedFinding {
  readonly context: VulnerabilityContext;
}

export interface BaseImageFacts extends BaseImage {
  /** Digest the tag resolves to now, or null when it was not asked or could not be; `currentReason` says why. */
  readonly currentDigest: string | null;
  readonly currentReason: string | null;
  /** Provenance says FROM scratch. With the evidence `claimed` it proves nothing. */
  readonly scratch: boolean;
  /** Layers from the bottom that are the base's; absent or null: not known. */
  readonly layerCount?: number | null;
  /** Why they are not known, where that was asked. */
  readonly layersReason?: string | null;
  /** See `ImageFacts.baseSupport`; absent or null: no list of supported tags tells, `supportReason` says why. */
  readonly support?: BaseSupport | null;
  readonly supportReason?: string | null;
  /** See `ImageFacts.baseAttestations`; absent or null: not looked for, or they could not be; `attestationsReason` says why. */
  readonly attestations?: readonly Attestation[] | null;
  readonly attestationsReason?: string | null;
}

export type PolicyStatus = "met" | "not_met" | "no_data";

/** One reason a policy is not met. `columns` are shown in this order. */
export interface Deviation {
  readonly message: string;
  /** purl of the package concerned, or null. */
  readonly purl: string | null;
  /** Vulnerability id, or null. */
  readonly vulnerability: string | null;
  /** Diff ID of the layer concerned, or null. */
  readonly layer: string | null;
  readonly columns: Readonly<Record<string, string>>;
  /** What to do, or null. */
  readonly remediation: string | null;
}

/** What a policy type's `evaluate` returns. */
export type PolicyOutcome =
  | { readonly status: "met"; readonly note?: string }
  | { readonly status: "not_met"; readonly deviations: readonly Deviation[] }
  /** `supply`: what would give the answer, where it is another thing than the facts that the type needs. */
  | { readonly status: "no_data"; readonly reason: string; readonly supply?: string };

export interface PolicyResult {
  /** Stable id of the policy, e.g. `fixable-vulnerabilities`. */
  readonly policy: string;
  /** Id of its type, e.g. `severity`. */
  readonly type: string;
  readonly title: string;
  readonly status: PolicyStatus;
  /** Reason of `no_data`, or a note of `met`; null otherwise. */
  readonly reason: string | null;
  readonly deviations: readonly Deviation[];
  /** Points this policy is worth; 0: not scored. */
  readonly weight: number;
  /** Points lost, 0 to weight. */
  readonly lost: number;
  /** Lines for `debug`: what was looked at. Empty unless asked. */
  readonly debug: readonly string[];
  /** Of the policy; absent: `block`, as of a policy that does not say. */
  readonly effect?: PolicyEffect;
  /** The document that a module made, for people who ask why; absent: it made none, or is no module. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  /** What a module in Rego took: timers in nanoseconds and counters, as OPA names them. Absent: it is none. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Of `no_data`: what to do so that there is an answer; absent: nobody knows. */
  readonly supply?: string;
}

export type Grade = "A" | "B" | "C" | "D" | "E" | "F";

export interface Score {
  /** Null: no score, with the reason (`N/A`). */
  readonly grade: Grade | null;
  /** Whole percent, rounded down; null with grade. */
  readonly percent: number | null;
  readonly scored: number;
  readonly total: number;
  /** Why there is no grade, or null. */
  readonly reason: string | null;
}

export interface Verdict {
  /** `not_met` if any result is; else `no_data` if any is; else `met`. */
  readonly status: PolicyStatus;
  readonly results: readonly PolicyResult[];
  readonly score: Score;
}
