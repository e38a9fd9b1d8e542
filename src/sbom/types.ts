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
  /** The run of a workflow that submits the document; absent: there is none. Only `github` has a place for it. */
  readonly workflow?: WorkflowRun;
}

export interface WorkflowRun {
  /** Commit that the run is about. */
  readonly sha: string;
  /** `refs/heads/main` */
  readonly ref: string;
  readonly runId: string;
  /** What groups the runs of the same job: a newer snapshot replaces the older one. */
  readonly correlator: string;
}

/** One way to write a format. */
export interface SbomWriter {
  /** Value of --format: `cyclonedx`, `cyclonedx@1.5`, `cyclonedx-xml`, `spdx`, `json` (native), `list`. */
  readonly id: string;
  /** Other values of --format that mean the same, as other tools call it: `cyclonedx-json`. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly specs: readonly string[];
  readonly mediaType: string;
  /** The document as text with a final newline; null when this format is only read. */
  readonly write: ((subject: SbomSubject) => string) | null;
}

export interface SbomFormat extends SbomWriter {
  /** Raised when the output for the same input changes. */
  readonly version: number;
  /** Other versions and syntaxes of the same format, each with an id of its own. */
  readonly variants: readonly SbomWriter[];
  /** Predicate type of in-toto statements that hold such a document; null: there is none in use. */
  readonly predicateType: string | null;
  /** What a document of ours brings back when it is read; null for formats that are only written or only read. */
  readonly holds: Holds | null;
  /** Reader of the format and all its variants, or null when this format is only written. */
  readonly read: SbomReader | null;
}

export interface SbomReader {
  /** Whether the parsed JSON looks like this format. XML and tag-value come as the JSON of the same document (`syntax.ts`). */
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

/**
 * What a format can hold. A conversion from format A to B and back keeps all that both hold; `test/golden/sbom-pairs.test.ts`
 * holds every pair to it.
 */
export interface Holds {
  /** Fields of `ResolvedImage`; `platform` and `createdAt` are those of its configuration. */
  readonly image: readonly ImageField[];
  /** Build commands of the layers, and the lines of the Dockerfile. */
  readonly commands: boolean;
  /** Whether the document may say of itself that content was verified; a reader of another format cannot take its word. */
  readonly verification: boolean;
}

export type ImageField = Exclude<keyof ResolvedImage, "config"> | "platform" | "createdAt" | "configuration";

/** Packages with every field, and of the image what it is, but not how it runs. */
export const HOLDS_ALL_BUT_CONFIGURATION: Holds = {
  image: [
    "source",
    "reference",
    "repository",
    "tag",
    "indexDigest",
    "digest",
    "layers",
    "sizeBytes",
    "platform",
    "createdAt",
  ],
  commands: false,
  verification: false,
};
