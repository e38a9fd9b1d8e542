/**
 * Verdicts over time: what an evaluation rests on, and what turned it against the one before. Stored as JSON.
 */

/** What a policy that is not met does: tell, warn, or stop a gate. */
export type PolicyEffect = "report" | "warn" | "block";

/** What one evaluation rests on. Two evaluations with the same inputs have the same result. */
export interface EvaluationInputs {
  /** Digest of the vulnerability database, or null when there was none. */
  readonly database: string | null;
  /** Version of each policy by its id. */
  readonly policies: Readonly<Record<string, number>>;
  /** Ids of the approved exceptions that speak about one of its findings. Sorted. */
  readonly exceptions: readonly string[];
  /** `purl\nvulnerability` of all unsuppressed findings, hashed. */
  readonly findings: string | null;
}

/** Why a verdict was made, or differs from the one before. `text` is for people. */
export type VerdictCause =
  | { readonly kind: "first"; readonly text: string }
  | {
      readonly kind: "advisory";
      readonly text: string;
      readonly vulnerability: string;
      readonly purl: string;
      readonly change: "new" | "gone" | "changed";
    }
  | {
      readonly kind: "exception";
      readonly text: string;
      readonly exception: string;
      readonly change: "applied" | "ended";
    }
  | {
      readonly kind: "policy";
      readonly text: string;
      readonly policy: string;
      readonly change: "added" | "changed" | "removed";
    }
  | { readonly kind: "time"; readonly text: string }
  | { readonly kind: "analysis"; readonly text: string };
