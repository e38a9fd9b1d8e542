/** What one analysis needs from outside. */
import type { Exception } from "../domain/exception.ts";
import type { UnpackLimits } from "../domain/files.ts";
import type { TrustTier, VexStatement } from "../domain/vex.ts";
import type { TrustedSigners } from "../domain/signature.ts";
import type { AdvisoryDatabase, BaseByLayers, Clock, SbomCache, TagResolver } from "../domain/ports.ts";
import type {
  BaseAttestationSource,
  BaseLayersSource,
  BaseSupportSource,
  QualityGateSource,
} from "../domain/policy-ports.ts";
import type { LayersFor } from "./caches.ts";
import type { EvidenceSource } from "../policies/rego/evidence.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import type { TrustsAuthor } from "../vex/decide.ts";
import type { FindStatements } from "./assess-findings.ts";
import type { InventoryChoice } from "./attested-inventory.ts";
import type { RedactionCache } from "./redact-once.ts";

/** Everything the line needs from outside, handed in by a main. */
export interface AnalyzeOptions {
  readonly limits: UnpackLimits;
  /** Hash what could be read by seeking, and the content of every layer, which its diff ID names. */
  readonly verify: boolean;
  readonly cache: SbomCache | null;
  /** What is read beyond the packages of the merged tree; absent: nothing. Of an image only, and only with `walled`. */
  readonly depth?: InventoryDepth;
  /** Layers are read by a process of its own, behind the wall of `walled.ts`; absent: in this process. */
  readonly walled?: boolean;
  /** Layers read before; absent: every layer is read. */
  readonly layersFor?: LayersFor;
  /** Texts that were redacted before; absent: none is remembered. */
  readonly redactions?: RedactionCache;
  /** Null: only the inventory is wanted, or no policy and no report needs findings. */
  readonly database: AdvisoryDatabase | DatabaseForPackages | null;
  /** Whose severity counts before the rule of `matching/rating.ts`: `nvd`, `ghsa`, in any case. Absent: the rule. */
  readonly severitySources?: readonly string[];
  /** See `ReassessInput`. */
  readonly usesReachability?: boolean;
  /** Hours after which the database counts as stale. */
  readonly databaseAgeHoursMax: number;
  readonly statements: readonly VexStatement[];
  /** Whether a VEX author is trusted; null: all of the given statements are. */
  readonly trustsAuthor: TrustsAuthor | null;
  /** See `ReassessInput`, as `tierMin`. */
  readonly exceptions: readonly Exception[];
  readonly tierMin?: TrustTier;
  readonly explainsVex?: boolean;
  /** Statements that are looked up by the image's packages (VEX repositories); absent: none. */
  readonly findStatements?: FindStatements;
  /** Null: policies are not evaluated. */
  readonly policies: readonly PolicyDefinition[] | null;
  readonly debugPolicies: boolean;
  /** The facts that policies judged are part of the result. Absent: they are not. */
  readonly keepsFacts?: boolean;
  /** Id of a vulnerability whose refuted advisories are told too (`Analysis.considered`); null: none. */
  readonly explains: string | null;
  readonly resolveTag: TagResolver | null;
  /** Known images, asked for the base by the layers; null: there are none. Asked only with `verify`, see `BaseEvidence`. */
  readonly findBaseByLayers: BaseByLayers | null;
  /** See `BaseEvidence`. */
  readonly claimsByLayers?: boolean;
  /** Whose signatures count; absent: nobody's. */
  readonly signers?: TrustedSigners;
  /** Provenance counts although no signature over it was verified: where nobody but the user relies on the verdict. */
  readonly acceptsUnsignedProvenance: boolean;
  /** What policies ask for by looking into the image's files, which reads every layer once more; absent: nothing. */
  readonly examines?: "secrets" | "all";
  /** See `FactSources`. */
  readonly qualityGates?: QualityGateSource;
  readonly findBaseAttestations?: BaseAttestationSource;
  readonly findBaseSupport?: BaseSupportSource;
  readonly findBaseLayers?: BaseLayersSource;
  /** See `JudgeOptions`. */
  readonly evidence?: EvidenceSource;
  /** Absent: what the files of the image tell, and nothing else. */
  readonly inventory?: InventoryChoice;
  readonly clock: Clock;
  /** Milliseconds of a clock that never runs backwards. */
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal | null;
}

/**
 * Opens the database once it is known what it is asked about: `spaces` are the name spaces of the packages (`npm`,
 * `deb:debian:12`). Whoever handed it in closes what it opened.
 */
export type DatabaseForPackages = (spaces: ReadonlySet<string>) => Promise<AdvisoryDatabase | null>;

export interface InventoryDepth {
  /** Compare the files of the distribution's packages with the digests in its database. */
  readonly checksFiles: boolean;
  /** List packages that a later layer removed too. */
  readonly listsRemoved: boolean;
}

/** What of it an inventory depends on. */
export interface InventoryOptions extends Pick<
  AnalyzeOptions,
  "cache" | "depth" | "inventory" | "layersFor" | "limits" | "verify" | "walled" | "monotonicMs" | "signal"
> {
  /** Called while another process reads the image, if one does: what this one may do beside it. Does not throw. */
  readonly meanwhile?: () => void;
}
