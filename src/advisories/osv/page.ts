/** Who published an OSV record, and its page for people. */
import { asFields, asList, asText, type Fields } from "../shared/fields.ts";

/** `GHSA` of `GHSA-xxxx`, `PYSEC` of `PYSEC-2020-1`; for ids that do not tell (`CVE-…`) the ecosystem's `fallback`. */
export function publisherOf(id: string, fallback: string): string {
  const prefix = /^([A-Za-z]+)-/.exec(id)?.[1];
  return (prefix === undefined ? null : publishers.get(prefix)) ?? fallback;
}

const publishers: ReadonlyMap<string, string> = new Map([
  ["GHSA", "GHSA"],
  ["PYSEC", "PYSEC"],
  ["RUSTSEC", "RUSTSEC"],
  ["GO", "GO"],
  ["MAL", "MAL"],
  ["OSV", "OSV"],
]);

/** The page of the advisory: by its kind of id, else the record's first advisory link, else its first link; https only. */
export function pageOf(id: string, record: Fields): string | null {
  for (const { pattern, page } of pages) {
    const match = pattern.exec(id);
    if (match !== null) return page(match[1] ?? id);
  }
  const links = asList(record["references"]).map(asFields);
  const ordered = [...links.filter((link) => link?.["type"] === "ADVISORY"), ...links];
  for (const link of ordered) {
    const url = asText(link?.["url"]);
    if (url !== null && url.length <= urlLengthMax && /^https:\/\/[\x21-\x7e]+$/.test(url)) return url;
  }
  return null;
}

const urlLengthMax = 500;

const pages: readonly { pattern: RegExp; page: (captured: string) => string }[] = [
  { pattern: /^(GHSA-[\w-]+)$/, page: (id) => `https://github.com/advisories/${id}` },
  { pattern: /^(GO-[\w-]+)$/, page: (id) => `https://pkg.go.dev/vuln/${id}` },
  { pattern: /^(RUSTSEC-[\w-]+)$/, page: (id) => `https://rustsec.org/advisories/${id}.html` },
  { pattern: /^((?:PYSEC|MAL)-[\w-]+)$/, page: (id) => `https://osv.dev/vulnerability/${id}` },
  { pattern: /^DEBIAN-(CVE-[\d-]+)$/, page: (id) => `https://security-tracker.debian.org/tracker/${id}` },
  { pattern: /^((?:DSA|DLA)-[\d-]+)$/, page: (id) => `https://security-tracker.debian.org/tracker/${id}` },
  { pattern: /^UBUNTU-(CVE-[\d-]+)$/, page: (id) => `https://ubuntu.com/security/${id}` },
  { pattern: /^(USN-[\d-]+)$/, page: (id) => `https://ubuntu.com/security/notices/${id}` },
  { pattern: /^ALPINE-(CVE-[\d-]+)$/, page: (id) => `https://security.alpinelinux.org/vuln/${id}` },
];
