/**
 * Writes CycloneDX as JSON.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { SbomSubject } from "../types.ts";
import { makeDocument, type CycloneDxVersion } from "./document.ts";

/** The document, with a final newline. */
export function writeCycloneDx(subject: SbomSubject, version: CycloneDxVersion): string {
  return jsonText({
    $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
    bomFormat: "CycloneDX",
    specVersion: version,
    ...makeDocument(subject, version, () => true),
  });
}
