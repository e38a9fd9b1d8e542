/**
 * Feed `chainguard`: the security database of Chainguard's own packages. Under non-commercial terms, hence never a default.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { readRollingPackages, readRollingSecdb } from "../shared/rolling-secdb.ts";
import type { Feed } from "../types.ts";

const host = "packages.cgr.dev";

export const chainguard: Feed = Object.freeze({
  id: "chainguard",
  title: "Chainguard security database",
  specs: ["https://packages.cgr.dev/chainguard/security.json", "https://edu.chainguard.dev/chainguard/"],
  version: 1,
  baseUrl: "https://packages.cgr.dev/chainguard/",
  parts: [
    { id: "", path: "security.json", isDefault: false, mayBeAbsent: false, serves: ["apk:chainguard"] },
  ],
  licence: () => "CC-BY-NC-ND-4.0",
  recognises: (document: FeedDocument) => readRollingSecdb(document.value())?.host === host,
  read(document: FeedDocument) {
    const secdb = readRollingSecdb(document.value());
    if (secdb?.host !== host) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no database of Chainguard.`, {
        details: { document: document.name },
      });
    }
    return readRollingPackages(secdb, { part: "", space: "apk:chainguard" });
  },
});
