/**
 * Feed `cve`: records of the CVE programme (version 5), one a file, with what others added to them in containers of their own.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { asFields, asText } from "../shared/fields.ts";
import type { Feed, FeedReading } from "../types.ts";
import { readCveRecord } from "./parse.ts";

export const cve: Feed = Object.freeze({
  id: "cve",
  title: "CVE records, with CISA's vulnrichment",
  specs: [
    "https://cveproject.github.io/cve-schema/schema/docs/",
    "https://github.com/CVEProject/cvelistV5",
    "https://github.com/cisagov/vulnrichment",
  ],
  version: 2,
  holds: "contexts",
  baseUrl: "https://github.com/CVEProject/cvelistV5/archive/refs/heads/",
  // Some 500 MB, so no default.
  parts: [{ id: "", path: "main.zip", isDefault: false, mayBeAbsent: false }],
  licence: () => "CVE Terms of Use; CC0-1.0 (CISA's containers)",
  recognises: (document: FeedDocument) => isCveRecord(document),
  read: readDocument,
});

function isCveRecord(document: FeedDocument): boolean {
  const value = asFields(document.value());
  return asText(value?.["dataType"]) === "CVE_RECORD" && asFields(value?.["cveMetadata"]) !== null;
}

function readDocument(document: FeedDocument): FeedReading {
  if (!isCveRecord(document)) {
    throw new PlimsollError("FEED_INVALID", `${document.name} is no CVE record.`, {
      details: { document: document.name },
    });
  }
  const record = readCveRecord(document.value());
  if (record !== null) return { records: [record], rejected: [], spaces: [] };
  return {
    records: [],
    rejected: [{ id: document.name, reason: "the record has no usable CVE id" }],
    spaces: [],
  };
}
