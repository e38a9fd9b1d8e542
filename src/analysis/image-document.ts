/**
 * What the first three steps found of an image, as one document to be stored: everything that judging it again needs, so that
 * no layer is read twice. Its layout is that of native SBOM documents with what the line adds, and has a number of its own.
 */
import { PlimsollError } from "../domain/error.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import type { Problem } from "../domain/problem.ts";
import { parseDocument, type DocumentLimits } from "../sbom/json-document.ts";
import { readImage } from "../sbom/native/read-image.ts";
import { readNative } from "../sbom/native/read.ts";
import { asNode, child, each, flag, optional, text } from "../sbom/native/strict.ts";
import { readProblem } from "../sbom/shared/own-properties.ts";
import { readStoredExamination, type StoredExamination } from "./stored-examination.ts";

export interface ImageDocument {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  /** Problems of opening the image; those of its content stand in `sbom`. */
  readonly openProblems: readonly Problem[];
  /** See `InventoryResult`. */
  readonly contentProved: boolean;
  /** What looking into the image found; absent: nobody asked. */
  readonly examined?: StoredExamination;
}

/** Raised when a document of the one before cannot be read as the same value any more. */
export const IMAGE_DOCUMENT_FORMAT = 1;

/** Of what is written and read. Attestations are kept as they were found, and may nest deeper than packages. */
const LIMITS: DocumentLimits = { documentBytesMax: 256 * 1024 ** 2, documentDepthMax: 512 };

/**
 * UTF-8 JSON, the same bytes for the same value. `readImageDocument` gives back exactly what was written.
 * @throws PlimsollError LIMIT_EXCEEDED for what could not be read back
 */
export function writeImageDocument(given: ImageDocument): Uint8Array {
  const { image, sbom, openProblems, contentProved, examined } = given;
  const { distro, packages, problems, completeness, verification, producers, origin, stages } = sbom;
  const { coverage, systemFiles, functionTables, vexFiles } = sbom;
  const document = {
    format: IMAGE_DOCUMENT_FORMAT,
    contentProved,
    openProblems,
    image,
    distro,
    completeness,
    verification,
    producers,
    // Left out by JSON where they are absent.
    origin,
    stages,
    coverage,
    systemFiles,
    functionTables,
    vexFiles,
    examined,
    problems,
    packages,
  };
  const bytes = Buffer.from(JSON.stringify(document));
  if (bytes.length <= LIMITS.documentBytesMax) return bytes;
  throw new PlimsollError("LIMIT_EXCEEDED", `An image document may have ${LIMITS.documentBytesMax} bytes.`, {
    details: { limit: "documentBytesMax", max: LIMITS.documentBytesMax },
  });
}

/**
 * @throws PlimsollError IMAGE_DOCUMENT_UNREADABLE for another format (details: `format`, null when it tells none), for a
 * field of the wrong kind and for text that is no JSON; LIMIT_EXCEEDED for a document that is too large or nested too deeply
 */
export function readImageDocument(bytes: Uint8Array): ImageDocument {
  try {
    const root = asNode(parseDocument(bytes, LIMITS), "");
    checkFormat(root.value["format"]);
    return {
      image: readImage(child(root, "image")),
      sbom: readNative(root.value).sbom,
      openProblems: each(root, "openProblems", readStrictProblem),
      contentProved: flag(root, "contentProved"),
      ...optional(root, "examined", (node, name) => readStoredExamination(child(node, name))),
    };
  } catch (cause) {
    if (!(cause instanceof PlimsollError) || !DAMAGES.includes(cause.code)) throw cause;
    throw new PlimsollError(
      "IMAGE_DOCUMENT_UNREADABLE",
      `The stored image document is damaged: ${cause.message}.`,
      {
        cause,
        details: { format: IMAGE_DOCUMENT_FORMAT },
      },
    );
  }
}

const DAMAGES: readonly string[] = ["DOCUMENT_INVALID", "JSON_INVALID"];

function checkFormat(format: unknown): void {
  if (format === IMAGE_DOCUMENT_FORMAT) return;
  const number = typeof format === "number" ? format : null;
  throw new PlimsollError(
    "IMAGE_DOCUMENT_UNREADABLE",
    `The stored image document has the format ${number ?? "of something else"}; this version reads ${IMAGE_DOCUMENT_FORMAT}.`,
    { details: { format: number } },
  );
}

/** Our own words: a problem without code or message was never written by us. */
function readStrictProblem(value: unknown, path: string): Problem {
  const node = asNode(value, path);
  text(node, "code");
  text(node, "message");
  return readProblem(value);
}
