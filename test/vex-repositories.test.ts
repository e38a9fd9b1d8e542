/**
 * VEX repositories over the network: named, fetched from a server on this machine, used by scans, found stale, mirrored, forgotten.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { cvesReport } from "../src/api/reports.ts";
import { vexRepositoriesReport } from "../src/api/vex-report.ts";
import { buildImage, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { writeTar, file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { writeZip } from "./helpers/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-vex-repos-"));
const image = `oci-dir://${join(folder, "image")}`;
const now = new Date("2030-02-01T00:00:00Z");
const LIB = "pkg:npm/lib";

/** By path; what is not there is answered with 404. */
const files = new Map<string, Buffer>();
const requests: string[] = [];
const server = createServer((request, response) => {
  const body = files.get(request.url ?? "");
  const etag = `"${body?.length}"`;
  const isSame = request.headers["if-none-match"] === etag;
  requests.push(`${request.url} ${body === undefined ? 404 : isSame ? 304 : 200}`);
  if (body === undefined) response.writeHead(404).end();
  else if (isSame) response.writeHead(304, { etag }).end();
  else response.writeHead(200, { etag, "content-length": body.length }).end(body);
});
let base = "";
let home = join(folder, "home");

const statement = (author: string, status = "not_affected") =>
  JSON.stringify({
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": `https://example.com/${author}`,
    author,
    timestamp: "2030-01-15T00:00:00Z",
    version: 1,
    statements: [
      {
        vulnerability: { name: "CVE-2030-0001" },
        products: [{ "@id": LIB }],
        status,
        ...(status === "not_affected" ? { justification: "component_not_present" } : {}),
      },
    ],
  });

const documents = (author: string, status?: string): Readonly<Record<string, string>> => ({
  "index.json": JSON.stringify({
    updated_at: "2030-01-20T00:00:00Z",
    packages: [
      { id: LIB, location: "pkg/npm/lib/vex.json" },
      { id: "pkg:npm/other", location: "pkg/npm/other/vex.json" },
    ],
  }),
  "pkg/npm/lib/vex.json": statement(author, status),
  "pkg/npm/other/vex.json": "not JSON, and nobody's business",
});

const tarOf = (content: Readonly<Record<string, string>>, top = "hub-main/"): Buffer =>
  gzipSync(writeTar(Object.entries(content).map(([name, text]) => file(`${top}${name}`, text))));

const manifest = (...urls: readonly string[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      name: "Hub of tests",
      versions: [{ spec_version: "0.1", locations: urls.map((url) => ({ url })), update_interval: "4h" }],
    }),
  );

before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const built = buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", "ID=alpine\nVERSION_ID=3.20\n"),
          file("app/node_modules/lib/package.json", '{"name":"lib","version":"1.0.0"}'),
        ],
      },
    ],
  });
  writeFiles(join(folder, "image"), layoutFiles([manifestDescriptor(built)], built.blobs));
  mkdirSync(join(folder, "feed"));
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }];
  const affected = [{ package: { ecosystem: "npm", name: "lib" }, ranges }];
  const record = { id: "CVE-2030-0001", modified: "2030-01-01T00:00:00Z", affected };
  writeFileSync(join(folder, "feed", "CVE-2030-0001.json"), JSON.stringify(record));
  await run("db", "build", "--quiet", "--from", join(folder, "feed"));
});

/** A test with a home of its own and a server that has nothing yet. */
function onNewHome(body: () => Promise<void>): () => Promise<void> {
  return async () => {
    home = mkdtempSync(join(folder, "home-"));
    files.clear();
    requests.length = 0;
    await body();
  };
}

after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

interface Settings {
  readonly at?: Date;
  readonly env?: Readonly<Record<string, string>>;
}

function tryRun(args: readonly string[], { at = now, env = {} }: Settings = {}): Promise<Run> {
  const shared = {
    PLIMSOLL_HOME: home,
    PLIMSOLL_DB_DIR: join(folder, "db"),
    PLIMSOLL_CACHE_DIR: join(folder, "cache"),
    PLIMSOLL_OFFLINE: "0",
  };
  return runInProcess(args, { env: { ...shared, ...env }, now: at, cwd: folder });
}

async function run(...args: readonly string[]): Promise<string> {
  const result = await tryRun(args);
  assert.equal(result.exitCode, 0, result.stderr);
  return result.stdout;
}

