/**
 * Feed `wolfi`: Wolfi's security database as served, and the YAML advisories it is made from, which also tell of open ones.
 * Under non-commercial terms since 2025-05-07, hence never a default.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { readRollingPackages, readRollingSecdb } from "../shared/rolling-secdb.ts";
import type { Feed } from "../types.ts";
import { isPackageAdvisories, readPackageAdvisories } from "./events.ts";

const host = "packages.wolfi.dev";

export const wolfi: Feed = Object.freeze({
  id: "wolfi",
  title: "Wolfi security database",
  specs: ["https://packages.wolfi.dev/os/security.json", "https://github.com/wolfi-dev/advisories"],
  version: 1,
  baseUrl: "https://packages.wolfi.dev/os/",
  parts: [{ id: "", path: "security.json", isDefault: false, mayBeAbsent: false, serves: ["apk:wolfi"] }],
  licence: () => "CC-BY-NC-ND-4.0 (Apache-2.0 until 2025-05-07)",
  recognises: (document: FeedDocument) =>
    readRollingSecdb(document.value())?.host === host || isPackageAdvisories(document.value()),
  read(document: FeedDocument) {
    const value = document.value();
    const secdb = readRollingSecdb(value);
    if (secdb?.host === host) return readRollingPackages(secdb, { part: "", space: "apk:wolfi" });
    if (isPackageAdvisories(value)) return readPackageAdvisories(value);
    throw new PlimsollError("FEED_INVALID", `${document.name} holds no advisories of Wolfi.`, {
      details: { document: document.name },
    });
  },
});
