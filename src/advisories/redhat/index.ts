/**
 * Feed `redhat`: Red Hat's VEX documents in CSAF, one for each CVE: an archive of all of them, made now and then, and lists of the
 * documents that have changed or gone since. It is large, so no scan fetches it by itself.
 */
import { PlimsollError } from "../../domain/error.ts";
import { csafVexPublisher, readCsafVex } from "../shared/csaf.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { followChanges } from "./changes.ts";
import { readRedHatVex } from "./parse.ts";

export const redhat: Feed = Object.freeze({
  id: "redhat",
  title: "Red Hat security data",
  specs: [
    "https://security.access.redhat.com/data/csaf/v2/vex-feed/",
    "https://redhatproductsecurity.github.io/security-data-guidelines/csaf-vex/",
  ],
  version: 1,
  baseUrl: "https://security.access.redhat.com/data/csaf/v2/vex-feed/",
  parts: [{ id: "", path: "changes.csv", isDefault: false, mayBeAbsent: false, follow: followChanges }],
  licence: () => "CC-BY-4.0",
  recognises: (document: FeedDocument) => isRedHat(csafVexPublisher(document.value())),
  read(document: FeedDocument) {
    const value = document.value();
    const vex = isRedHat(csafVexPublisher(value)) ? readCsafVex(value, "redhat") : null;
    if (vex === null) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no VEX document of Red Hat.`, {
        details: { document: document.name },
      });
    }
    return readRedHatVex(vex);
  },
});

function isRedHat(publisher: string | null): boolean {
  return publisher !== null && /^https:\/\/www\.redhat\.com\/?$/.test(publisher);
}