/** Whether the finding is suppressed, by which document, and what was said beside. */
async function scan(settings: Settings = {}, ...more: readonly string[]) {
  const result = await tryRun(["cves", "--skip-db-update", "--format", "json", ...more, image], settings);
  assert.equal(result.exitCode, 0, result.stderr);
  const { findings } = cvesReport.parse(JSON.parse(result.stdout));
  const [finding] = findings;
  return {
    suppressed: finding?.suppressed,
    location: finding?.statement?.location ?? null,
    tier: finding?.statement?.tier ?? null,
    stderr: result.stderr,
  };
}

test(
  "a repository with a manifest is fetched when it is added, and counts in scans",
  onNewHome(async () => {
    files.set("/.well-known/vex-repository.json", manifest(`${base}/main.tar.gz//hub-main`));
    files.set("/main.tar.gz", tarOf(documents("Hub")));
    assert.equal((await scan()).suppressed, false);
    assert.match(await run("vex", "repo", "add", "hub", base), /added hub: 2 packages/);
    requests.length = 0;
    const { suppressed, location, tier } = await scan();
    assert.deepEqual({ suppressed, location }, { suppressed: true, location: "hub/pkg/npm/lib/vex.json" });
    assert.equal(tier, "configured", "for an organisation it is no more than a proposal");
    assert.deepEqual(requests, [], "what is fresh is not asked for");
    assert.equal((await scan({}, "--no-vex-repos")).suppressed, false);
    assert.equal(
      JSON.parse(readFileSync(join(home, "vex/repositories.json"), "utf8")).repositories.length,
      1,
    );
  }),
);

for (const { what, name, bytes } of [
  {
    what: "a tar.gz whose index lies in its one folder",
    name: "a.tar.gz",
    bytes: () => tarOf(documents("A")),
  },
  { what: "a zip with the index in its root", name: "a.zip", bytes: () => zipOf(documents("A")) },
  { what: "a plain tar", name: "a.tar", bytes: () => writeTar([...tarFiles(documents("A"))]) },
]) {
  test(
    `an archive by its address: ${what}`,
    onNewHome(async () => {
      files.set(`/${name}`, bytes());
      await run("vex", "repo", "add", "hub", `${base}/${name}`);
      assert.equal((await scan()).suppressed, true);
    }),
  );
}

function zipOf(content: Readonly<Record<string, string>>): Buffer {
  return writeZip(Object.entries(content).map(([name, text]) => ({ name, content: text })));
}

function tarFiles(content: Readonly<Record<string, string>>) {
  return Object.entries(content).map(([name, text]) => file(`./${name}`, text));
}

test(
  "a repository of the settings is fetched by the first scan, and asked again when its time has come",
  onNewHome(async () => {
    files.set("/v/.well-known/vex-repository.json", manifest(`${base}/gone.zip`, `${base}/main.tar.gz`));
    files.set("/main.tar.gz", tarOf(documents("Hub")));
    const env = { PLIMSOLL_VEX_REPOSITORIES: `hub=${base}/v` };
    const first = await scan({ env });
    assert.equal(first.suppressed, true);
    assert.match(first.stderr, /fetching the VEX repository hub from/);
    assert.deepEqual(requests, [
      "/v/.well-known/vex-repository.json 200",
      "/gone.zip 404",
      "/main.tar.gz 200",
    ]);
    requests.length = 0;
    assert.equal((await scan({ env, at: new Date("2030-02-01T03:00:00Z") })).suppressed, true);
    assert.deepEqual(requests, []);
    const due = new Date("2030-02-01T05:00:00Z");
    assert.equal((await scan({ env, at: due }, "--skip-vex-repo-update")).suppressed, true);
    assert.deepEqual(requests, []);
    assert.equal((await scan({ env, at: due })).suppressed, true);
    assert.equal(requests.at(-1), "/main.tar.gz 304");
  }),
);

