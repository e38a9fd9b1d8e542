/**
 * Contract of an SBOM format: writes the inventory as a document, and reads such documents back where it can.
 * Same input, same bytes out: sorted, no time of day, identifiers derived from content.
 */
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";

export interface SbomSubject {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  /** Version of the program that writes it. */
  readonly toolVersion: string;
}

export interface SbomFormat {
  /** Value of --format: `cyclonedx`, `spdx`, `json` (native), `syft`, `scout`, `list`. */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  readonly version: number;
  readonly mediaType: string;
  /** The document as text with a final newline; null when this format is only read. */
  readonly write: ((subject: SbomSubject) => string) | null;
  /** Reader, or null when this format is only written. */
  readonly read: SbomReader | null;
}

export interface SbomReader {
  /** Whether the parsed JSON looks like this format. */
  recognises(document: unknown): boolean;
  /** @throws PlimsollError DOCUMENT_INVALID */
  read(document: unknown): SbomDocument;
}

/** What a document tells: the packages, and as much of the image as it names. */
export interface SbomDocument {
  readonly sbom: Sbom;
  /** `registry/repository:tag` or other name of the subject, or null. */
  readonly subjectName: string | null;
  /** `sha256:…` of the subject's manifest, or null. */
  readonly subjectDigest: string | null;
  /** The image as it was resolved, where the document holds all of it (native only). */
  readonly image: ResolvedImage | null;
}
