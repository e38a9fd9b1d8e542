/**
 * Feed `fedora`: updates of Fedora Linux as its repositories list them, `updateinfo.xml`. Releases come and go twice a year; the
 * list of one that has ended moves to an archive, and the last snapshot stays.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { followRepository } from "../shared/repository.ts";
import { firstUpdateId } from "../shared/updateinfo.ts";
import type { Feed } from "../types.ts";
import { readFedoraUpdates } from "./parse.ts";

/** Those that are supported, and the ones to come. */
const releases = ["42", "43", "44", "45", "46", "47"];

export const fedora: Feed = Object.freeze({
  id: "fedora",
  title: "Fedora updates",
  specs: ["https://bodhi.fedoraproject.org/", "https://fedoraproject.org/wiki/PackageUpdateInfo"],
  version: 1,
  baseUrl: "https://dl.fedoraproject.org/pub/fedora/",
  parts: releases.map((release) => ({
    id: release,
    path: `linux/updates/${release}/Everything/x86_64/repodata/repomd.xml`,
    isDefault: false,
    mayBeAbsent: true,
    serves: [`rpm:fedora:${release}`],
    follow: followRepository,
  })),
  licence: () => "facts, published without stated terms",
  recognises: isFedora,
  read(document: FeedDocument) {
    if (isFedora(document)) return readFedoraUpdates(document);
    throw new PlimsollError("FEED_INVALID", `${document.name} is no list of updates of Fedora.`, {
      details: { document: document.name },
    });
  },
});

function isFedora(document: FeedDocument): boolean {
  return firstUpdateId(document)?.startsWith("FEDORA-") ?? false;
}
