/**
 * CycloneDX: writes 1.5, 1.6 and 1.7 as JSON and XML, reads 1.2 to 1.7 in both of any tool.
 */
import { HOLDS_ALL_BUT_CONFIGURATION, type SbomFormat, type SbomWriter } from "../types.ts";
import type { CycloneDxVersion } from "./document.ts";
import { readCycloneDx, recognisesCycloneDx } from "./read.ts";
import { writeCycloneDx } from "./write.ts";
import { writeCycloneDxXml } from "./write-xml.ts";

export const cyclonedx: SbomFormat = Object.freeze({
  ...json("1.6"),
  id: "cyclonedx",
  aliases: ["cyclonedx-json", "cyclonedx@1.6", "cyclonedx-json@1.6"],
  version: 2,
  variants: [
    json("1.5"),
    json("1.7"),
    { ...xml("1.6"), id: "cyclonedx-xml", aliases: ["cyclonedx-xml@1.6"] },
    xml("1.5"),
    xml("1.7"),
  ],
  predicateType: "https://cyclonedx.org/bom",
  holds: HOLDS_ALL_BUT_CONFIGURATION,
  read: { recognises: recognisesCycloneDx, read: readCycloneDx },
} satisfies SbomFormat);

function json(version: CycloneDxVersion): SbomWriter {
  return {
    id: `cyclonedx@${version}`,
    aliases: [`cyclonedx-json@${version}`],
    title: `CycloneDX ${version} JSON`,
    specs: [`https://cyclonedx.org/docs/${version}/json/`],
    mediaType: `application/vnd.cyclonedx+json; version=${version}`,
    write: (subject) => writeCycloneDx(subject, version),
  };
}

function xml(version: CycloneDxVersion): SbomWriter {
  return {
    id: `cyclonedx-xml@${version}`,
    aliases: [],
    title: `CycloneDX ${version} XML`,
    specs: [`https://cyclonedx.org/docs/${version}/xml/`],
    mediaType: `application/vnd.cyclonedx+xml; version=${version}`,
    write: (subject) => writeCycloneDxXml(subject, version),
  };
}
