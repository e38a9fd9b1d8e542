/**
 * Attached SBOMs on the command line: instead of the files, of build stages, and said in every report.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { attestationManifest, type StatementInput } from "./helpers/attested-image.ts";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-attested-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };

const image = buildImage({
  layers: [
    {
      entries: [
        file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"),
        file("lib/apk/db/installed", "P:musl\nV:1.2.5-r10\nA:x86_64\no:musl\nL:MIT\n\n"),
      ],
    },
  ],
});

/** As Syft writes it in a build: named by the scanned file system. */
function spdx(name: string, purls: readonly string[]): StatementInput {
  return {
    predicateType: "https://spdx.dev/Document",
    predicate: {
      spdxVersion: "SPDX-2.3",
      SPDXID: "SPDXRef-DOCUMENT",
      name,
      packages: purls.map((purl, at) => ({
        SPDXID: `SPDXRef-${at}`,
        name: purl,
        externalRefs: [{ referenceType: "purl", referenceLocator: purl }],
      })),
    },
  };
}

const openssl = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12";
const statements = [
  spdx("sbom", ["pkg:apk/alpine/musl@1.2.5-r10?distro=alpine-3.22.1", "pkg:npm/only-attested@1.0.0"]),
  spdx("sbom-build", [openssl]),
  spdx("sbom-test", ["pkg:npm/mocha@10.0.0"]),
];

function layout(label: string, attached: readonly StatementInput[]): string {
  const attestations = attached.length === 0 ? null : attestationManifest(image, attached, "in-index");
  const index = buildIndex([
    manifestDescriptor(image, "app:1"),
    ...(attestations === null ? [] : [attestations.entry]),
  ]);
  const blobs = new Map([...image.blobs, ...(attestations?.blobs ?? [])]);
  if (attestations !== null) blobs.set(attestations.digest, attestations.bytes);
  blobs.set(index.digest, index.bytes);
  writeFiles(
    join(folder, label),
    layoutFiles([{ digest: index.digest, mediaType: index.mediaType, size: index.bytes.length }], blobs),
  );
  return `oci-dir://${join(folder, label)}`;
}

const attested = layout("attested", statements);
const bare = layout("bare", []);

async function list(...args: readonly string[]): Promise<{ run: Run; rows: string[] }> {
  const run = await runInProcess(["sbom", "--format", "list", ...args], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  const rows = run.stdout
    .split("\n")
    .slice(1)
    .filter((line) => line !== "" && !line.startsWith("INCOMPLETE"));
  return { run, rows: rows.map((row) => row.replaceAll(/ +/g, " ")) };
}

test("without options the files tell", async () => {
  const { run, rows } = await list(attested);
  assert.deepEqual(rows, ["musl 1.2.5-r10 apk"]);
  assert.equal(run.stderr, "");
});

test("--use-attested-sbom takes the image's own SBOM, and says so", async () => {
  const { run, rows } = await list("--use-attested-sbom", attested);
  assert.deepEqual(rows, ["musl 1.2.5-r10 apk", "only-attested 1.0.0 npm"]);
  assert.match(run.stderr, /^attested: .*unsigned/m);
  // What somebody else said never enters the cache of what was read.
  assert.deepEqual((await list(attested)).rows, ["musl 1.2.5-r10 apk"]);
});

test("--use-attested-sbom without one reads the files, and says so", async () => {
  const { run, rows } = await list("--use-attested-sbom", bare);
  assert.deepEqual(rows, ["musl 1.2.5-r10 apk"]);
  assert.match(run.stderr, /^attestations: No SBOM attestation/m);
});

test("--multi-stage adds the packages of build stages, and names the stage", async () => {
  const { rows } = await list("--multi-stage", attested);
  assert.deepEqual(rows, ["mocha 10.0.0 npm test", "musl 1.2.5-r10 apk", "openssl 3.0.11-1 deb build"]);
});

test("--only-stage lists nothing but that stage", async () => {
  assert.deepEqual((await list("--only-stage", "build", attested)).rows, ["openssl 3.0.11-1 deb build"]);
});

for (const [name, args] of [
  ["of a stage that no attestation tells of", ["--only-stage", "build,gone", attested]],
  ["of an image without attestations", ["--multi-stage", bare]],
] as const) {
  test(`stages ${name} make the inventory incomplete`, async () => {
    const { run } = await list(...args);
    assert.match(run.stderr, /^incomplete: SBOM_INCOMPLETE: No SBOM attestation tells of the build stage/m);
    assert.match(run.stdout, /INCOMPLETE/);
  });
}

test("an SBOM document has no attestations", async () => {
  writeFileSync(join(folder, "a.json"), JSON.stringify(statements[0]?.predicate));
  const run = await runInProcess(["sbom", "--use-attested-sbom", `sbom://${join(folder, "a.json")}`], {
    env,
  });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /USAGE/);
});

test("every report says whose list of packages it rests on", async () => {
  mkdirSync(join(folder, "feed"));
  const events = [{ introduced: "0" }, { fixed: "3.0.12-1" }];
  const record = {
    id: "DEBIAN-CVE-2030-0001",
    aliases: ["CVE-2030-0001"],
    modified: "2030-01-01T00:00:00Z",
    affected: [
      { package: { ecosystem: "Debian:12", name: "openssl" }, ranges: [{ type: "ECOSYSTEM", events }] },
    ],
  };
  writeFileSync(join(folder, "feed", "record.json"), JSON.stringify(record));
  const built = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env });
  assert.equal(built.exitCode, 0, built.stderr);
  const args = ["cves", "--use-attested-sbom", "--multi-stage", attested];
  const table = await runInProcess(args, { env });
  assert.match(table.stdout, /ATTESTED SBOM/);
  assert.match(table.stdout, /BUILD STAGES/);
  const markdown = await runInProcess([...args, "--format", "markdown"], { env });
  assert.match(markdown.stdout, /ATTESTED SBOM/);
  const sarif = await runInProcess([...args, "--format", "sarif"], { env });
  assert.match(sarif.stdout, /SBOM attestation/);
  const json = JSON.parse((await runInProcess([...args, "--format", "json"], { env })).stdout) as {
    target: { inventory: object };
    states: { id: string }[];
    findings: { vulnerability: string; package: { purl: string } }[];
  };
  assert.partialDeepStrictEqual(json.target.inventory, {
    origin: "attestation",
    format: "spdx",
    predicateType: "https://spdx.dev/Document",
    trust: "unsigned",
    stages: ["build", "test"],
  });
  assert.ok(json.states.some(({ id }) => id === "attested"));
  // The image is of Alpine; the stage's package is judged as what it is, of Debian.
  assert.deepEqual(
    json.findings.map((finding) => [finding.vulnerability, finding.package.purl]),
    [["CVE-2030-0001", openssl]],
  );
});
