/**
 * Plimsoll's own JSON: the inventory and the image it was made from, without loss. The field `schema` names the layout; a
 * layout that readers of the last release cannot read gets a new number.
 */
import { jsonText } from "../../domain/json-text.ts";
import { HOLDS_ALL_BUT_CONFIGURATION, type Holds, type SbomFormat, type SbomSubject } from "../types.ts";
import { readNative, recognisesNative } from "./read.ts";
import { NATIVE_SCHEMA } from "./schema.ts";

/** Without loss. */
const holds: Holds = {
  image: [...HOLDS_ALL_BUT_CONFIGURATION.image, "configuration", "annotations", "attestations"],
  commands: true,
  verification: true,
};

export const native: SbomFormat = Object.freeze({
  id: "json",
  aliases: ["plimsoll", "plimsoll-json"],
  title: "Plimsoll JSON",
  specs: ["docs/recipes/add-an-sbom-format.md"],
  version: 1,
  mediaType: "application/vnd.plimsoll.sbom+json",
  write,
  variants: [],
  predicateType: null,
  holds,
  read: { recognises: recognisesNative, read: readNative },
});

function write({ image, sbom, toolVersion }: SbomSubject): string {
  return jsonText({
    schema: NATIVE_SCHEMA,
    tool: { name: "plimsoll", version: toolVersion },
    image,
    distro: sbom.distro,
    completeness: sbom.completeness,
    verification: sbom.verification,
    producers: sbom.producers,
    ...(sbom.origin === undefined ? {} : { origin: sbom.origin }),
    ...(sbom.stages === undefined ? {} : { stages: sbom.stages }),
    ...(sbom.coverage === undefined ? {} : { coverage: sbom.coverage }),
    ...(sbom.systemFiles === undefined ? {} : { systemFiles: sbom.systemFiles }),
    ...(sbom.functionTables === undefined ? {} : { functionTables: sbom.functionTables }),
    ...(sbom.vexFiles === undefined ? {} : { vexFiles: sbom.vexFiles }),
    problems: sbom.problems,
    packages: sbom.packages,
  });
}
