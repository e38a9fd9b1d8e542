/** A stored inventory written as an SBOM, here or in the thread of `sbom-file.ts`. */
import { PlimsollError } from "../domain/error.ts";
import { native } from "../sbom/all.ts";
import { writeSbom } from "../sbom/documents.ts";
import type { SbomSubject } from "../sbom/types.ts";
import { expandDocument } from "../store/stores/image-documents.ts";

export interface StoredSbom {
  /** The image's document as it is stored, compressed. */
  readonly document: Uint8Array;
  /** Of the format's writer. */
  readonly formatId: string;
  readonly toolVersion: string;
}

/** UTF-8. @throws PlimsollError IMAGE_DOCUMENT_UNREADABLE */
export async function writeStoredSbom({
  document,
  formatId,
  toolVersion,
}: StoredSbom): Promise<Uint8Array<ArrayBuffer>> {
  const subject = readSubject(await expandDocument(document), toolVersion);
  return new TextEncoder().encode(writeSbom(formatId, subject));
}

/** The stored document has the layout of a native one, with what only the line needs beside it. */
function readSubject(document: Buffer, toolVersion: string): SbomSubject {
  try {
    const read = native.read?.read(JSON.parse(document.toString("utf8")) as unknown);
    if (read === undefined || read.image === null) throw new TypeError("it names no image");
    return { image: read.image, sbom: read.sbom, toolVersion };
  } catch (cause) {
    throw new PlimsollError("IMAGE_DOCUMENT_UNREADABLE", "The stored inventory cannot be read.", { cause });
  }
}
