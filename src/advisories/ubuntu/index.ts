/**
 * Feed `ubuntu`: Ubuntu's own word on its packages, as saved pages of its web service: vulnerabilities with the state in each
 * release, and notices. The service serves twenty at a time and no whole, so there is no live part; what is live comes through
 * the `Ubuntu` part of the feed `osv`, which Canonical writes.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { isCvePage, readCvePage } from "./cves.ts";
import { isNoticePage, readNoticePage } from "./notices.ts";

export const ubuntu: Feed = Object.freeze({
  id: "ubuntu",
  title: "Ubuntu security",
  specs: ["https://ubuntu.com/security/api/docs", "https://ubuntu.com/security/cves/about"],
  version: 1,
  baseUrl: "https://ubuntu.com/security/",
  parts: [],
  licence: () => "CC-BY-SA-4.0",
  recognises: (document: FeedDocument) => isCvePage(document.value()) || isNoticePage(document.value()),
  read(document: FeedDocument) {
    const value = document.value();
    if (isCvePage(value)) return readCvePage(value);
    if (isNoticePage(value)) return readNoticePage(value);
    throw new PlimsollError(
      "FEED_INVALID",
      `${document.name} is no page of Ubuntu's vulnerabilities or notices.`,
      {
        details: { document: document.name },
      },
    );
  },
});
