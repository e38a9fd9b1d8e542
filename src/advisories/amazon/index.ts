/**
 * Feed `amazon`: notices of Amazon Linux (ALAS) as repositories publish them, `updateinfo.xml`. Their addresses change with each
 * publication, so they are read from files (`db build`).
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { firstUpdateId } from "../shared/updateinfo.ts";
import type { Feed } from "../types.ts";
import { readAmazonUpdates } from "./parse.ts";

export const amazon: Feed = Object.freeze({
  id: "amazon",
  title: "Amazon Linux Security Center",
  specs: [
    "https://alas.aws.amazon.com/",
    "https://docs.aws.amazon.com/linux/al2023/ug/security-advisories.html",
  ],
  version: 1,
  baseUrl: "https://alas.aws.amazon.com/",
  parts: [],
  licence: () => "facts, published without stated terms",
  recognises: isAmazon,
  read(document: FeedDocument) {
    if (isAmazon(document)) return readAmazonUpdates(document);
    throw new PlimsollError("FEED_INVALID", `${document.name} is no list of notices of Amazon Linux.`, {
      details: { document: document.name },
    });
  },
});

function isAmazon(document: FeedDocument): boolean {
  return firstUpdateId(document)?.startsWith("ALAS") ?? false;
}
