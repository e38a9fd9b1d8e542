/**
 * Feed `almalinux`: errata of AlmaLinux, one file for each release (`errata.full.json`). Unlike its OSV records they tell the
 * module stream of each package.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isAlmaErrata, readAlmaErrata } from "./parse.ts";

export const almalinux: Feed = Object.freeze({
  id: "almalinux",
  title: "AlmaLinux errata",
  specs: ["https://errata.almalinux.org/", "https://wiki.almalinux.org/documentation/errata.html"],
  version: 1,
  baseUrl: "https://errata.almalinux.org/",
  parts: ["8", "9", "10"].map((release) => ({
    id: release,
    path: `${release}/errata.full.json`,
    isDefault: false,
    mayBeAbsent: false,
    serves: [`rpm:almalinux:${release}`],
  })),
  licence: () => "MIT",
  recognises: (document: FeedDocument) => isAlmaErrata(document.value()),
  read(document: FeedDocument) {
    const value = document.value();
    if (isAlmaErrata(value)) return readAlmaErrata(value);
    throw new PlimsollError("FEED_INVALID", `${document.name} holds no errata of AlmaLinux.`, {
      details: { document: document.name },
    });
  },
});
