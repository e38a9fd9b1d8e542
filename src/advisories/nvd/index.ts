/**
 * Feed `nvd`: the National Vulnerability Database, as yearly feeds or answers of its API (version 2.0): ratings, weaknesses,
 * and products by CPE. A mirror that writes the bare entries (`cve_items`, or one a file) is read too.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { asFields, asText } from "../shared/fields.ts";
import type { Feed, FeedPart, FeedReading, FeedRecord, RejectedRecord } from "../types.ts";
import { readNvdCve } from "./parse.ts";

export const nvd: Feed = Object.freeze({
  id: "nvd",
  title: "National Vulnerability Database",
  specs: [
    "https://nvd.nist.gov/developers/vulnerabilities",
    "https://nvd.nist.gov/vuln/data-feeds",
    "https://csrc.nist.gov/pubs/ir/7695/final",
  ],
  version: 2,
  holds: "contexts",
  baseUrl: "https://nvd.nist.gov/feeds/json/cve/2.0/",
  // Some 150 MB for all years, so none is a default; `db update nvd` fetches them all. A year to come is not there yet.
  parts: Array.from({ length: 34 }, (_, index) => part(2002 + index)),
  licence: () => "public domain (work of the U.S. government)",
  recognises: (document: FeedDocument) => entriesOf(document) !== null,
  read: readNvd,
});

function part(year: number): FeedPart {
  return { id: `${year}`, path: `nvdcve-2.0-${year}.json.gz`, isDefault: false, mayBeAbsent: year > 2026 };
}

function readNvd(document: FeedDocument): FeedReading {
  const entries = entriesOf(document);
  if (entries === null) {
    throw new PlimsollError("FEED_INVALID", `${document.name} has no list of vulnerabilities of the NVD.`, {
      details: { document: document.name },
    });
  }
  const records: FeedRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const entry of entries) {
    const reading = readNvdCve(entry, document.name);
    if (reading.kind === "record") records.push(reading.record);
    else rejected.push(reading.rejected);
  }
  return { records, rejected, spaces: [] };
}

/** The CVEs of a document, or null when it is no document of the NVD. */
function entriesOf(document: FeedDocument): readonly unknown[] | null {
  const value = asFields(document.value());
  if (value === null) return null;
  if (value["format"] === "NVD_CVE" && Array.isArray(value["vulnerabilities"]))
    return value["vulnerabilities"].map((member) => asFields(member)?.["cve"]);
  if (Array.isArray(value["cve_items"])) return value["cve_items"];
  const isEntry = ["id", "sourceIdentifier", "vulnStatus"].every((key) => asText(value[key]) !== null);
  return isEntry ? [value] : null;
}
