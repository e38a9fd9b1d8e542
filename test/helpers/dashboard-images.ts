/** Images of a made-up organisation, of every kind that a page has to show; for pictures of the dashboard and for its test. */
import type { BaseImageFacts } from "../../src/domain/policy.ts";
import { seedDigest, type SeedImage, type SeedPackage } from "./seed-images.ts";

const HOUR = 60 * 60_000;

/** The name of the image whose texts are attacks on whoever reads them. */
export const hostileRepository = "acme/hostile";

/** `now`: pushes are some hours or days before it. */
export function dashboardImages(now: Date): readonly SeedImage[] {
  const ago = (hours: number): Date => new Date(now.getTime() - hours * HOUR);
  return [
    { ...shop("2.3.0", ago(190)), results: ["met", "met", "no_data", "met", "met", "met", "met"] },
    { ...shop("2.4.0", ago(3)), ...shopInventory, environments: ["production"], document: true },
    {
      repository: "acme/payments",
      tag: "1.18.2",
      pushedAt: ago(26),
      base: dhiPython,
      layers,
      packages: [...python, ...clean],
      results: ["met", "met", "met", "met", "met", "met", "met"],
      environments: ["production", "staging"],
      document: true,
    },
    {
      repository: "acme/search",
      tag: "main",
      index: seedDigest("index of acme/search"),
      pushedAt: ago(9),
      packages: clean,
      results: ["met", "met", "no_data", "no_data", "no_data", "met", "met"],
    },
    {
      repository: "acme/search",
      tag: "main",
      index: seedDigest("index of acme/search"),
      platform: "linux/arm64",
      pushedAt: ago(9),
      packages: clean,
      results: ["met", "met", "no_data", "no_data", "no_data", "not_met", "met"],
    },
    {
      repository: "acme/legacy-reports",
      tag: "7",
      pushedAt: ago(800),
      completeness: "incomplete",
      problems: [
        {
          code: "NO_PACKAGE_DATABASE",
          message: "Debian GNU/Linux 12 (bookworm) has no package database that can be read",
          path: null,
          layer: null,
        },
        {
          code: "PARSE_FAILED",
          message: "app/node_modules/broken/package.json is no JSON",
          path: "app/node_modules/broken/package.json",
          layer: null,
        },
      ],
      packages: vulnerable,
      results: ["not_met", "not_met", "no_data", "no_data", "no_data", "met", "not_met"],
    },
    { repository: "acme/mailer", tag: "0.9.1", pushedAt: ago(1), state: "failed" },
    { repository: "acme/gateway", tag: "5.0.0-rc.1", pushedAt: ago(0.01), state: "queued" },
    { repository: "acme/batch", tag: "nightly", pushedAt: ago(0.02), state: "analysing" },
    {
      repository: "acme/docs",
      tag: "latest",
      pushedAt: ago(52),
      packages: clean,
      hasFindings: false,
      results: ["no_data", "no_data", "no_data", "no_data", "no_data", "met", "met"],
    },
    {
      repository:
        "platform/teams/internal-developer-experience/a-very-long-name-for-a-service-that-nobody-shortened",
      tag: "feature-branch-with-a-name-that-is-as-long-as-the-registry-allows.20261122.1",
      pushedAt: ago(70),
      packages: clean,
      results: ["met", "met", "not_met", "met", "met", "met", "met"],
    },
    hostile(ago(5)),
  ];
}

function shop(tag: string, pushedAt: Date): SeedImage {
  return {
    repository: "acme/shop",
    tag,
    pushedAt,
    layers,
    base: { ...dhiPython, name: "docker.io/library/node", tag: "22-bookworm", evidence: "layers" },
    packages: [...clean, ...vulnerable],
    results: [
      {
        status: "not_met",
        deviations: [
          {
            message: "CVE-2025-7783 (critical) in form-data 4.0.0 can be fixed",
            purl: "pkg:npm/form-data@4.0.0",
            vulnerability: "CVE-2025-7783",
            remediation: "Update form-data to 4.0.4",
          },
          {
            message: "CVE-2024-21538 (high) in cross-spawn 7.0.3 can be fixed",
            purl: "pkg:npm/cross-spawn@7.0.3",
            vulnerability: "CVE-2024-21538",
            remediation: "Update cross-spawn to 7.0.5",
          },
        ],
      },
      "met",
      {
        status: "not_met",
        deviations: [
          {
            message: "docker.io/library/node:22-bookworm is not an approved base image",
            remediation: "Build on one of registry.example.com/acme/dhi-*",
          },
        ],
      },
      { status: "no_data", reason: "no attestations were found beside the image" },
      "met",
      "met",
      "met",
    ],
  };
}

