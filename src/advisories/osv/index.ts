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
  version: 8,
  baseUrl: "https://osv-vulnerabilities.storage.googleapis.com/",
  // Default: the ecosystems that packages are cataloged for, except Ubuntu and Wolfi: the first is very large, the second
  // has been under non-commercial terms since 2025. Both are fetched when named.
  parts: [
    part("npm", true, "npm"),
    part("PyPI", true, "pypi"),
    part("Debian", true, "deb:debian:"),
    part("Alpine", true, "apk:alpine:"),
    part("Ubuntu", false, "deb:ubuntu:"),
    part("Wolfi", false, "apk:wolfi"),
    part("Chainguard", false, "apk:chainguard"),
    part("Alpaquita", false, "apk:alpaquita:"),
    part("MinimOS", false, "apk:minimos"),
    part("Go", false, "golang"),
    part("crates.io", false, "cargo"),
    part("Maven", false, "maven"),
    part("NuGet", false, "nuget"),
    part("Hex", false, "hex"),
    part("Pub", false, "pub"),
    part("RubyGems", false, "gem"),
    part("Packagist", false, "composer"),
    part("CRAN", false, "cran"),
    part("ConanCenter", false, "conan"),
    part("Hackage", false, "hackage"),
    part("Julia", false, "julia"),
    part("opam", false, "opam"),
    part("GitHub Actions", false, "github"),
    part("SwiftURL", false, "swift"),
    part("Bitnami", false, "bitnami"),
    part("AlmaLinux", false, "rpm:almalinux:"),
    part("Rocky Linux", false, "rpm:rocky:"),
    part("Red Hat", false, "rpm:rhel:"),
    part("SUSE", false, "rpm:sles:", "rpm:sle-micro:"),
    part("openSUSE", false, "rpm:opensuse-leap:", "rpm:opensuse-tumbleweed"),
    part("Mageia", false, "rpm:mageia:"),
    part("openEuler", false, "rpm:openeuler:"),
    part("Azure Linux", false, "rpm:azurelinux:", "rpm:mariner:"),
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

function part(id: string, isDefault: boolean, ...serves: readonly string[]): FeedPart {
  return { id, path: `${encodeURIComponent(id)}/all.zip`, isDefault, mayBeAbsent: false, serves };
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
