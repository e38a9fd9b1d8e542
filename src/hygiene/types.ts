/**
 * What a hygiene check is: an entry of a list in `checks/`, with a pure function over what is known of an image.
 */
import type { InspectedFile, WantedFile } from "../domain/files.ts";
import type {
  FileSurvey,
  HygieneCheckFacts,
  HygieneFinding,
  LayerWaste,
  MaliciousPackages,
  VirusScan,
} from "../domain/hygiene.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { SecretFinding } from "../domain/secret.ts";

export interface HygieneFacts {
  readonly image: ResolvedImage;
  /** Has a configuration and a history: an image, not a folder. */
  readonly isImage: boolean;
  /** What a walk over all paths found; null where the source has no tree. */
  readonly survey: FileSurvey | null;
  /** Files that `wantsHygieneFile` asked for, by path. */
  readonly files: ReadonlyMap<string, WantedFile>;
  /** What `codeInspector` found; null when it did not look. */
  readonly inspected: readonly InspectedFile[] | null;
  /** Null when nobody searched. */
  readonly secrets: readonly SecretFinding[] | null;
  /** Null where layers cannot be told apart. */
  readonly waste: readonly LayerWaste[] | null;
  /** Null when nobody asked for one. */
  readonly viruses: VirusScan | null;
  /** Null when there was no database to ask. */
  readonly malicious: MaliciousPackages | null;
}

export type CheckOutcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly findings: readonly HygieneFinding[] }
  | { readonly status: "not_checked"; readonly reason: string };

export interface HygieneCheck extends HygieneCheckFacts {
  evaluate(facts: HygieneFacts): CheckOutcome;
}
