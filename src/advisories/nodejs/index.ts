/**
 * Feed `nodejs`: vulnerabilities of Node.js itself. The working group's older list of npm packages (closed in 2020) is read from
 * files: its advisories went into GHSA, which OSV's npm carries and maintains.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isPackageAdvisory, isPackageIndex, readPackageAdvisories } from "./packages.ts";
import { isCoreAdvisory, isCoreIndex, readCoreAdvisory, readCoreIndex } from "./parse.ts";

export const nodejs: Feed = Object.freeze({
  id: "nodejs",
  title: "Node.js core vulnerabilities",
  specs: ["https://github.com/nodejs/security-wg/tree/main/vuln"],
  version: 2,
  baseUrl: "https://raw.githubusercontent.com/nodejs/security-wg/main/vuln/",
  parts: [{ id: "", path: "core/index.json", isDefault: true, mayBeAbsent: false, serves: ["nodejs"] }],
  licence: () => "MIT",
  recognises(document: FeedDocument) {
    const value = document.value();
    return [isCoreIndex, isCoreAdvisory, isPackageAdvisory, isPackageIndex].some((isOurs) => isOurs(value));
  },
  read(document: FeedDocument) {
    const value = document.value();
    if (isCoreIndex(value)) return readCoreIndex(value);
    if (isCoreAdvisory(value)) return readCoreAdvisory(document.name, value);
    if (isPackageAdvisory(value) || isPackageIndex(value)) return readPackageAdvisories(value);
    throw new PlimsollError(
      "FEED_INVALID",
      `${document.name} holds no advisory of the Node.js working group.`,
      {
        details: { document: document.name },
      },
    );
  },
});
