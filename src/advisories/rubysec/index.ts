/**
 * Feed `rubysec`: the Ruby Advisory Database, about gems and about Ruby itself.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed, FeedPart } from "../types.ts";
import { partOfRuby, readRubyAdvisory } from "./parse.ts";

export const rubysec: Feed = Object.freeze({
  id: "rubysec",
  title: "Ruby Advisory Database",
  specs: ["https://rubysec.com/", "https://github.com/rubysec/ruby-advisory-db#schema"],
  version: 2,
  baseUrl: "https://github.com/rubysec/ruby-advisory-db/",
  // Both are in one archive. Not among the defaults: OSV's RubyGems has nearly all of the gems.
  parts: [part("gems"), part("rubies")],
  licence: () => "public domain, with a caution about older text derived from OSVDB",
  recognises: (document: FeedDocument) =>
    /\.ya?ml$/i.test(document.name) && partOfRuby(document.value()) !== null,
  read(document: FeedDocument) {
    if (partOfRuby(document.value()) === null) {
      throw new PlimsollError("FEED_INVALID", `${document.name} is no advisory about Ruby.`, {
        details: { document: document.name },
      });
    }
    return readRubyAdvisory(document.name, document.value());
  },
});

function part(id: "gems" | "rubies"): FeedPart {
  return { id, path: "archive/refs/heads/master.tar.gz", isDefault: false, mayBeAbsent: false };
}
