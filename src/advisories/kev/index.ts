/**
 * Feed `kev`: the catalogue of known exploited vulnerabilities of CISA, as JSON.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { asFields, asList, asText } from "../shared/fields.ts";
import type { ContextRecord, Feed, FeedReading, RejectedRecord } from "../types.ts";

export const kev: Feed = Object.freeze({
  id: "kev",
  title: "CISA Known Exploited Vulnerabilities",
  specs: [
    "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json",
  ],
  version: 1,
  holds: "contexts",
  baseUrl: "https://www.cisa.gov/sites/default/files/feeds/",
  parts: [{ id: "", path: "known_exploited_vulnerabilities.json", isDefault: true, mayBeAbsent: false }],
  licence: () => "CC0-1.0",
  recognises(document: FeedDocument) {
    const value = asFields(document.value());
    return (
      value !== null && asText(value["catalogVersion"]) !== null && Array.isArray(value["vulnerabilities"])
    );
  },
  read: readKev,
});

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function readKev(document: FeedDocument): FeedReading {
  const entries = asFields(document.value())?.["vulnerabilities"];
  if (!Array.isArray(entries)) {
    throw new PlimsollError("FEED_INVALID", `${document.name} has no list of vulnerabilities.`, {
      details: { document: document.name },
    });
  }
  const records: ContextRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const entry of asList(entries)) {
    const fields = asFields(entry);
    const id = asText(fields?.["cveID"]);
    const dateAdded = asText(fields?.["dateAdded"]);
    if (id === null || dateAdded === null || !DATE.test(dateAdded)) {
      rejected.push({ id: id ?? document.name, reason: "an entry has no cveID or no date" });
      continue;
    }
    const ransomware = asText(fields?.["knownRansomwareCampaignUse"])?.toLowerCase() === "known";
    const dueDate = asText(fields?.["dueDate"]);
    const due = dueDate !== null && DATE.test(dueDate) ? { dueDate } : {};
    records.push({ kind: "context", id, context: { kev: { dateAdded, ransomware, ...due }, epss: null } });
  }
  return { records, rejected, spaces: [] };
}
