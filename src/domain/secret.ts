/**
 * A secret found in an image. Nothing here holds its value, and no hash of it either: the hash of a short secret is
 * guessed in no time. Findings are told apart by their place.
 */
import type { Severity } from "./advisory.ts";

export type SecretPlace =
  /** `line` is 1-based. Layer as in `WantedFile`. */
  | {
      readonly kind: "file";
      readonly path: string;
      readonly line: number;
      readonly layer: string | null;
      readonly layerIndex: number | null;
    }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "label"; readonly name: string }
  /** Position in the build history, oldest first, empty layers counted. */
  | { readonly kind: "history"; readonly step: number }
  | { readonly kind: "command"; readonly field: "entrypoint" | "cmd" };

export interface SecretFinding {
  /** Id of the rule: `github-personal-token`. */
  readonly rule: string;
  /** `GitHub personal access token` */
  readonly title: string;
  readonly severity: Severity;
  readonly place: SecretPlace;
  /** At most four characters of the value and `…`, or `…` alone where they would tell too much. */
  readonly shown: string;
  /** The later layer that removed the file: everybody who has the image still has it. Null: it is there. */
  readonly removedIn: { readonly layer: string; readonly layerIndex: number } | null;
}

export interface SecretsResult {
  /** Sorted by severity, then by place. */
  readonly findings: readonly SecretFinding[];
  /** Findings that were left out because a file or the image holds too many; 0: all are listed. */
  readonly notListed: number;
  /** What was not searched, in words, each with its reason; empty: everything that the search covers was. */
  readonly notSearched: readonly string[];
}

/** Where the secret stands, for people: `app/.env:3`, `environment variable TOKEN`. Not escaped. */
export function placeText(place: SecretPlace): string {
  switch (place.kind) {
    case "file":
      return `${place.path}:${place.line}`;
    case "environment":
      return `environment variable ${place.name}`;
    case "label":
      return `label ${place.name}`;
    case "history":
      return `build history, step ${place.step + 1}`;
    case "command":
      return place.field;
  }
}