test(
  "what was kept counts on when the server is gone, and its age is told",
  onNewHome(async () => {
    files.set("/main.tar.gz", tarOf(documents("Hub")));
    await run("vex", "repo", "add", "hub", `${base}/main.tar.gz`);
    files.clear();
    const later = { at: new Date("2030-02-08T00:00:00Z") };
    const { suppressed, stderr } = await scan(later);
    assert.equal(suppressed, true);
    assert.match(stderr, /warning: .*main\.tar\.gz is not there/);
    assert.match(stderr, /hub was last looked at 7 days ago/);
    requests.length = 0;
    await scan(later);
    assert.deepEqual(requests, [], "a server that failed is not asked by every scan");
    const listed = await tryRun(["vex", "repo", "list", "--format", "json"], later);
    const [row] = vexRepositoriesReport.parse(JSON.parse(listed.stdout)).repositories;
    assert.equal(row?.old, true);
    assert.equal(row?.ageHours, 7 * 24);
    assert.match(row?.failure?.reason ?? "", /is not there/);
    const update = await tryRun(["vex", "repo", "update", "--force"], later);
    assert.equal(update.exitCode, 1);
    assert.match(update.stderr, /HTTP_FAILED: hub/);
  }),
);

test(
  "scans side by side fetch a repository once, and all of them count it",
  onNewHome(async () => {
    files.set("/main.tar.gz", tarOf(documents("Hub")));
    const env = { PLIMSOLL_VEX_REPOSITORIES: `hub=${base}/main.tar.gz` };
    const scans = await Promise.all([scan({ env }), scan({ env }), scan({ env })]);
    assert.deepEqual(
      scans.map(({ suppressed }) => suppressed),
      [true, true, true],
    );
    assert.equal(requests.filter((line) => line.endsWith("200")).length, 1);
  }),
);

test(
  "offline nobody is asked, and a repository that was never fetched is told",
  onNewHome(async () => {
    const env = { PLIMSOLL_VEX_REPOSITORIES: `hub=${base}/main.tar.gz`, PLIMSOLL_OFFLINE: "1" };
    const { suppressed, stderr } = await scan({ env });
    assert.equal(suppressed, false);
    assert.match(stderr, /hub was never fetched, and nobody is asked now .*its statements do not count/);
    assert.deepEqual(requests, []);
  }),
);

test(
  "a mirror has manifest and archive below it, under their own names",
  onNewHome(async () => {
    files.set("/m/vex-repository.json", manifest("https://elsewhere.example/x/main.tar.gz//hub-main"));
    files.set("/m/main.tar.gz", tarOf(documents("Hub")));
    await run("vex", "repo", "add", "hub", "https://github.com/acme/hub", "--mirror", `${base}/m/`);
    assert.equal((await scan()).suppressed, true);
    assert.match(await run("vex", "repo", "list"), /github\.com\/acme\/hub by the mirror http:\/\/127/);
  }),
);

test(
  "of two repositories the first that knows the package speaks",
  onNewHome(async () => {
    files.set("/a.tar.gz", tarOf(documents("A", "under_investigation")));
    files.set("/b.tar.gz", tarOf(documents("B")));
    await run("vex", "repo", "add", "a", `${base}/a.tar.gz`);
    await run("vex", "repo", "add", "b", `${base}/b.tar.gz`);
    const both = await scan();
    assert.deepEqual(
      { suppressed: both.suppressed, location: both.location },
      { suppressed: false, location: "a/pkg/npm/lib/vex.json" },
    );
    await run("vex", "repo", "remove", "a");
    assert.equal(existsSync(join(home, "vex/a")), false);
    assert.equal((await scan()).suppressed, true);
    // What the second says would win by the rule within one, since it is the more cautious.
    await run("vex", "repo", "add", "c", `${base}/a.tar.gz`);
    const { suppressed, location } = await scan();
    assert.deepEqual([suppressed, location], [true, "b/pkg/npm/lib/vex.json"]);
  }),
);

test(
  "an update takes what is newer, and leaves what was kept when the archive is broken",
  onNewHome(async () => {
    files.set("/main.tar.gz", tarOf(documents("Old", "under_investigation")));
    await run("vex", "repo", "add", "hub", `${base}/main.tar.gz`);
    files.set("/main.tar.gz", tarOf(documents("Newer, and longer")));
    const later = { at: new Date("2030-02-02T01:00:00Z") };
    assert.match((await tryRun(["vex", "repo", "update"])).stdout, /not asked/);
    assert.match((await tryRun(["vex", "repo", "update"], later)).stdout, /hub: fetched/);
    assert.equal((await scan(later)).suppressed, true);
    files.set("/main.tar.gz", tarOf(documents("Cut off")).subarray(0, 200));
    const broken = await tryRun(["vex", "repo", "update", "--force"], later);
    assert.equal(broken.exitCode, 1);
    assert.match(broken.stderr, /VEX_REPOSITORY_INVALID: hub/);
    assert.equal((await scan(later)).suppressed, true);
  }),
);

