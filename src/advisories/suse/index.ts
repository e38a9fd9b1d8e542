/**
 * Feed `suse`: SUSE's VEX documents in CSAF, one for each CVE, all of them as one archive. It tells of each package of each product,
 * so it takes minutes and gigabytes of memory; the parts `SUSE` and `openSUSE` of the feed `osv` tell of fixes in far less.
 */
import { PlimsollError } from "../../domain/error.ts";
import { csafVexPublisher, readCsafVex } from "../shared/csaf.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { readSuseVex } from "./parse.ts";

export const suse: Feed = Object.freeze({
  id: "suse",
  title: "SUSE security data",
  specs: [
    "https://www.suse.com/support/security/csaf/",
    "https://ftp.suse.com/pub/projects/security/csaf-vex/",
  ],
  version: 1,
  baseUrl: "https://ftp.suse.com/pub/projects/security/",
  parts: [{ id: "", path: "csaf-vex.tar.bz2", isDefault: false, mayBeAbsent: false }],
  licence: () => "CC-BY-4.0",
  recognises: (document: FeedDocument) => isSuse(csafVexPublisher(document.value())),
  read(document: FeedDocument) {
    const value = document.value();
    const vex = isSuse(csafVexPublisher(value)) ? readCsafVex(value, "suse") : null;
    if (vex === null) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no VEX document of SUSE.`, {
        details: { document: document.name },
      });
    }
    return readSuseVex(vex);
  },
});

function isSuse(publisher: string | null): boolean {
  return publisher !== null && /^https:\/\/www\.suse\.com\/?$/.test(publisher);
}
