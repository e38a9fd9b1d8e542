/** What each archive must give, beside what the collection's manifest says of it. */

export interface ArchiveExpectation {
  readonly name: string;
  /** Finds the number of records in the manifest's line. */
  readonly records: RegExp;
  /** Records that the feeds count more (or fewer) than the manifest, for the reason given. */
  readonly difference: number;
  /** Documents or records that are rightly refused. */
  readonly faults: number;
  readonly reason: string;
}

function archive(name: string, records: RegExp, more: Partial<ArchiveExpectation> = {}): ArchiveExpectation {
  return { name, records, difference: 0, faults: 0, reason: "", ...more };
}

const first = /Records: ([\d,]+)/;

export const archives: readonly ArchiveExpectation[] = [
  archive("pypi-pysec-osv-yaml.tar.gz", first),
  archive("crates-rustsec-osv.tar.gz", first),
  archive("go-vulndb-osv.tar.gz", first),
  archive("almalinux-osv.tar.gz", first, {
    reason: "1,200 notices of bug fixes and enhancements name no vulnerability",
  }),
  archive("bellsoft-alpaquita-osv.tar.gz", first),
  archive("bitnami-osv.tar.gz", first),
  archive("osv-samples.zip", /Records: ([\d,]+) distinct/),
  archive("dhi-advisories-osv-vex.tar.gz", /Records: ([\d,]+) OSV/, {
    faults: 7,
    reason:
      "the 107 VEX documents beside the records belong to no feed; 42 records name no version at all, 7 of them by a range without events, so there is nothing to compare",
  }),
  archive("alpine-secdb-v3.3-v3.11.tar.gz", /([\d,]+) fix entries/, {
    difference: 11_881 - 12_028,
    reason:
      "the manifest counts entries of lists; here a record is a package and a vulnerability in a file, and some stand in several lists or share an entry",
  }),
  archive("wolfi-advisories-2025-05-07.tar.gz", /([\d,]+) advisories/, {
    difference: -1,
    faults: 1,
    reason: "one advisory names a version that is none, 1.1.0-r1-r0, and is told",
  }),
  archive("debian-dsa-dla-lists-2023-04.tar.gz", /DSA: ([\d,]+) advisories/, {
    difference: 3_534,
    reason:
      "the 3,534 notices of the DLA list stand in another place of the manifest; 233 notices name no package or no vulnerability",
  }),
  archive("rubygems-ruby-advisory-db.tar.gz", first),
  archive("packagist-friendsofphp.tar.gz", first),
  archive("npm-nodejs-security-wg.tar.gz", /npm: ([\d,]+) advisories/, {
    difference: 467 + 2 * 171,
    reason:
      "the manifest counts files of npm packages; each advisory stands in a file of its own and in an index, and 171 are of Node.js itself",
  }),
  archive("cve-enrichment-anchore.tar.gz", first),
  archive("kev-cisa-2026-08-07.tar.gz", first),
  archive("kev-cisa-official-2025-08-25.tar.gz", first),
  archive("epss-kev-subset.tar.gz", first),
];

/** The number that the archive's section of the manifest gives; null when it is not written that way any more. */
export function toldBy(manifest: string, { name, records }: ArchiveExpectation): number | null {
  const section = manifest.split("\n## ").find((text) => text.startsWith(name)) ?? "";
  const line = section.split("\n").find((text) => text.startsWith("- Records:")) ?? "";
  const number = records.exec(line)?.[1];
  return number === undefined ? null : Number(number.replaceAll(",", ""));
}
