/**
 * Feed `debian`: Debian's own word on its packages. The live part is the tracker's export, with every open vulnerability and its
 * state; the lists of advisories (DSA, DLA) are read from files and tell of releases that the export has dropped.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed, FeedReading } from "../types.ts";
import { isAdvisoryList, readAdvisoryList } from "./lists.ts";
import { isTracker, readTracker, trackerPart } from "./tracker.ts";

export const debian: Feed = Object.freeze({
  id: "debian",
  title: "Debian security tracker",
  specs: [
    "https://security-tracker.debian.org/tracker/",
    "https://security-team.debian.org/security_tracker.html",
  ],
  version: 1,
  baseUrl: "https://security-tracker.debian.org/tracker/",
  parts: [
    { id: trackerPart, path: "data/json", isDefault: true, mayBeAbsent: false, serves: ["deb:debian:"] },
  ],
  licence: () => "facts, published without stated terms",
  recognises: (document: FeedDocument) => isList(document) || isTracker(document.value()),
  read: readDebian,
});

function isList(document: FeedDocument): boolean {
  return isPlainText(document.bytes) && isAdvisoryList(document.text());
}

/** Lists begin with `[` and a digit, which no JSON of another feed does but a list of numbers. */
function isPlainText(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return bytes[0] === 0x5b && second >= 0x30 && second <= 0x39;
}

function readDebian(document: FeedDocument): FeedReading {
  if (isList(document)) return readAdvisoryList(document.text());
  const value = document.value();
  if (isTracker(value)) return readTracker(value);
  throw new PlimsollError("FEED_INVALID", `${document.name} is neither Debian's tracker nor a list of it.`, {
    details: { document: document.name },
  });
}
