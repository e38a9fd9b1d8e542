/**
 * Feed `alpine`: Alpine's security database (secdb), JSON as served and the YAML it is generated from.
 * It lists fixes, not disclosures, and rates nothing; the `Alpine` part of the feed `osv` adds severities.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed, FeedPart } from "../types.ts";
import { readOutline, readSecurityDatabase } from "./parse.ts";

// A release that is not published yet answers 404, which is noted and not a failure, so the list may run ahead.
const releases = [
  ...Array.from({ length: 15 }, (_, index) => `v3.${index + 10}`), // v3.10 … v3.24
  "edge",
];

export const alpine: Feed = Object.freeze({
  id: "alpine",
  title: "Alpine security database",
  specs: ["https://secdb.alpinelinux.org/", "https://gitlab.alpinelinux.org/alpine/infra/docker/secdb"],
  version: 1,
  baseUrl: "https://secdb.alpinelinux.org/",
  parts: releases.flatMap((release) => ["main", "community"].map((repository) => part(release, repository))),
  licence: () => "CC-BY-SA-4.0",
  recognises: (document: FeedDocument) => readOutline(document.value()) !== null,
  read(document: FeedDocument) {
    const database = readOutline(document.value());
    if (database === null) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no Alpine security database.`, {
        details: { document: document.name },
      });
    }
    return readSecurityDatabase(database);
  },
});

function part(release: string, repository: string): FeedPart {
  const id = `${release}/${repository}`;
  const serves = [`apk:alpine:${release.replace(/^v/, "")}`];
  return { id, path: `${id}.json`, isDefault: true, mayBeAbsent: true, serves };
}
