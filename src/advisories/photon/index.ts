/**
 * Feed `photon`: Photon OS's list of vulnerabilities, one file for each release. The release stands in the file's name only.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isPhotonList, readPhotonList } from "./parse.ts";

const releases = ["3.0", "4.0", "5.0"];

export const photon: Feed = Object.freeze({
  id: "photon",
  title: "Photon OS security advisories",
  specs: ["https://packages.vmware.com/photon/photon_cve_metadata/", "https://github.com/vmware/photon/wiki"],
  version: 1,
  baseUrl: "https://packages.vmware.com/photon/photon_cve_metadata/",
  parts: releases.map((release) => ({
    id: release,
    path: `cve_data_photon${release}.json`,
    isDefault: false,
    mayBeAbsent: true,
    serves: [`rpm:photon:${release}`],
  })),
  licence: () => "facts, published without stated terms",
  recognises: (document: FeedDocument) => releaseOf(document) !== undefined && isPhotonList(document.value()),
  read(document: FeedDocument) {
    const release = releaseOf(document);
    const value = document.value();
    if (release === undefined || !isPhotonList(value)) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no list of Photon OS.`, {
        details: { document: document.name },
      });
    }
    return readPhotonList(value, release);
  },
});

/** `5.0` of `cve_data_photon5.0.json` */
function releaseOf(document: FeedDocument): string | undefined {
  return /(?:^|[/_])photon(\d{1,2}\.\d)\.json$/.exec(document.name)?.[1];
}
