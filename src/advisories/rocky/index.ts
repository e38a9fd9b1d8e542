/**
 * Feed `rocky`: errata of Rocky Linux, as its API answers, page by page, and from files as `updateinfo.xml` of its repositories. The
 * part `Rocky Linux` of the feed `osv` holds the same errata as one download.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { firstUpdateId } from "../shared/updateinfo.ts";
import type { Feed } from "../types.ts";
import { followErrata, isRockyPage, readRockyPage, readRockyUpdates } from "./parse.ts";

export const rocky: Feed = Object.freeze({
  id: "rocky",
  title: "Rocky Linux errata",
  specs: ["https://errata.rockylinux.org/", "https://apollo.build.resf.org/api/v3/docs"],
  version: 2,
  baseUrl: "https://apollo.build.resf.org/",
  parts: [
    {
      id: "",
      path: "api/v3/advisories/?page=1&size=100",
      isDefault: false,
      mayBeAbsent: false,
      follow: followErrata,
    },
  ],
  licence: () => "BSD-3-Clause",
  recognises: (document: FeedDocument) => isUpdateinfo(document) || isRockyPage(document.value()),
  read(document: FeedDocument) {
    if (isUpdateinfo(document)) return readRockyUpdates(document);
    const value = document.value();
    if (isRockyPage(value)) return readRockyPage(value);
    throw new PlimsollError("FEED_INVALID", `${document.name} holds no errata of Rocky Linux.`, {
      details: { document: document.name },
    });
  },
});

function isUpdateinfo(document: FeedDocument): boolean {
  return /^RL[SBE]A-/.test(firstUpdateId(document) ?? "");
}
