/**
 * One made-up analysis with every class of finding, state and policy result: the input of golden tests. Names and numbers are
 * invented; ids of vulnerabilities are of no real vulnerability.
 */
import type { Advisory, Severity, SeverityRating } from "../../src/domain/advisory.ts";
import type { Analysis } from "../../src/domain/analysis.ts";
import type { Exception } from "../../src/domain/exception.ts";
import type { AssessedFinding, ConsideredAdvisory } from "../../src/domain/finding.ts";
import type { ResolvedImage } from "../../src/domain/image.ts";
import type { Package, Sbom } from "../../src/domain/package.ts";
import type { FindingFacts, PolicyResult, Verdict } from "../../src/domain/policy.ts";
import type { RenderOptions } from "../../src/reports/types.ts";

const BASE_LAYER = `sha256:${"1".repeat(64)}`;
const APP_LAYER = `sha256:${"2".repeat(64)}`;

export const plainOptions: RenderOptions = {
  color: false,
  width: 100,
  details: false,
  locations: false,
  epss: false,
  onlyPackages: false,
  onlyVulnPackages: false,
  toolVersion: "0.1.0",
};

export const sampleImage: ResolvedImage = {
  source: "registry",
  reference: "registry://registry.example.com/team/shop:1.2",
  repository: "registry.example.com/team/shop",
  tag: "1.2",
  indexDigest: `sha256:${"a".repeat(64)}`,
  digest: `sha256:${"b".repeat(64)}`,
  config: {
    platform: { os: "linux", architecture: "amd64", variant: null },
    createdAt: "2026-10-01T08:30:00.123Z",
    user: "",
    env: ["PATH=/usr/bin"],
    labels: { "org.opencontainers.image.base.name": "docker.io/library/debian:12" },
    entrypoint: [],
    cmd: ["node", "server.js"],
    workingDir: "/srv",
    exposedPorts: ["8080/tcp"],
    history: [
      { createdBy: "/bin/sh -c #(nop) ADD file:base in /", emptyLayer: false },
      { createdBy: "CMD [node server.js]", emptyLayer: true },
      { createdBy: "RUN npm ci --omit=dev", emptyLayer: false },
    ],
  },
  layers: [
    {
      index: 0,
      diffId: BASE_LAYER,
      digest: `sha256:${"3".repeat(64)}`,
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      sizeBytes: 48_000_000,
      command: "/bin/sh -c #(nop) ADD file:base in /",
    },
    {
      index: 1,
      diffId: APP_LAYER,
      digest: `sha256:${"4".repeat(64)}`,
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      sizeBytes: 4_400_000,
      command: "RUN npm ci --omit=dev",
      source: { file: "Dockerfile", firstLine: 5, lastLine: 6, text: "RUN npm ci \\\n  --omit=dev" },
    },
  ],
  annotations: {},
  attestations: [],
  sizeBytes: 52_400_000,
};

