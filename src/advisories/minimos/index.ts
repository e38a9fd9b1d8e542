/**
 * Feed `minimos`: the security database of MinimOS. Its terms are not stated, hence never a default.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { readRollingPackages, readRollingSecdb } from "../shared/rolling-secdb.ts";
import type { Feed } from "../types.ts";

const host = "packages.mini.dev";

export const minimos: Feed = Object.freeze({
  id: "minimos",
  title: "MinimOS security database",
  specs: ["https://packages.mini.dev/advisories/secdb/security.json", "https://docs.minimus.io/"],
  version: 1,
  baseUrl: "https://packages.mini.dev/advisories/secdb/",
  parts: [{ id: "", path: "security.json", isDefault: false, mayBeAbsent: false, serves: ["apk:minimos"] }],
  licence: () => "published without stated terms",
  recognises: (document: FeedDocument) => readRollingSecdb(document.value())?.host === host,
  read(document: FeedDocument) {
    const secdb = readRollingSecdb(document.value());
    if (secdb?.host !== host) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no database of MinimOS.`, {
        details: { document: document.name },
      });
    }
    return readRollingPackages(secdb, { part: "", space: "apk:minimos" });
  },
});
