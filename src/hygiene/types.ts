/**
 * What a hygiene check is: an entry of a list in `checks/`, with a pure function over what is known of an image.
 */
import type { FileFact, InspectedFile, WantedFile } from "../domain/files.ts";
import type { HygieneCheckFacts, HygieneFinding, LayerWaste } from "../domain/hygiene.ts";
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
}

/** Paths of the merged tree by what makes them worth a look. Each list is sorted by path. */
export interface FileSurvey {
  /** Regular files with setuid or setgid. */
  readonly privileged: readonly FileFact[];
  readonly worldWritableFiles: readonly FileFact[];
  /** Folders that everybody may write, and whose files everybody may delete. */
  readonly worldWritableFolders: readonly FileFact[];
  /** Files in caches of package managers. */
  readonly caches: readonly FileFact[];
  readonly executablesInTemporary: readonly FileFact[];
  /** Private keys, credentials and build files, by their names. */
  readonly sensitive: readonly FileFact[];
  /** Programs by base name, of those that checks ask for, in folders of programs. */
  readonly programs: ReadonlyMap<string, FileFact>;
}

export type CheckOutcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly findings: readonly HygieneFinding[] }
  | { readonly status: "not_checked"; readonly reason: string };

export interface HygieneCheck extends HygieneCheckFacts {
  evaluate(facts: HygieneFacts): CheckOutcome;
}