function deb(
  name: string,
  version: string,
  source: Package["sourcePackage"],
  licenses: readonly string[],
): Package {
  return {
    ecosystem: "deb",
    namespace: "debian",
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version.replaceAll("+", "%2B")}?arch=amd64&distro=debian-12`,
    sourcePackage: source,
    architecture: "amd64",
    licenses,
    author: "Debian Example Team <team@lists.example.org>",
    description: `${name} for the example`,
    sizeBytes: 6_045_696,
    evidence: [{ path: "var/lib/dpkg/status", layer: BASE_LAYER, layerIndex: 0 }],
  };
}

function npm(namespace: string | null, name: string, version: string, path: string): Package {
  return {
    ecosystem: "npm",
    namespace,
    name,
    version,
    purl: `pkg:npm/${namespace === null ? "" : `${namespace.replace("@", "%40")}/`}${name}@${version}`,
    sourcePackage: null,
    architecture: null,
    licenses: ["MIT"],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [{ path, layer: APP_LAYER, layerIndex: 1 }],
  };
}

const libssl = deb("libssl3", "3.0.11-1~deb12u2", { name: "openssl", version: "3.0.11-1~deb12u2" }, [
  "Apache-2.0",
]);
const bash = deb("bash", "1:5.2.15-2+b2", { name: "bash", version: "5.2.15-2" }, [
  "GPL-3.0-or-later",
  "LicenseRef-bash-manual",
]);
const tzdata = deb("tzdata", "2024a-0+deb12u1", null, []);
const types = npm("@types", "node", "20.1.0", "srv/node_modules/@types/node/package.json");
const parser = npm(null, "body-parser", "1.19.0", "srv/node_modules/body-parser/package.json");
const parserAgain = npm(null, "body-parser", "1.19.0", "srv/tools/node_modules/body-parser/package.json");

export const samplePackages: readonly Package[] = [bash, libssl, tzdata, types, parser, parserAgain];

export const sampleSbom: Sbom = {
  distro: {
    id: "debian",
    versionId: "12",
    codename: "bookworm",
    name: "Debian GNU/Linux 12 (bookworm)",
    idLike: [],
  },
  packages: samplePackages,
  problems: [
    {
      code: "PARSE_FAILED",
      message: "the file is no JSON object",
      path: "srv/node_modules/broken/package.json",
      layer: APP_LAYER,
    },
  ],
  completeness: "incomplete",
  verification: "verified",
  producers: { deb: 1, npm: 1, format: 1 },
};

function rating(source: string, severity: Severity, score: number | null): SeverityRating {
  const vector = score === null ? null : "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  return { source, type: score === null ? null : "CVSS_V3", vector, score, severity };
}

interface Sketch {
  readonly id: string;
  readonly package: Package;
  readonly severity: Severity;
  readonly score?: number;
  readonly fixed?: string | null;
  readonly overrides?: Partial<FindingFacts>;
}

function finding(sketch: Sketch): FindingFacts {
  const { id, severity, score = null, fixed = null, package: pkg } = sketch;
  const isDeb = pkg.ecosystem === "deb";
  const ratings = severity === "unspecified" ? [] : [rating(isDeb ? "debian" : "GHSA", severity, score)];
  const range = {
    scheme: isDeb ? "deb" : "semver",
    introduced: "0",
    fixed,
    lastAffected: null,
  };
  const advisory: Advisory = {
    id: isDeb ? `DEBIAN-${id}` : `GHSA-${id.slice(-4)}-aaaa-bbbb`,
    feed: "osv",
    space: isDeb ? "deb:debian:12" : "npm",
    name: pkg.sourcePackage?.name ?? pkg.name,
    aliases: [id],
    summary: `An invented weakness of ${pkg.name}`,
    ranges: [range],
    versions: [],
    severities: ratings,
    cwes: ["CWE-79"],
    publishedAt: "2026-01-02T03:04:05Z",
    modifiedAt: "2026-02-03T04:05:06Z",
    url: `https://example.com/advisories/${id}`,
    demonstration: false,
  };
  const version = pkg.sourcePackage?.version ?? pkg.version;
  const assessed: AssessedFinding = {
    package: pkg,
    vulnerability: id,
    aliases: [advisory.id],
    state: "affected",
    reason: null,
    kind: "vulnerability",
    severity,
    rating: ratings[0] ?? null,
    cvss: score === null ? null : (ratings[0] ?? null),
    ratings,
    fixedVersion: fixed,
    fixState: fixed === null ? "unknown" : "fixed",
    fixNote: null,
    fixedAt: null,
    affectedRange: fixed === null ? ">=0" : `<${fixed}`,
    summary: advisory.summary,
    cwes: advisory.cwes,
    publishedAt: advisory.publishedAt,
    modifiedAt: advisory.modifiedAt,
    url: advisory.url,
    evidence: [
      {
        advisory,
        key: {
          space: advisory.space,
          name: advisory.name,
          version,
          by: isDeb ? "source-package" : "package",
        },
        range,
        comparison: `${version} >= 0${fixed === null ? "" : ` and ${version} < ${fixed}`} (${range.scheme})`,
      },
    ],
    demonstration: false,
    status: "affected",
    statement: null,
    exception: null,
    suppressed: false,
  };
  return { ...assessed, context: { kev: null, epss: null }, ...sketch.overrides };
}

/** What an organisation decided itself. */
const sampleException: Exception = {
  id: "7d1f6f4e-8a3c-4a57-9f0e-1c2b3a4d5e6f",
  vulnerability: "CVE-2099-0009",
  kind: "accepted_risk",
  justification: null,
  reason: "The clock is set by the host",
  scope: { repository: "registry.example.com/team/shop", digest: null, purl: "pkg:deb/debian/tzdata" },
  requestedBy: "Dev Example",
  decidedBy: "Sam Example",
  decidedAt: "2026-08-09T10:11:12Z",
  expiresAt: "2027-01-01T00:00:00Z",
};

