/**
 * SBOMs as unsigned in-toto statements (https://github.com/in-toto/attestation/tree/main/spec/v1), ready to be signed and attached
 * to the image, with the predicate types that BuildKit and cosign use. Taking them apart is `unwrap.ts`.
 */
import { PlimsollError } from "../domain/error.ts";
import type { ResolvedImage } from "../domain/image.ts";
import { jsonText } from "../domain/json-text.ts";
import { subjectName, subjectPurl } from "./shared/subject.ts";

/**
 * The statement that `document` (JSON text) tells of the image, by its manifest's digest.
 * @throws PlimsollError USAGE when the image has no digest
 */
export function makeStatement(predicateType: string, document: string, image: ResolvedImage): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(image.digest ?? "")?.[1];
  if (hex === undefined) {
    throw new PlimsollError(
      "USAGE",
      "An in-toto statement is about a digest, and this source has none; choose another format.",
    );
  }
  return writeStatement(predicateType, document, [
    { name: subjectPurl(image) ?? subjectName(image), digest: { sha256: hex } },
  ]);
}

/**
 * A statement whose subject is filled in by whoever attaches it, as BuildKit does with what its SBOM generators write. In the version
 * that BuildKit's own generator writes.
 */
export function makeOpenStatement(predicateType: string, document: string): string {
  return writeStatement(predicateType, document, [], "v0.1");
}

function writeStatement(
  predicateType: string,
  document: string,
  subject: readonly object[],
  version: "v0.1" | "v1" = "v1",
): string {
  return jsonText({
    _type: `https://in-toto.io/Statement/${version}`,
    subject,
    predicateType,
    predicate: JSON.parse(document) as unknown,
  });
}
