/**
 * Feed `friendsofphp`: the PHP Security Advisories Database, about packages of Composer.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isComposerAdvisory, readComposerAdvisory } from "./parse.ts";

export const friendsofphp: Feed = Object.freeze({
  id: "friendsofphp",
  title: "PHP Security Advisories Database",
  specs: ["https://github.com/FriendsOfPHP/security-advisories#readme"],
  version: 1,
  baseUrl: "https://github.com/FriendsOfPHP/security-advisories/",
  // Not a default: OSV's Packagist has more packages and the severities that this one lacks.
  parts: [{ id: "", path: "archive/refs/heads/master.zip", isDefault: false, mayBeAbsent: false }],
  licence: () => "Unlicense",
  recognises: (document: FeedDocument) =>
    /\.ya?ml$/i.test(document.name) && isComposerAdvisory(document.value()),
  read(document: FeedDocument) {
    if (!isComposerAdvisory(document.value())) {
      throw new PlimsollError(
        "FEED_INVALID",
        `${document.name} is no advisory about a package of Composer.`,
        {
          details: { document: document.name },
        },
      );
    }
    return readComposerAdvisory(document.name, document.value());
  },
});