export const sampleFindings: readonly FindingFacts[] = [
  finding({
    id: "CVE-2099-0001",
    package: libssl,
    severity: "critical",
    score: 9.8,
    fixed: "3.0.13-1~deb12u1",
    overrides: {
      context: {
        kev: { dateAdded: "2026-03-04", ransomware: true },
        epss: { score: 0.93211, percentile: 0.99712, date: "2026-11-20" },
      },
    },
  }),
  finding({ id: "CVE-2099-0002", package: libssl, severity: "high", score: 7.5, fixed: "3.0.14-1~deb12u1" }),
  finding({
    id: "CVE-2099-0003",
    package: parser,
    severity: "medium",
    score: 5.3,
    fixed: "1.20.3",
    overrides: { context: { kev: null, epss: { score: 0.00042, percentile: 0.051, date: "2026-11-20" } } },
  }),
  finding({ id: "CVE-2099-0003", package: parserAgain, severity: "medium", score: 5.3, fixed: "1.20.3" }),
  // The vendor's word beside another one's score.
  finding({
    id: "CVE-2099-0004",
    package: bash,
    severity: "low",
    overrides: {
      cvss: rating("NVD", "critical", 9.8),
      ratings: [rating("debian", "low", null), rating("NVD", "critical", 9.8)],
      fixState: "will_not_fix",
      fixNote: "unimportant: only in a test",
    },
  }),
  finding({ id: "CVE-2099-0005", package: bash, severity: "unspecified" }),
  finding({
    id: "CVE-2099-0006",
    package: bash,
    severity: "high",
    score: 7.8,
    overrides: {
      status: "not_affected",
      suppressed: true,
      statement: {
        document: "https://example.com/vex/shop-1",
        location: "vex/shop.openvex.json",
        author: "Ann Example <ann@example.com>",
        timestamp: "2026-05-06T07:08:09Z",
        vulnerabilities: ["CVE-2099-0006"],
        products: [{ ids: ["pkg:oci/shop"], subcomponents: [bash.purl] }],
        status: "not_affected",
        justification: "vulnerable_code_not_in_execute_path",
        impactStatement: "No shell is ever started",
        actionStatement: null,
      },
    },
  }),
  finding({
    id: "CVE-2099-0007",
    package: tzdata,
    severity: "medium",
    score: 4.4,
    overrides: {
      state: "undetermined",
      status: "undetermined",
      reason: "the version 2024a-0+deb12u1 cannot be compared with the range",
      affectedRange: "",
    },
  }),
  finding({
    id: "CVE-2099-0008",
    package: types,
    severity: "high",
    score: 8.1,
    overrides: {
      status: "under_investigation",
      statement: {
        document: "https://example.com/vex/shop-2",
        location: "vex/shop-2.openvex.json",
        author: "Ann Example <ann@example.com>",
        timestamp: "2026-06-07T08:09:10Z",
        vulnerabilities: ["CVE-2099-0008"],
        products: [{ ids: [types.purl], subcomponents: [] }],
        status: "under_investigation",
        justification: null,
        impactStatement: null,
        actionStatement: null,
      },
    },
  }),
  finding({
    id: "CVE-2099-0009",
    package: tzdata,
    severity: "medium",
    score: 5.9,
    fixed: "2025a-0+deb12u1",
    overrides: { suppressed: true, exception: sampleException },
  }),
  finding({
    id: "CVE-2099-0010",
    package: tzdata,
    severity: "low",
    score: 3.3,
    overrides: {
      status: "not_affected",
      suppressed: true,
      exception: {
        ...sampleException,
        id: "0b9d2a51-6c1e-4f0d-8d53-2f6f7a8b9c0d",
        vulnerability: "CVE-2099-0010",
        kind: "false_positive",
        justification: "vulnerable_code_not_present",
        reason: "Only the data files are installed",
        scope: { repository: null, digest: null, purl: null },
        expiresAt: null,
      },
    },
  }),
];

function policy(
  overrides: Partial<PolicyResult> & Pick<PolicyResult, "policy" | "type" | "title" | "status">,
): PolicyResult {
  return {
    reason: null,
    deviations: [],
    weight: 10,
    lost: overrides.status === "met" ? 0 : 10,
    debug: [],
    ...overrides,
  };
}

