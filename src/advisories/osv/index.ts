/**
 * Feed `osv`: records in the OSV schema, as JSON or YAML, from any database that publishes them.
 * The live feed is the bucket of osv.dev: one zip for each ecosystem.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed, FeedPart, FeedReading } from "../types.ts";
import { isOsvRecord, readOsvRecord } from "./parse.ts";

export const osv: Feed = Object.freeze({
  id: "osv",
  title: "Open Source Vulnerabilities",
  specs: ["https://ossf.github.io/osv-schema/", "https://google.github.io/osv.dev/data/"],
  version: 4,
  baseUrl: "https://osv-vulnerabilities.storage.googleapis.com/",
  // Default: the ecosystems that packages are cataloged for, except Ubuntu and Wolfi: the first is very large, the second
  // has been under non-commercial terms since 2025. Both are fetched when named.
  parts: [
    part("npm", true),
    part("PyPI", true),
    part("Debian", true),
    part("Alpine", true),
    part("Ubuntu", false),
    part("Wolfi", false),
    part("Chainguard", false),
    part("Alpaquita", false),
    part("MinimOS", false),
    part("Go", false),
    part("crates.io", false),
    part("Maven", false),
    part("NuGet", false),
    part("Hex", false),
    part("Pub", false),
    ...[
      "RubyGems",
      "Packagist",
      "CRAN",
      "ConanCenter",
      "Hackage",
      "Julia",
      "opam",
      "GitHub Actions",
      "SwiftURL",
    ].map((id) => part(id, false)),
    part("Bitnami", false),
    part("AlmaLinux", false),
    part("Rocky Linux", false),
    part("Red Hat", false),
    part("SUSE", false),
    part("openSUSE", false),
    part("Mageia", false),
    part("openEuler", false),
    part("Azure Linux", false),
  ],
  licence: (part: string) => licences.get(part) ?? "see the records",
  recognises: (document: FeedDocument) => membersOf(document).some(isOsvRecord),
  read: readDocument,
});

function readDocument(document: FeedDocument): FeedReading {
  const members = membersOf(document);
  const usable = members.filter(isOsvRecord);
  if (usable.length === 0) {
    throw new PlimsollError("FEED_INVALID", `${document.name} is no OSV record.`, {
      details: { document: document.name },
    });
  }
  const readings = usable.map(readOsvRecord);
  const rejected = readings.flatMap((reading) => reading.rejected);
  for (let lost = members.length - usable.length; lost > 0; lost -= 1) {
    rejected.push({ id: document.name, reason: "a member of the list is no OSV record" });
  }
  return { records: readings.map((reading) => reading.record), rejected, spaces: [] };
}

/** A document is one record, or a list of them. */
function membersOf(document: FeedDocument): readonly unknown[] {
  const value = document.value();
  return Array.isArray(value) ? value : [value];
}

function part(id: string, isDefault: boolean): FeedPart {
  return { id, path: `${encodeURIComponent(id)}/all.zip`, isDefault, mayBeAbsent: false };
}

const licences: ReadonlyMap<string, string> = new Map([
  ["npm", "CC-BY-4.0 (GHSA), Apache-2.0 (MAL)"],
  ["PyPI", "CC-BY-4.0 (PYSEC, GHSA), Apache-2.0 (MAL)"],
  ["Debian", "facts, published without stated terms"],
  ["Alpine", "CC-BY-SA-4.0"],
  ["Ubuntu", "CC-BY-SA-4.0"],
  ["Wolfi", "CC-BY-NC-ND-4.0"],
  ["Chainguard", "CC-BY-NC-ND-4.0"],
  ["Alpaquita", "MIT"],
  ["Go", "CC-BY-4.0"],
  ["crates.io", "CC0-1.0, CC-BY-4.0 (GHSA)"],
  ["Hex", "CC-BY-4.0"],
  ["Pub", "CC-BY-4.0"],
  ["Bitnami", "Apache-2.0"],
  ["DHI", "Apache-2.0"],
  ["AlmaLinux", "MIT"],
  ["Rocky Linux", "BSD-3-Clause"],
  ["Red Hat", "CC-BY-4.0"],
  ["SUSE", "CC-BY-4.0"],
  ["openSUSE", "CC-BY-4.0"],
  ["Mageia", "CC-BY-SA-4.0"],
  ["Azure Linux", "MIT"],
]);