const dhiPython: BaseImageFacts = {
  name: "registry.example.com/acme/dhi-python",
  tag: "3.13",
  digest: seedDigest("dhi-python"),
  evidence: "layers",
  claimedBy: null,
  currentDigest: seedDigest("dhi-python"),
  currentReason: null,
  scratch: false,
};

const layers: NonNullable<SeedImage["layers"]> = [
  { command: "# debian.sh --arch 'amd64' out/ 'bookworm'", sizeBytes: 48_500_000, fromBase: true },
  { command: "RUN /bin/sh -c apt-get install -y libssl3 zlib1g", sizeBytes: 12_400_000, fromBase: true },
  { command: "COPY package.json package-lock.json ./ # buildkit", sizeBytes: 84_000 },
  {
    command: "RUN /bin/sh -c npm ci --omit=dev # buildkit",
    sizeBytes: 31_700_000,
    source: {
      file: "Dockerfile",
      firstLine: 4,
      lastLine: 5,
      text: "RUN --mount=type=cache,target=/home/user/.npm \\\n  npm ci --omit=dev",
    },
  },
  { command: "COPY . . # buildkit", sizeBytes: 2_100_000 },
];

const clean: readonly SeedPackage[] = [
  { name: "express", version: "5.1.0", layer: 3 },
  { name: "react", version: "19.2.0", layer: 3 },
  { name: "undici", version: "7.16.0", layer: 3 },
  { name: "zod", version: "4.1.12", layer: 3 },
  { name: "pino", version: "10.1.0", layer: 3, licenses: ["MIT", "Apache-2.0"] },
  { name: "internal-config", version: "1.0.3", layer: 4, licenses: [] },
];

const shopInventory: Pick<SeedImage, "coverage" | "systemFiles" | "problems"> = {
  coverage: {
    files: { total: 18_412, byPackage: 18_201, bySignature: 1, byNothing: 210 },
    executables: { total: 1_320, byPackage: 1_306, bySignature: 2, byNothing: 12 },
    unexplained: Array.from({ length: 12 }, (_, at) => `opt/tools/bin/tool-${at + 1}`),
  },
  systemFiles: {
    listed: 3_204,
    compared: 3_180,
    modified: { count: 1, paths: ["usr/bin/ssh"] },
    missing: { count: 0, paths: [] },
    unowned: { count: 130, paths: ["usr/bin/left-behind", "usr/lib/libextra.so.1"] },
  },
  problems: [
    {
      code: "BUILD_INFO_MISSING",
      message: "opt/tools/bin/tool-1 was built by Go and does not tell of what",
      path: "opt/tools/bin/tool-1",
      layer: null,
    },
  ],
};

const python: readonly SeedPackage[] = ["requests", "fastapi", "pydantic", "uvicorn", "starlette"].map(
  (name, position) => ({
    name,
    version: `2.${position}.1`,
    purl: `pkg:pypi/${name}@2.${position}.1`,
    path: `usr/lib/python3/dist-packages/${name}-2.${position}.1.dist-info/METADATA`,
    layer: 3,
    licenses: ["BSD-3-Clause"],
    ...(position === 0 ? { ownedBy: "pkg:deb/debian/python3-requests@2.28.1", fileCount: 42 } : {}),
  }),
);