export const sampleVerdict: Verdict = {
  status: "not_met",
  results: [
    policy({
      policy: "fixable-vulnerabilities",
      type: "severity",
      title: "No fixable critical or high vulnerabilities",
      status: "not_met",
      weight: 20,
      lost: 20,
      deviations: ["CVE-2099-0001", "CVE-2099-0002"].map((vulnerability) => ({
        message: `${vulnerability} in libssl3`,
        purl: libssl.purl,
        vulnerability,
        layer: BASE_LAYER,
        columns: { Vulnerability: vulnerability, Package: "libssl3", Fixed: "3.0.14-1~deb12u1" },
        remediation: "Update libssl3 to 3.0.14-1~deb12u1.",
      })),
    }),
    policy({
      policy: "copyleft-license",
      type: "licenses",
      title: "No copyleft licenses",
      status: "not_met",
      deviations: [
        {
          message: "bash carries GPL-3.0-or-later",
          purl: bash.purl,
          vulnerability: null,
          layer: BASE_LAYER,
          columns: { Package: "bash", Licence: "GPL-3.0-or-later" },
          remediation: null,
        },
      ],
    }),
    policy({
      policy: "default-non-root-user",
      type: "non-root",
      title: "Default non-root user",
      status: "not_met",
      deviations: [
        {
          message: "no USER is set, so the image runs as root",
          purl: null,
          vulnerability: null,
          layer: null,
          columns: {},
          remediation: "Add a USER instruction.",
        },
      ],
    }),
    policy({
      policy: "approved-base-images",
      type: "approved-base-images",
      title: "No unapproved base images",
      status: "no_data",
      reason: "base only claimed",
    }),
    policy({
      policy: "high-profile-vulnerabilities",
      type: "high-profile",
      title: "No high-profile vulnerabilities",
      status: "met",
    }),
  ],
  score: { grade: "E", percent: 16, scored: 10, total: 60, reason: null },
};

/** An advisory that names a package and does not hold its version. */
const sampleConsidered: ConsideredAdvisory = {
  package: types,
  vulnerability: "CVE-2099-0006",
  aliases: ["GHSA-aaaa-bbbb-cccc"],
  advisory: {
    ...(sampleFindings[0] as FindingFacts).evidence[0]!.advisory,
    id: "GHSA-aaaa-bbbb-cccc",
    feed: "osv",
    space: "npm",
    name: "@types/node",
    aliases: ["CVE-2099-0006"],
    ranges: [{ scheme: "semver", introduced: "0", fixed: "20.1.0", lastAffected: null }],
    versions: ["18.0.0-beta.1"],
  },
  key: { space: "npm", name: "@types/node", version: "20.1.0", by: "package" },
  reasons: ["20.1.0 < 20.1.0 is false (semver)", "20.1.0 is not among the one listed version"],
};

export const sampleAnalysis: Analysis = {
  image: sampleImage,
  sbom: sampleSbom,
  baseImage: {
    name: "docker.io/library/debian",
    tag: "12",
    digest: null,
    evidence: "claimed",
    claimedBy: "label",
    currentDigest: null,
    currentReason: "base only claimed",
    scratch: false,
  },
  baseImageReason: null,
  findings: sampleFindings,
  considered: [sampleConsidered],
  verdict: sampleVerdict,
  database: {
    updatedAt: "2026-11-10T12:00:00Z",
    digest: `sha256:${"d".repeat(64)}`,
    advisoryCount: 31022,
    demonstration: false,
    spaces: ["deb:debian:12"],
    feeds: [
      {
        feed: "osv",
        part: "npm",
        recordCount: 20000,
        fetchedAt: "2026-11-10T12:00:00Z",
        origin: "https://osv.example.org/npm/all.zip",
        licence: "CC-BY-4.0",
        failure: "the host did not answer",
      },
    ],
    hasKev: true,
    hasEpss: true,
    ageHours: 264,
    stale: true,
    missingSpaces: ["npm"],
    otherRepositories: [{ repository: "NodeSource", packageCount: 2 }],
  },
  problems: [
    {
      code: "VEX_NOT_APPLIED",
      message: "a statement names no package of this image",
      path: null,
      layer: null,
    },
  ],
  steps: [{ step: "resolve", ms: 12, count: 2 }],
  fromCache: false,
  endOfLife: "Debian GNU/Linux 12 (bookworm) has had no security fixes since 2028-06-30",
  demonstration: false,
};

