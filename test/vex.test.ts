/**
 * VEX statements through the command line: which of them take a finding out of sight, and which must not.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport, explainReport } from "../src/api/reports.ts";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-vex-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const now = new Date("2030-02-01T00:00:00Z");
const entries = [
  file("etc/os-release", "ID=debian\nVERSION_ID=12\n"),
  file(
    "var/lib/dpkg/status",
    "Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.1-1\n\n",
  ),
  file("app/node_modules/@scope/lib/package.json", '{"name":"@scope/lib","version":"1.0.0"}'),
];
const built = buildImage({ layers: [{ entries }] });
const index = buildIndex([manifestDescriptor(built)]);
const LIB = "pkg:npm/%40scope/lib@1.0.0";
const SSL = "pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&distro=debian-12";

before(async () => {
  const indexDescriptor = {
    mediaType: index.mediaType,
    digest: index.digest,
    size: index.bytes.length,
    annotations: { "org.opencontainers.image.ref.name": "docker.io/library/app:1.2" },
  };
  writeFiles(
    join(folder, "image"),
    layoutFiles([indexDescriptor], new Map([...built.blobs, [index.digest, index.bytes]])),
  );
  mkdirSync(join(folder, "feed"));
  const record = (id: string, ecosystem: string, name: string, fixed: string, alias: string) => ({
    id,
    aliases: [alias],
    modified: "2030-01-01T00:00:00Z",
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
      },
    ],
  });
  const records = [
    record("CVE-2030-0001", "npm", "@scope/lib", "2.0.0", "GHSA-1111-1111-1111"),
    record("DEBIAN-CVE-2030-0002", "Debian:12", "openssl", "3.0.2-1", "CVE-2030-0002"),
  ];
  for (const each of records) writeFileSync(join(folder, "feed", `${each.id}.json`), JSON.stringify(each));
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

type Fields = Readonly<Record<string, unknown>>;

/** A statement that `@scope/lib` is not affected by CVE-2030-0001; `more` changes it. */
function statement(more: Fields = {}): Fields {
  return {
    vulnerability: { name: "CVE-2030-0001" },
    products: [{ "@id": LIB }],
    status: "not_affected",
    justification: "component_not_present",
    ...more,
  };
}

function document(statements: readonly Fields[], more: Fields = {}): Fields {
  return {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex/1",
    author: "Example Security <vex@example.com>",
    timestamp: "2030-01-15T00:00:00Z",
    version: 1,
    statements,
    ...more,
  };
}

let documents = 0;

/** Writes documents into one folder and names it, or the single one. */
function write(...contents: readonly Fields[]): string {
  const place = join(folder, `vex-${documents++}`);
  mkdirSync(join(place, "deep"), { recursive: true });
  contents.forEach((content, at) =>
    writeFileSync(join(place, "deep", `${at}.json`), JSON.stringify(content)),
  );
  return contents.length === 1 ? join(place, "deep", "0.json") : place;
}

/** `lib` and `ssl`: status of each finding. */
async function statuses(location: string, ...args: readonly string[]) {
  const run = await runInProcess(
    ["cves", "--format", "json", "--vex-location", location, ...args, `oci-dir://${join(folder, "image")}`],
    { env, now },
  );
  assert.equal(run.exitCode, 0, run.stderr);
  const report = cvesReport.parse(JSON.parse(run.stdout));
  const statusOf = (name: string) => report.findings.find((finding) => finding.package.name === name);
  return {
    lib: statusOf("lib")?.status,
    ssl: statusOf("libssl3")?.status,
    suppressed: report.counts?.suppressed,
    codes: report.problems.map((problem) => problem.code),
  };
}

const product = (id: string, ...subcomponents: readonly string[]): Fields => ({
  products: [
    {
      "@id": id,
      ...(subcomponents.length === 0
        ? {}
        : { subcomponents: subcomponents.map((each) => ({ "@id": each })) }),
    },
  ],
});

