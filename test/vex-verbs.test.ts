/**
 * `plimsoll vex` through the command line: what the doctor says of statements, wherever they come from, and documents that are
 * created, extended, merged, exported and read again.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport } from "../src/api/reports.ts";
import { vexDoctorReport } from "../src/api/vex-report.ts";
import { readVexDocument } from "../src/vex/read.ts";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-vex-verbs-"));
const env = { PLIMSOLL_HOME: join(folder, "home") };
const now = new Date("2030-02-01T00:00:00Z");
const author = "Example Ltd <security@example.com>";
const LIB = "pkg:npm/lib@1.0.0";
const image = `oci-dir://${join(folder, "image")}`;

/** Not affected, for the package. */
const document = (vulnerability: string, product: string, more: object = {}) => ({
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Inside <inside@example.com>",
  timestamp: "2030-01-15T00:00:00Z",
  version: 1,
  statements: [
    {
      vulnerability: { name: vulnerability },
      products: [{ "@id": product }],
      status: "not_affected",
      justification: "component_not_present",
      ...more,
    },
  ],
});

before(async () => {
  const built = buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", "ID=alpine\nVERSION_ID=3.20\n"),
          file("lib/apk/db/installed", "P:musl\nV:1.0-r0\nA:x86_64\n\n"),
          file("app/node_modules/lib/package.json", '{"name":"lib","version":"1.0.0"}'),
          file("srv/app.vex.json", JSON.stringify(document("CVE-2030-0001", LIB))),
        ],
      },
    ],
  });
  const index = buildIndex([manifestDescriptor(built)]);
  const described = {
    mediaType: index.mediaType,
    digest: index.digest,
    size: index.bytes.length,
    annotations: { "org.opencontainers.image.ref.name": "docker.io/library/app:1.2" },
  };
  writeFiles(
    join(folder, "image"),
    layoutFiles([described], new Map([...built.blobs, [index.digest, index.bytes]])),
  );
  mkdirSync(join(folder, "feed"));
  for (const id of ["CVE-2030-0001", "CVE-2030-0002"]) {
    const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }];
    const affected = [{ package: { ecosystem: "npm", name: "lib" }, ranges }];
    const record = { id, modified: "2030-01-01T00:00:00Z", affected };
    writeFileSync(join(folder, "feed", `${id}.json`), JSON.stringify(record));
  }
  await run("db", "build", "--quiet", "--from", join(folder, "feed"));
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<string> {
  const result = await runInProcess(args, { env, now, cwd: folder });
  assert.equal(result.exitCode, 0, result.stderr);
  return result.stdout;
}

async function fails(...args: readonly string[]): Promise<string> {
  const result = await runInProcess(args, { env, now, cwd: folder });
  assert.equal(result.exitCode, 1);
  return /^error ([A-Z_]+)/m.exec(result.stderr)?.[1] ?? result.stderr;
}

async function doctor(...args: readonly string[]) {
  const report = vexDoctorReport.parse(
    JSON.parse(await run("vex", "doctor", "--format", "json", ...args, image)),
  );
  return report.statements.map(({ outcome, statement, applied }) => [
    outcome,
    statement.origin,
    statement.tier,
    applied.map(({ vulnerability, purl }) => `${vulnerability} ${purl}`),
  ]);
}