/** The same image with nothing wrong: complete, fresh, every package judged, no finding, every policy met. */
export const cleanAnalysis: Analysis = {
  ...sampleAnalysis,
  sbom: { ...sampleSbom, problems: [], completeness: "complete" },
  findings: [],
  considered: [],
  verdict: {
    status: "met",
    results: sampleVerdict.results.map((result) => ({
      ...result,
      status: "met",
      reason: null,
      deviations: [],
      lost: 0,
    })),
    score: { grade: "A", percent: 100, scored: 60, total: 60, reason: null },
  },
  database: {
    ...(sampleAnalysis.database as NonNullable<Analysis["database"]>),
    ageHours: 3,
    stale: false,
    missingSpaces: [],
    otherRepositories: [],
    feeds: [],
  },
  endOfLife: null,
  problems: [],
};

/** Text that tries to break out of every kind of document. */
export const hostileTexts: readonly string[] = [
  "a\n::error::owned",
  "b\u001b[2J\u001b[31mred",
  "c</details></summary><script>alert(1)</script>",
  "d%0A::error::x",
  "::error file=x::e",
  "f | g | h",
  "g`code` **bold** [x](javascript:alert(1)) @someone #1",
  "h\u202egnp.exe\u2028::set-output name=a::b",
  "##[error]i ##vso[task.complete]x",
  "j\ud800\u009b31m",
];

/** The sample with every text of the image and the feeds replaced by hostile ones. */
export function hostileAnalysis(): Analysis {
  const text = (index: number): string => hostileTexts[index % hostileTexts.length] ?? "";
  const packages = hostileTexts.map((name, index): Package => {
    const pkg = {
      ...libssl,
      name,
      version: text(index + 1),
      purl: `pkg:deb/debian/${encodeURIComponent(name.toWellFormed())}@1`,
    };
    return {
      ...pkg,
      description: text(index + 2),
      author: text(index + 3),
      licenses: [text(index + 4)],
      evidence: [{ path: `srv/${name}`, layer: BASE_LAYER, layerIndex: 0 }],
    };
  });
  const [first] = sampleFindings as readonly [FindingFacts];
  const findings = packages.map((pkg, index): FindingFacts => ({
    ...first,
    package: pkg,
    vulnerability: `CVE-2099-1${index}${text(index)}`,
    summary: text(index),
    url: `javascript:alert(${index})`,
    fixedVersion: text(index + 1),
    affectedRange: text(index + 2),
    cwes: [text(index)],
    reason: text(index),
    suppressed: index % 3 === 0,
    exception: {
      ...sampleException,
      reason: text(index),
      requestedBy: text(index + 1),
      decidedBy: text(index + 2),
      scope: { repository: text(index), digest: text(index + 1), purl: text(index + 2) },
    },
    status: index % 2 === 0 ? "affected" : "undetermined",
  }));
  const considered = packages.map((pkg, index): ConsideredAdvisory => ({
    ...sampleConsidered,
    package: pkg,
    advisory: {
      ...sampleConsidered.advisory,
      id: text(index),
      feed: text(index + 1),
      url: `javascript:alert(${index})`,
    },
    key: { ...sampleConsidered.key, name: text(index), version: text(index + 2) },
    reasons: [text(index)],
  }));
  const command = hostileTexts.join("");
  return {
    ...sampleAnalysis,
    image: {
      ...sampleImage,
      tag: text(0),
      reference: text(4),
      layers: sampleImage.layers.map((layer) => ({ ...layer, command })),
    },
    sbom: {
      ...sampleSbom,
      packages,
      distro: { ...(sampleSbom.distro as NonNullable<Sbom["distro"]>), name: text(0) },
      problems: hostileTexts.map((message) => ({
        code: "PARSE_FAILED",
        message,
        path: message,
        layer: null,
      })),
    },
    findings,
    considered,
    verdict: {
      ...sampleVerdict,
      results: sampleVerdict.results.map((result, index) => ({
        ...result,
        reason: text(index),
        deviations: hostileTexts.map((message) => ({
          message,
          purl: null,
          vulnerability: null,
          layer: null,
          columns: { [message]: message },
          remediation: message,
        })),
      })),
    },
  };
}
