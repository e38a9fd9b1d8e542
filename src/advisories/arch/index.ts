/**
 * Feed `arch`: Arch Linux's vulnerability groups (AVG), the whole tracker as one list.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isGroupList, readGroups } from "./parse.ts";

export const arch: Feed = Object.freeze({
  id: "arch",
  title: "Arch Linux security tracker",
  specs: ["https://security.archlinux.org/", "https://wiki.archlinux.org/title/Security"],
  version: 1,
  baseUrl: "https://security.archlinux.org/",
  parts: [{ id: "", path: "json", isDefault: false, mayBeAbsent: false, serves: ["alpm:arch"] }],
  licence: () => "MIT (the tracker; its records state no terms)",
  recognises: (document: FeedDocument) => isGroupList(document.value()),
  read(document: FeedDocument) {
    const value = document.value();
    if (isGroupList(value)) return readGroups(value);
    throw new PlimsollError("FEED_INVALID", `${document.name} is no list of Arch Linux's tracker.`, {
      details: { document: document.name },
    });
  },
});
