/** Small valid documents of every feed. */
import { gzipSync } from "node:zlib";

export interface FeedSample {
  readonly name: string;
  /** Name of the document, by which some feeds are known. */
  readonly file: string;
  readonly samples: readonly (string | Buffer)[];
}

const osv = JSON.stringify({
  schema_version: "1.7.0",
  id: "GHSA-rv95-896h-c2vc",
  modified: "2024-05-01T00:00:00Z",
  published: "2024-03-25T00:00:00Z",
  aliases: ["CVE-2024-29041"],
  summary: "words",
  details: "more words",
  severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N" }],
  affected: [
    {
      package: { ecosystem: "npm", name: "express", purl: "pkg:npm/express" },
      ranges: [
        {
          type: "SEMVER",
          events: [{ introduced: "0" }, { fixed: "4.19.2" }, { introduced: "5.0.0-alpha.1" }],
        },
      ],
      versions: ["4.17.1"],
      database_specific: { source: "x" },
    },
    {
      package: { ecosystem: "Debian:12", name: "node-express" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { last_affected: "4.18.2-1" }] }],
      ecosystem_specific: { urgency: "low" },
    },
    { package: { ecosystem: "PyPI", name: "A_b" }, versions: ["1.0", "1.1"] },
  ],
  references: [{ type: "WEB", url: "https://example.com" }],
  database_specific: { cwe_ids: ["CWE-601"], severity: "MODERATE" },
});
const bundle = JSON.stringify({
  id: "DSA-1-1",
  modified: "2024-01-01T00:00:00Z",
  schema_version: "1.6.0",
  upstream: ["CVE-2024-1", "CVE-2024-2"],
  affected: [
    {
      package: { ecosystem: "Debian:12", name: "a" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "1-1" }] }],
    },
  ],
});
const osvYaml = `id: PYSEC-2024-1\nmodified: 2024-01-01T00:00:00Z\naffected:\n- package:\n    ecosystem: PyPI\n    name: django\n  ranges:\n  - type: ECOSYSTEM\n    events:\n    - introduced: "0"\n    - fixed: 1.10\n  versions: [1.0, 1.1]\naliases:\n- CVE-2024-3\n`;

const secdb = JSON.stringify({
  distroversion: "v3.20",
  reponame: "main",
  urlprefix: "https://dl-cdn.alpinelinux.org/alpine",
  packages: [
    {
      pkg: {
        name: "busybox",
        secfixes: { "1.36.1-r2": ["CVE-2022-48174", "CVE-2023-1 CVE-2023-2"], "0": ["CVE-2020-1"] },
      },
    },
    { pkg: { name: "zlib", secfixes: { "1.3.1-r0": null } } },
  ],
});
const secdbYaml = `distroversion: v3.11\nreponame: main\npackages:\n  - pkg:\n      name: apk-tools\n      secfixes:\n        2.12.6-r0:\n          - CVE-2021-36159\n        "0":\n          - CVE-2020-1\n`;

const kev = JSON.stringify({
  title: "Catalog",
  catalogVersion: "2026.08.07",
  count: 1,
  vulnerabilities: [
    { cveID: "CVE-2024-29041", dateAdded: "2024-05-01", knownRansomwareCampaignUse: "Known" },
  ],
});

const epss =
  "#model_version:v2025.03.14,score_date:2026-08-22T00:00:00+0000\ncve,epss,percentile\nCVE-2024-29041,0.00043,0.1\nCVE-2020-1,0.97,0.999\n";
const epssSubset =
  'CVE,CVSS3,EPSS,EPSS Percentile,Description,Vendor,Product\nCVE-2020-1,9.8,0.97,0.999,"words, ""more"" words\nand more",V,P\n';

export const feedSamples: readonly FeedSample[] = [
  { name: "osv", file: "GHSA-1.json", samples: [osv, bundle, `[${osv},${bundle}]`] },
  { name: "osv yaml", file: "PYSEC-1.yaml", samples: [osvYaml] },
  { name: "alpine", file: "main.json", samples: [secdb] },
  { name: "alpine yaml", file: "main.yaml", samples: [secdbYaml] },
  { name: "kev", file: "known_exploited_vulnerabilities.json", samples: [kev] },
  {
    name: "epss",
    file: "epss_scores-2026-08-22.csv",
    samples: [epss, epssSubset, "cve,epss\nCVE-2020-1,0.5\n"],
  },
  { name: "epss gzip", file: "epss_scores-current.csv.gz", samples: [gzipSync(epss)] },
];
