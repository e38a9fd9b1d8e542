/**
 * `--all-layers` and `--check-files` from the command line, over one image whose upper layer removes a package and changes the
 * system; with the lines of its Dockerfile from a provenance attestation.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CvesReport, PolicyReport } from "../src/api/reports.ts";
import { attestationManifest } from "./helpers/attested-image.ts";
import { buildImage, layoutFiles, manifestDescriptor, writeFiles, writeLayout } from "./helpers/oci-image.ts";
import { file, whiteout } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-depth-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const now = new Date("2030-01-11T00:00:00Z");
const image = `oci-dir://${join(folder, "image")}`;
const clean = `oci-dir://${join(folder, "clean")}`;

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const status = [
  "Package: tool",
  "Status: install ok installed",
  "Architecture: amd64",
  "Version: 1.0-1",
  "Maintainer: A <a@example.com>",
  "Description: a tool",
  "",
].join("\n");
const base = [
  file("etc/os-release", "ID=debian\nVERSION_ID=13\n"),
  file("var/lib/dpkg/status", status),
  file("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n/usr/bin/other\n"),
  file("var/lib/dpkg/info/tool.md5sums", `${md5("tool")}  usr/bin/tool\n${md5("other")}  usr/bin/other\n`),
  file("usr/bin/tool", "tool", { mode: 0o755 }),
  file("usr/bin/other", "other", { mode: 0o755 }),
];
const npm = (name: string) =>
  file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));

const dockerfile = "FROM debian:13-slim\nRUN npm install \\\n  gone kept\nRUN rm -rf gone\n";

before(async () => {
  const built = buildImage({
    layers: [
      { entries: base, createdBy: "ADD rootfs" },
      { entries: [npm("gone"), npm("kept")], createdBy: "RUN npm install" },
      {
        entries: [
          whiteout("app/node_modules/gone"),
          file("usr/bin/tool", "changed", { mode: 0o755 }),
          file("usr/bin/stranger", "new", { mode: 0o755 }),
        ],
        createdBy: "RUN rm",
      },
    ],
  });
  const digests = built.layers.map(({ digest }) => ({ digest }));
  const at = (start: number, end: number) => ({
    locations: [{ ranges: [{ start: { line: start }, end: { line: end } }] }],
  });
  const metadata = {
    source: {
      locations: { step0: at(1, 1), step1: at(2, 3), step2: at(4, 4) },
      infos: [{ filename: "Dockerfile", data: Buffer.from(dockerfile).toString("base64") }],
    },
    layers: {
      "step0:0": [digests.slice(0, 1)],
      "step1:0": [digests.slice(0, 2)],
      "step2:0": [digests],
    },
  };
  const predicate = { runDetails: { metadata: { buildkit_metadata: metadata } } };
  const statements = [{ predicateType: "https://slsa.dev/provenance/v1", predicate }];
  const attestations = attestationManifest(built, statements, "in-index");
  const blobs = new Map([...built.blobs, ...attestations.blobs, [attestations.digest, attestations.bytes]]);
  const entries = [manifestDescriptor(built, "latest"), attestations.entry];
  writeFiles(join(folder, "image"), layoutFiles(entries, blobs));
  writeLayout(join(folder, "clean"), buildImage({ layers: [{ entries: base }] }));
  mkdirSync(join(folder, "feed"));
  for (const [id, name] of [
    ["CVE-2030-0001", "gone"],
    ["CVE-2030-0002", "kept"],
  ] as const) {
    const record = {
      id,
      modified: "2030-01-05T00:00:00Z",
      published: "2030-01-05T00:00:00Z",
      affected: [
        {
          package: { ecosystem: "npm", name },
          ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }],
        },
      ],
      severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
    };
    writeFileSync(join(folder, "feed", `${id}.json`), JSON.stringify(record));
  }
  const run = await plimsoll("db", "build", "--quiet", "--from", join(folder, "feed"));
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function plimsoll(...args: readonly string[]): Promise<Run> {
  return runInProcess(args, { env, now });
}

const ids = (run: Run): readonly (readonly [string, number | null])[] =>
  (JSON.parse(run.stdout) as CvesReport).findings.map(
    (finding) => [finding.vulnerability, finding.package.removedIn?.layerIndex ?? null] as const,
  );

test("--all-layers lists removed packages with their findings, marked", async () => {
  assert.deepEqual(ids(await plimsoll("cves", "--format", "json", image)), [["CVE-2030-0002", null]]);
  const all = await plimsoll("cves", "--format", "json", "--all-layers", image);
  assert.deepEqual(ids(all), [
    ["CVE-2030-0001", 2],
    ["CVE-2030-0002", null],
  ]);
  const report = JSON.parse(all.stdout) as CvesReport;
  assert.equal(report.counts?.total, 1, "totals are the same without the option");
  assert.deepEqual(
    report.states.filter(({ id }) => id === "removed-packages").map(({ details }) => details),
    [["pkg:npm/gone@1.0.0 (removed by layer 2)"]],
  );
  const text = (await plimsoll("cves", "--all-layers", "--locations", image)).stdout;
  assert.match(text, /gone 1\.0\.0 {2}\[REMOVED IN LAYER 2\]/);
  assert.match(text, /1 vulnerability found in 1 package/);
  assert.match(text, /written in\s+Dockerfile:2-3/);
  const sarif = (await plimsoll("cves", "--format", "sarif", "--all-layers", image)).stdout;
  assert.match(sarif, /layer 2 removes the package/);
});

test("a gate is not stopped by what was removed", async () => {
  const only = ["cves", "--all-layers", "--exit-code", "--only-package", "gone"];
  assert.equal((await plimsoll(...only, image)).exitCode, 0);
  assert.equal((await plimsoll("cves", "--all-layers", "--exit-code", image)).exitCode, 2);
});

test("sbom --all-layers keeps the layer in Plimsoll's own format and in CycloneDX", async () => {
  const own = JSON.parse((await plimsoll("sbom", "--all-layers", image)).stdout) as {
    readonly image: { readonly layers: readonly { readonly source?: { readonly firstLine: number } }[] };
    readonly packages: readonly {
      readonly name: string;
      readonly removedIn?: { readonly layerIndex: number };
    }[];
  };
  assert.deepEqual(
    own.packages.map(({ name, removedIn }) => [name, removedIn?.layerIndex ?? null]),
    [
      ["tool", null],
      ["gone", 2],
      ["kept", null],
    ],
  );
  assert.deepEqual(
    own.image.layers.map(({ source }) => source?.firstLine),
    [1, 2, 4],
  );
  const cyclonedx = (await plimsoll("sbom", "--all-layers", "--format", "cyclonedx", image)).stdout;
  assert.match(cyclonedx, /plimsoll:removed-in|removed-in/);
});

test("--check-files names the system files with other bytes", async () => {
  const run = await plimsoll("cves", "--format", "json", "--check-files", image);
  const { inventory } = (JSON.parse(run.stdout) as CvesReport).target;
  assert.deepEqual(inventory.systemFiles?.modified, { count: 1, paths: ["usr/bin/tool"] });
  assert.deepEqual(inventory.systemFiles?.unowned, { count: 1, paths: ["usr/bin/stranger"] });
  const without = await plimsoll("cves", "--format", "json", image);
  assert.equal((JSON.parse(without.stdout) as CvesReport).target.inventory.systemFiles?.compared, 0);
  const text = (await plimsoll("cves", "--check-files", image)).stdout;
  assert.match(text, /MODIFIED SYSTEM FILES/);
});

const judge = async (policy: string, ...args: readonly string[]) => {
  const run = await plimsoll("policy", "--format", "json", "--only-policy", policy, ...args);
  const report = JSON.parse(run.stdout) as PolicyReport;
  const [result] = report.verdict?.results ?? [];
  return [result?.status, result?.reason, result?.deviations.map(({ message }) => message)];
};

test("the policies over inventory and system files", async () => {
  const files = "untouched-system-files";
  assert.deepEqual((await judge(files, "--check-files", clean)).slice(0, 2), [
    "met",
    "2 of 2 listed files were compared",
  ]);
  const [status, reason] = await judge(files, clean);
  assert.equal(status, "no_data");
  assert.match(String(reason), /--check-files/);
  assert.deepEqual(await judge(files, "--check-files", image), [
    "not_met",
    null,
    [
      "In a folder of the system and listed by no package: usr/bin/stranger",
      "Other bytes than the package database says: usr/bin/tool",
    ],
  ]);
  assert.equal((await judge("inventory-coverage", clean))[0], "met");
  const config = join(folder, "share.json");
  const options = { name: "inventory-coverage", enabled: true, config: { min_explained_percent: 90 } };
  writeFileSync(config, JSON.stringify({ policies: [options] }));
  const asked = ["--policy-config", config];
  assert.equal((await judge("inventory-coverage", ...asked, clean))[0], "met");
  assert.equal((await judge("inventory-coverage", ...asked, image))[0], "not_met");
});

test("the two policies are judged only when asked for", async () => {
  const run = await plimsoll("policy", "--format", "json", clean);
  const { results = [] } = (JSON.parse(run.stdout) as PolicyReport).verdict ?? {};
  assert.equal(results.length, 7);
});