const vulnerable: readonly SeedPackage[] = [
  {
    name: "form-data",
    version: "4.0.0",
    layer: 3,
    findings: [
      {
        vulnerability: "CVE-2025-7783",
        severity: "critical",
        aliases: ["GHSA-fjxv-7rqg-78g4"],
        fixedVersion: "4.0.4",
        epss: 0.0031,
        summary: "form-data uses unsafe random function for choosing boundary",
      },
    ],
  },
  {
    name: "cross-spawn",
    version: "7.0.3",
    layer: 3,
    findings: [
      {
        vulnerability: "CVE-2024-21538",
        severity: "high",
        aliases: ["GHSA-3xgq-45jq-v275"],
        fixedVersion: "7.0.5",
        epss: 0.0024,
        summary: "Regular expression denial of service in cross-spawn",
      },
    ],
  },
  {
    name: "tar",
    version: "6.1.0",
    layer: 3,
    findings: [
      {
        vulnerability: "CVE-2024-28863",
        severity: "medium",
        aliases: ["GHSA-f5x3-32g6-xq36"],
        fixedVersion: "6.2.1",
        summary: "Denial of service while parsing a tar file due to lack of folder count validation",
      },
      {
        vulnerability: "CVE-2021-37712",
        severity: "high",
        fixedVersion: "6.1.9",
        kev: true,
        epss: 0.87,
        summary: "Arbitrary file creation through insufficient symlink protection",
        suppressedBy: "Acme Product Security",
      },
    ],
  },
  {
    name: "left-pad",
    version: "not-a-version",
    layer: 4,
    findings: [{ vulnerability: "CVE-2023-45133", severity: "unspecified", state: "undetermined" }],
  },
  {
    name: "debug",
    version: "2.6.8",
    layer: 3,
    findings: [
      {
        vulnerability: "CVE-2017-16137",
        severity: "low",
        aliases: ["GHSA-gxpj-cx7g-858c"],
        fixedVersion: null,
      },
    ],
  },
];

/** Sets a global when one of the texts runs, adds an element when one is markup. `attackMark` tells both. */
export const attackMark = "plimsollTaken";

const script = `<script>window.${attackMark}=1</script>`;
const picture = `"><img src=x onerror="window.${attackMark}=2" class="${attackMark}">`;
const address = `javascript:window.${attackMark}=3`;
/** Turns the text after it around, hides, erases, and ends a line. */
export const hiddenCharacters = "\u202eevil\u2066\u200b\u001b[2J\u0007\r\nend";

function hostile(pushedAt: Date): SeedImage {
  return {
    repository: hostileRepository,
    tag: `1.0${picture}`,
    pushedAt,
    labels: { "org.opencontainers.image.title": script, [picture]: hiddenCharacters, "a\u202eb": address },
    layers: [
      { command: `RUN echo '${script}' ${hiddenCharacters}`, fromBase: true },
      {
        command: picture,
        source: { file: picture, firstLine: 1, lastLine: 2, text: `${script}\n${hiddenCharacters}` },
      },
      { command: address },
    ],
    base: {
      ...dhiPython,
      name: `registry.example.com/${picture}`,
      tag: hiddenCharacters,
      evidence: "claimed",
    },
    document: true,
    coverage: {
      files: { total: 4, byPackage: 1, bySignature: 0, byNothing: 3 },
      executables: { total: 3, byPackage: 0, bySignature: 0, byNothing: 3 },
      unexplained: [script, picture, hiddenCharacters],
    },
    systemFiles: {
      listed: 3,
      compared: 3,
      modified: { count: 1, paths: [script] },
      missing: { count: 1, paths: [picture] },
      unowned: { count: 1, paths: [hiddenCharacters] },
    },
    problems: [
      { code: "PARSE_FAILED", message: `${script}${hiddenCharacters}`, path: picture, layer: null },
      { code: "DISTRO_UNKNOWN", message: address, path: hiddenCharacters, layer: null },
    ],
    packages: [
      {
        name: script,
        version: hiddenCharacters,
        path: `srv/${picture}/package.json`,
        layer: 1,
        ownedBy: picture,
        licenses: [picture, "{{constructor.constructor('return 1')()}}"],
        findings: [
          { vulnerability: "CVE-2026-0001", severity: "high", summary: `${script}${hiddenCharacters}` },
        ],
      },
      {
        name: picture,
        version: address,
        layer: 2,
        licenses: [address],
        findings: [
          { vulnerability: "CVE-2026-0002", severity: "low", fixedVersion: picture, summary: picture },
        ],
      },
      { name: hiddenCharacters, version: "1.0.0", layer: 2 },
    ],
    results: [
      {
        status: "not_met",
        deviations: [
          { message: `${script} ${hiddenCharacters}`, purl: picture, remediation: `${picture} ${address}` },
        ],
      },
      { status: "no_data", reason: `${picture}${hiddenCharacters}` },
      "met",
      "met",
      "met",
      "met",
      "met",
    ],
  };
}