const rows: readonly { readonly name: string; readonly more: Fields; readonly lib: string }[] = [
  { name: "the package and version", more: {}, lib: "not_affected" },
  {
    name: "the scope as it is often written",
    more: product("pkg:npm/@scope/lib@1.0.0"),
    lib: "not_affected",
  },
  { name: "every version", more: product("pkg:npm/%40scope/lib"), lib: "not_affected" },
  { name: "another version", more: product("pkg:npm/%40scope/lib@1.0.1"), lib: "affected" },
  { name: "another scope", more: product("pkg:npm/%40other/lib@1.0.0"), lib: "affected" },
  { name: "another type", more: product("pkg:pypi/lib@1.0.0"), lib: "affected" },
  {
    name: "an alias of the vulnerability",
    more: { vulnerability: { name: "ghsa-1111-1111-1111" } },
    lib: "not_affected",
  },
  { name: "another vulnerability", more: { vulnerability: { name: "CVE-2030-0009" } }, lib: "affected" },
  { name: "the image by tag", more: product("pkg:docker/app@1.2"), lib: "not_affected" },
  {
    name: "the image by another name of Docker Hub",
    more: product("index.docker.io/library/app:1.2"),
    lib: "not_affected",
  },
  { name: "the image by its short name", more: product("app:1.2"), lib: "not_affected" },
  { name: "the image by another tag", more: product("pkg:docker/app@1.3"), lib: "affected" },
  { name: "another repository", more: product("ghcr.io/library/app:1.2"), lib: "affected" },
  {
    name: "the image by the digest of its index",
    more: product(`pkg:oci/app@${index.digest}`),
    lib: "not_affected",
  },
  {
    name: "the image by the digest of its manifest",
    more: product(
      `pkg:oci/app@${encodeURIComponent(built.manifestDigest)}?repository_url=docker.io/library/app`,
    ),
    lib: "not_affected",
  },
  { name: "another digest", more: product(`pkg:oci/app@sha256:${"0".repeat(64)}`), lib: "affected" },
  {
    name: "its own architecture",
    more: product(`pkg:oci/app@${index.digest}?arch=amd64`),
    lib: "not_affected",
  },
  {
    name: "another architecture of the index",
    more: product(`pkg:oci/app@${index.digest}?arch=arm64`),
    lib: "affected",
  },
  { name: "a package inside the image", more: product("pkg:docker/app@1.2", LIB), lib: "not_affected" },
  { name: "another package inside the image", more: product("pkg:docker/app@1.2", SSL), lib: "affected" },
  { name: "the package inside another image", more: product("pkg:docker/other@1.2", LIB), lib: "affected" },
  {
    name: "an explanation in place of a justification",
    more: { justification: undefined, impact_statement: "unused" },
    lib: "not_affected",
  },
  { name: "no justification", more: { justification: undefined }, lib: "affected" },
  { name: "a justification that does not exist", more: { justification: "because" }, lib: "affected" },
  { name: "a status that does not exist", more: { status: "fine" }, lib: "affected" },
  { name: "fixed", more: { status: "fixed", justification: undefined }, lib: "fixed" },
  {
    name: "under investigation",
    more: { status: "under_investigation", justification: undefined },
    lib: "under_investigation",
  },
  { name: "a time that has not come", more: { timestamp: "2030-02-01T00:00:01Z" }, lib: "affected" },
  {
    name: "a time that has just come, elsewhere",
    more: { timestamp: "2030-02-01T02:00:00+02:00" },
    lib: "not_affected",
  },
  { name: "no time that can be read", more: { timestamp: "yesterday" }, lib: "affected" },
  { name: "no product", more: { products: [] }, lib: "affected" },
];

for (const { name, more, lib } of rows) {
  test(`a statement about ${name}: ${lib}`, async () => {
    const found = await statuses(write(document([statement(more)])));
    assert.equal(found.lib, lib);
    const suppressed = lib === "not_affected" || lib === "fixed";
    const isWholeImage = suppressed && found.ssl !== "affected";
    assert.equal(isWholeImage, false, "a statement about one vulnerability leaves the others alone");
    assert.equal(found.suppressed, suppressed ? 1 : 0);
    if (lib === "affected")
      assert.ok(
        found.codes.some((code) => code.startsWith("VEX_")),
        "it is told why",
      );
  });
}

