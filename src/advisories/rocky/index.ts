/**
 * Feed `rocky`: errata of Rocky Linux, as its API answers and as `updateinfo.xml` of its repositories. Both are split over many
 * pages and repositories, so they are read from files (`db build`); the part `Rocky Linux` of the feed `osv` is the live one.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { firstUpdateId } from "../shared/updateinfo.ts";
import type { Feed } from "../types.ts";
import { isRockyPage, readRockyPage, readRockyUpdates } from "./parse.ts";

export const rocky: Feed = Object.freeze({
  id: "rocky",
  title: "Rocky Linux errata",
  specs: ["https://errata.rockylinux.org/", "https://errata.build.resf.org/api/v3/docs"],
  version: 1,
  baseUrl: "https://errata.rockylinux.org/",
  parts: [],
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
