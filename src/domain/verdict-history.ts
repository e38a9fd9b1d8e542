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
  /** The program that made it, see `analysis/engine-id.ts`; absent: it was not noted. */
  readonly engine?: string;
}

/** One thing that differs between a verdict and the same verdict made once more. */
export interface ReplayDifference {
  readonly part: "policy" | "score" | "finding" | "base";
  /** For people. */
  readonly text: string;
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
      readonly change: "applied" | "ended" | "expired";
    }
  | {
      readonly kind: "policy";
      readonly text: string;
      readonly policy: string;
      readonly change: "added" | "changed" | "removed";
    }
  /** The tag of the base image names another digest by now. */
  | {
      readonly kind: "base";
      readonly text: string;
      /** Name with tag. */
      readonly base: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  /** The program judges, or compares, the same otherwise than the one before. `from` null: it was not noted. */
  | { readonly kind: "engine"; readonly text: string; readonly from: string | null; readonly to: string }
  | { readonly kind: "time"; readonly text: string }
  | { readonly kind: "analysis"; readonly text: string };
