/** Contract of an ecosystem's package registry, for reading: which document tells the newest version, and where in it. */
import type { NewestVersion } from "../domain/newest-version.ts";

export interface UpstreamSource {
  /** Folder name, and type of the package URLs: `npm`. */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  /** Raised when another document is asked for, or read in another way: answers that were kept are worth nothing then. */
  readonly version: number;
  /** Path below the mirror's address, without a leading slash; null: no name of this ecosystem. `name` as people write it. */
  path(name: string): string | null;
  readonly accept: string;
  /** Null: the document does not tell. @throws SyntaxError on a document that cannot be read */
  read(text: string): NewestVersion | null;
}
