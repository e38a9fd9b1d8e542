/**
 * Feed `azurelinux`: Microsoft's OVAL definitions of Azure Linux and of CBL-Mariner before it, one file for each release. The release
 * stands in the file's name only.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { azureLinuxSpace } from "../shared/rpm-spaces.ts";
import type { Feed } from "../types.ts";
import { readAzureDefinitions } from "./parse.ts";

export const azurelinux: Feed = Object.freeze({
  id: "azurelinux",
  title: "Azure Linux vulnerability data",
  specs: [
    "https://github.com/microsoft/AzureLinuxVulnerabilityData",
    "https://oval.mitre.org/language/version5.11/",
  ],
  version: 1,
  baseUrl: "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/",
  parts: [
    part("2.0", "cbl-mariner-2.0-oval.xml", "rpm:mariner:2.0"),
    part("3.0", "azurelinux-3.0-oval.xml", "rpm:azurelinux:3.0"),
  ],
  licence: () => "MIT",
  recognises: (document: FeedDocument) => releaseOf(document) !== null,
  read(document: FeedDocument) {
    const release = releaseOf(document);
    const space = release === null ? null : azureLinuxSpace(release);
    if (release === null || space === null) {
      throw new PlimsollError("FEED_INVALID", `${document.name} holds no definitions of Azure Linux.`, {
        details: { document: document.name },
      });
    }
    return readAzureDefinitions(document.text(), { part: release, space });
  },
});

function part(id: string, path: string, space: string): Feed["parts"][number] {
  return { id, path, isDefault: false, mayBeAbsent: false, serves: [space] };
}

/** `3.0` of `azurelinux-3.0-oval.xml`. */
function releaseOf(document: FeedDocument): string | null {
  const release = /(?:^|\/)(?:azurelinux|cbl-mariner)-(\d{1,2}\.0)-oval\.xml$/.exec(document.name)?.[1];
  if (release === undefined) return null;
  return document.text().slice(0, 4_096).includes("<oval_definitions") ? release : null;
}