/** Writes a document and names it. */
function write(name: string, content: object): string {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

test("vex doctor: a document in the image decides, and is told as a proposal of whoever built it", async () => {
  assert.deepEqual(await doctor(), [["applied", "image", "proposed", [`CVE-2030-0001 ${LIB}`]]]);
  const text = await run("vex", "doctor", image);
  assert.match(text, /✓ CVE-2030-0001 not_affected/);
  assert.match(text, /image:\/srv\/app\.vex\.json \(image, proposed\)/);
});

test("vex doctor: what the user names stands above it; what does not apply says why, and what to do", async () => {
  const named = write(
    "named/affected.json",
    document("CVE-2030-0001", LIB, { status: "affected", action_statement: "x", justification: undefined }),
  );
  const other = write("named/other.json", document("CVE-2030-0002", "pkg:docker/app@9"));
  assert.deepEqual(await doctor("--vex-location", named, "--vex-location", other), [
    ["applied", "location", "configured", [`CVE-2030-0001 ${LIB}`]],
    ["other-image", "location", "configured", []],
    ["superseded", "image", "proposed", []],
  ]);
  const text = (await run("vex", "doctor", "--vex-location", other, image)).replace(/\s+/g, " ");
  assert.match(text, /because it is about another image/);
  assert.match(text, /this image is docker\.io\/library\/app:1\.2, sha256:/);
});

test("vex doctor: the settings name the authors that count, and --vex-author others", async () => {
  const outcomes = async (settings: Record<string, string>, ...args: readonly string[]) => {
    const result = await runInProcess(["vex", "doctor", "--format", "json", ...args, image], {
      env: { ...env, ...settings },
      now,
    });
    return vexDoctorReport
      .parse(JSON.parse(result.stdout))
      .statements.map(({ outcome, statement }) => [outcome, statement.tier]);
  };
  const settings = { PLIMSOLL_VEX_AUTHORS: "Somebody" };
  assert.deepEqual(await outcomes(settings), [["author-not-trusted", "proposed"]]);
  assert.deepEqual(await outcomes(settings, "--vex-author", "inside@"), [["applied", "configured"]]);
});

test("a VEX repository is asked for the packages of the image alone", async () => {
  const location = "pkg/npm/lib/vex.json";
  write(`hub/${location}`, document("CVE-2030-0002", LIB));
  write("hub/pkg/npm/else/vex.json", { broken: true });
  const packages = [
    { id: "pkg:npm/lib", location },
    { id: "pkg:npm/else", location: "pkg/npm/else/vex.json" },
    { id: "pkg:apk/alpine/musl", location: "../../outside.json" },
  ];
  write("hub/index.json", { updated_at: "2030-01-01T00:00:00Z", packages });
  const statements = await doctor("--vex-location", "hub");
  assert.deepEqual(statements[0], ["applied", "repository", "configured", [`CVE-2030-0002 ${LIB}`]]);
  const report = cvesReport.parse(
    JSON.parse(await run("cves", "--format", "json", "--vex-location", "hub", image)),
  );
  assert.deepEqual(report.counts?.suppressed, 2);
  const told = report.problems.filter(({ code }) => code === "VEX_STATEMENT_INVALID");
  assert.match(told[0]?.message ?? "", /leads out of the repository/);
});

const create = (...more: readonly string[]): readonly string[] => [
  "vex",
  "create",
  "--vulnerability",
  "CVE-2030-0002,GHSA-1",
  "--product",
  LIB,
  ...more,
];

test("vex create: a statement, then another at the end of the same document, which keeps its history", async () => {
  await run(...create("--status", "under_investigation", "--author", author, "-o", "own.json"));
  await run(
    ...create("--status", "not_affected", "--justification", "component_not_present", "--append", "own.json"),
  );
  const root = JSON.parse(readFileSync(join(folder, "own.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([root["version"], (root["statements"] as unknown[]).length], [2, 2]);
  const { statements } = readVexDocument(readFileSync(join(folder, "own.json")), "own.json");
  assert.deepEqual(
    statements.map(({ status, vulnerabilities }) => [status, vulnerabilities]),
    [
      ["under_investigation", ["CVE-2030-0002", "GHSA-1"]],
      ["not_affected", ["CVE-2030-0002", "GHSA-1"]],
    ],
  );
});

const wrong: readonly (readonly string[])[] = [
  create("--status", "not_affected", "--author", author),
  create("--status", "affected", "--author", author),
  create("--status", "fixed", "--justification", "component_not_present", "--author", author),
  create("--status", "fixed"),
  [...create("--status", "fixed", "--author", author), "--product", "https://example.com"],
  [...create("--status", "fixed", "--author", author), "--subcomponent", "libssl3"],
  ...["pkg:npm/lib", "ghcr.io/org/app", "pkg:oci/app?repository_url=ghcr.io%2Forg%2Fapp"].map((product) => [
    ...create("--status", "fixed", "--author", author, "--product", product),
  ]),
  create("--status", "fixed", "--author", author, "--subcomponent", "pkg:npm/part"),
];

for (const [index, args] of wrong.entries()) {
  test(`vex create: refuses what nobody could apply (${index})`, async () => {
    assert.equal(await fails(...args), "USAGE");
  });
}

test("vex create: fixed of an image by its tag, or of a part by its version", async () => {
  const versioned = [
    ["--product", "ghcr.io/org/app:1.2", "--subcomponent", "pkg:npm/part"],
    ["--product", "ghcr.io/org/app", "--subcomponent", "pkg:npm/part@1.0.0"],
    ["--product", LIB],
  ];
  for (const more of versioned) {
    const said = ["--vulnerability", "CVE-1", "--status", "fixed", "--author", author];
    const text = await run("vex", "create", ...said, ...more);
    assert.equal(readVexDocument(Buffer.from(text), "x").statements[0]?.status, "fixed");
  }
});

test("vex export: what is decided, in each format, suppresses the same when it is read again", async () => {
  for (const format of ["openvex", "csaf", "cyclonedx"]) {
    const name = `exported.${format}.json`;
    await run("vex", "export", "--author", author, "--format", format, "-o", name, image);
    const [statement] = await doctor("--vex-location", name);
    assert.deepEqual(statement, ["applied", "location", "configured", [`CVE-2030-0001 ${LIB}`]], format);
  }
  const all = await run("vex", "export", "--author", author, "--all", image);
  const { statements } = readVexDocument(Buffer.from(all), "x");
  assert.deepEqual(statements.map(({ status }) => status).toSorted(), ["affected", "not_affected"]);
  assert.equal(await fails("vex", "export", image), "USAGE");
});

test("vex export: the exceptions of a project file", async () => {
  writeFileSync(
    join(folder, "exceptions.yaml"),
    "exceptions:\n  - vulnerability: CVE-2030-0002\n    kind: false_positive\n    justification: component_not_present\n    reason: not there\n    scope: { repository: ghcr.io/org/app }\n",
  );
  const text = await run(
    "vex",
    "export",
    "--config",
    "exceptions.yaml",
    "--author",
    author,
    "--format",
    "csaf",
  );
  const [statement] = readVexDocument(Buffer.from(text), "x").statements;
  assert.deepEqual(
    [statement?.status, statement?.justification, statement?.impactStatement],
    ["not_affected", "component_not_present", "not there"],
  );
});

test("vex merge: documents of several formats and authors become one, and nothing is lost", async () => {
  await run(...create("--status", "under_investigation", "--author", author, "-o", "first.json"));
  await run(...create("--status", "fixed", "--author", "Else", "--format", "csaf", "-o", "second.json"));
  assert.equal(await fails("vex", "merge", "first.json", "second.json"), "USAGE");
  const text = await run(
    "vex",
    "merge",
    "--author",
    "Both",
    "--format",
    "cyclonedx",
    "first.json",
    "second.json",
  );
  const { statements } = readVexDocument(Buffer.from(text), "x");
  assert.deepEqual(statements.map(({ status, author: by }) => [status, by]).toSorted(), [
    ["fixed", "Both"],
    ["under_investigation", "Both"],
  ]);
  assert.match(text, /stated by Else/);
  assert.equal(
    await fails("vex", "merge", write("empty.json", { ...document("x", LIB), statements: [] })),
    "VEX_NOT_FOUND",
  );
});

test("vex get: an image without VEX attestations", async () => {
  assert.equal(await fails("vex", "get", image), "VEX_NOT_FOUND");
});