test("a statement about the source package or the binary package of Debian, and not of another release", async () => {
  const about = (id: string): string =>
    write(document([statement({ vulnerability: { name: "CVE-2030-0002" }, ...product(id) })]));
  for (const [id, status] of [
    [SSL, "not_affected"],
    ["pkg:deb/debian/openssl@3.0.1-1", "not_affected"],
    ["pkg:deb/debian/libssl3@3.0.1-1?os_name=debian&os_version=12", "not_affected"],
    ["pkg:deb/debian/libssl3@3.0.1-1?distro=debian-11", "affected"],
    ["pkg:deb/debian/libssl3@3.0.1-1?arch=arm64", "affected"],
    ["pkg:deb/ubuntu/libssl3@3.0.1-1", "affected"],
  ] as const) {
    assert.equal((await statuses(about(id))).ssl, status, id);
  }
});

test("of several documents the newest statement wins, whatever the order they are read in", async () => {
  const old = document([statement()], { timestamp: "2030-01-01T00:00:00Z" });
  const young = document(
    [statement({ status: "affected", justification: undefined, action_statement: "update" })],
    {
      timestamp: "2030-01-20T00:00:00Z",
    },
  );
  assert.equal((await statuses(write(old, young))).lib, "affected");
  assert.equal((await statuses(write(young, old))).lib, "affected");
  const future = document([statement({ status: "fixed", justification: undefined })], {
    timestamp: "2031-01-01T00:00:00Z",
  });
  assert.equal((await statuses(write(old, young, future))).lib, "affected");
  assert.equal((await statuses(write(old, future))).lib, "not_affected");
});

test("--vex-author accepts the authors it names, and no others", async () => {
  const location = write(document([statement()]));
  assert.equal((await statuses(location, "--vex-author", "<.*@example\\.com>")).lib, "not_affected");
  const other = await statuses(location, "--vex-author", "<.*@example\\.org>");
  assert.equal(other.lib, "affected");
  assert.ok(other.codes.includes("VEX_NOT_APPLIED"));
  assert.equal(
    (await statuses(location, "--vex-author", "nobody", "--vex-author", "Example")).lib,
    "not_affected",
  );
});

test("a named file that is no VEX document is an error; in a folder it is passed over", async () => {
  const image = `oci-dir://${join(folder, "image")}`;
  const run = (location: string) => runInProcess(["cves", "--vex-location", location, image], { env, now });
  const other = await run(write({ hello: "world" }));
  assert.equal(other.exitCode, 1);
  assert.match(other.stderr, /^error VEX_INVALID: /);
  assert.match((await run(join(folder, "nowhere"))).stderr, /^error FILE_NOT_FOUND: /);
  const mixed = write({ hello: "world" }, document([statement()]));
  assert.equal((await statuses(mixed)).lib, "not_affected");
  assert.match((await run(mixed)).stderr, /^passed over 1 file in no known format of VEX, such as /m);
});

test("a folder of documents: folders are none, and a link that leads nowhere is an error", async () => {
  const image = `oci-dir://${join(folder, "image")}`;
  const location = dirname(write(document([statement()])));
  mkdirSync(join(location, "folder.json"));
  assert.equal((await statuses(location)).lib, "not_affected");
  symlinkSync(join(folder, "nowhere"), join(location, "link.json"));
  const { exitCode, stderr } = await runInProcess(["cves", "--vex-location", location, image], { env, now });
  assert.equal(exitCode, 1);
  assert.match(stderr, /^error FILE_NOT_FOUND: .*link\.json/);
});

test("explain names the statement that decided", async () => {
  const location = write(document([statement(product("pkg:docker/app@1.2", LIB))]));
  const run = await runInProcess(
    [
      "explain",
      "CVE-2030-0001",
      "--format",
      "json",
      "--vex-location",
      location,
      `oci-dir://${join(folder, "image")}`,
    ],
    { env, now },
  );
  const [finding] = explainReport.parse(JSON.parse(run.stdout)).findings;
  assert.equal(finding?.suppressed, true);
  assert.equal(finding?.statement?.location, location);
  assert.deepEqual(finding?.statement?.products, [{ ids: ["pkg:docker/app@1.2"], subcomponents: [LIB] }]);
});