for (const { what, args, code } of [
  { what: "an address without TLS", args: ["hub", "http://example.com/hub"], code: "USAGE" },
  { what: "a name that is no folder", args: ["../hub", "https://example.com/hub"], code: "USAGE" },
  { what: "an archive that is not there", args: ["hub", "nothing.tar.gz"], code: "FILE_NOT_FOUND" },
  { what: "a folder", args: ["hub", "image"], code: "USAGE" },
  { what: "an archive without an index", args: ["hub", "image/index.json"], code: "VEX_REPOSITORY_INVALID" },
]) {
  test(
    `${what} is not added`,
    onNewHome(async () => {
      const { exitCode, stderr } = await tryRun(["vex", "repo", "add", ...args]);
      assert.equal(exitCode, 1);
      assert.match(stderr, new RegExp(code));
      assert.equal(existsSync(join(home, "vex/repositories.json")), false);
      assert.equal(existsSync(join(home, "vex/hub")), false);
    }),
  );
}

test(
  "a name of the settings that gets another address is fetched from there, and what was kept of the first counts no more",
  onNewHome(async () => {
    files.set("/a.tar.gz", tarOf(documents("A")));
    files.set("/b.tar.gz", tarOf(documents("B", "under_investigation")));
    const at = (name: string) => ({ env: { PLIMSOLL_VEX_REPOSITORIES: `hub=${base}/${name}` } });
    assert.equal((await scan(at("a.tar.gz"))).suppressed, true);
    assert.equal((await scan(at("b.tar.gz"))).suppressed, false);
    files.clear();
    const gone = await scan(at("c.tar.gz"));
    assert.equal(gone.suppressed, false);
    assert.match(gone.stderr, /hub was never fetched/);
  }),
);

for (const [what, address] of [
  ["manifest", "http://vex.invalid/hub"],
  ["archive that a manifest names", "/hub"],
] as const) {
  test(
    `nobody is asked without TLS for a ${what}`,
    onNewHome(async () => {
      files.set("/hub/.well-known/vex-repository.json", manifest("http://vex.invalid/main.tar.gz"));
      const hub = address.startsWith("/") ? `${base}${address}` : address;
      const { suppressed, stderr } = await scan({ env: { PLIMSOLL_VEX_REPOSITORIES: `hub=${hub}` } });
      assert.equal(suppressed, false);
      assert.match(stderr, /warning: .*vex\.invalid.*this address may not be asked/);
    }),
  );
}

test(
  "a manifest that is larger than one may be is not read",
  onNewHome(async () => {
    const whole = Buffer.concat([manifest(`${base}/main.tar.gz`), Buffer.alloc(1024 ** 2, " ")]);
    files.set("/hub/.well-known/vex-repository.json", whole);
    files.set("/main.tar.gz", tarOf(documents("Hub")));
    const { exitCode, stderr } = await tryRun(["vex", "repo", "add", "hub", `${base}/hub`]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /LIMIT_EXCEEDED/);
  }),
);

test(
  "an archive in a file is taken without a network",
  onNewHome(async () => {
    writeFileSync(join(folder, "carried.tar.gz"), tarOf(documents("Carried")));
    const { exitCode } = await tryRun(["vex", "repo", "add", "hub", "carried.tar.gz"], {
      env: { PLIMSOLL_OFFLINE: "1" },
    });
    assert.equal(exitCode, 0);
    assert.equal((await scan({ env: { PLIMSOLL_OFFLINE: "1" } })).suppressed, true);
    writeFileSync(join(folder, "carried.tar.gz"), tarOf(documents("Newer", "under_investigation")));
    const online = await scan();
    assert.deepEqual([online.suppressed, online.stderr.includes("VEX repository")], [true, false]);
    assert.match(await run("vex", "repo", "update", "hub"), /hub: fetched/);
    assert.equal((await scan()).suppressed, false);
    rmSync(join(folder, "carried.tar.gz"));
    assert.equal((await scan()).stderr.includes("warning"), false);
  }),
);
