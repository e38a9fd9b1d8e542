/**
 * One entry of a `secfixes` list, as people wrote it: `CVE-2017-2620 XSA-209`, `CVE_2019-2426`, `CVE 2018-16859`,
 * `CVE-2017-8073.patch`, `CVE-2018-16230 (BGP)`, `XSA-207`.
 */

export interface FixedVulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
}

/**
 * The vulnerabilities an entry names; empty when it names none. Each CVE is one. Ids of other bodies (XSA, TALOS) beside a CVE
 * are left out: one XSA covers several CVEs, and as an alias it would make them one. A GHSA id beside a single CVE is an alias.
 * Without a CVE every id counts.
 */
export function readFixEntry(entry: string): FixedVulnerability[] {
  const text = entry.slice(0, entryLengthMax);
  const cves = unique([...text.matchAll(CVE)].map((match) => `CVE-${match[1] ?? ""}-${match[2] ?? ""}`));
  const advisories = unique([...text.matchAll(GHSA)].map((match) => match[0]));
  const [cve] = cves;
  if (cve !== undefined && cves.length === 1) return [{ id: cve, aliases: advisories }];
  if (cves.length > 1) return cves.map((id) => ({ id, aliases: [] }));
  const others = text.split(/[\s,;]+/).filter((word) => OTHER_ID.test(word));
  return unique(others).map((id) => ({ id, aliases: [] }));
}

const entryLengthMax = 1_000;

const CVE = /\bCVE[-_ ](\d{4})-(\d{4,19})/gi;

const GHSA = /\bGHSA-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}\b/g;

/** `XSA-207`, `ZBX-11023`, `wnpa-sec-2017-21`, `ALPINE-13661`: letters first, a digit in it, no spaces. */
const OTHER_ID = /^(?=[^\d]*\d)[A-Za-z]{2,20}-[A-Za-z0-9._-]{1,40}$/;

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
