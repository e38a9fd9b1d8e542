/** `plimsoll gate` against the real server on a loopback port. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { gateReport } from "../src/api/command-reports.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { asEngine } from "../src/store/in-org.ts";
import { recordDatabaseState } from "../src/store/stores/database-state.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { SEED_DATABASE, seedDigest, type SeedImage } from "./helpers/seed-images.ts";
import { seedImages } from "./helpers/seed.ts";
import { startTestServer, type As, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-gate-"));
let server: TestServer;
let listening: Listening;
let address: string;

before(async () => {
  server = await startTestServer();
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  address = `http://127.0.0.1:${listening.address.port}`;
  const facts = { digest: SEED_DATABASE, advisoryCount: 12, demonstration: false, spaces: [], feeds: [] };
  const status = { updatedAt: "2026-11-22T00:00:00Z", ...facts, hasKev: true, hasEpss: true };
  await asEngine(server.parts.store, (tx) =>
    recordDatabaseState(tx, { status, appliedAt: null, failure: null }),
  );
});
after(async () => {
  await listening.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function gate(args: readonly string[], as: As = "service:gate"): Promise<Run> {
  const { authorization = "" } = await server.credentials(as);
  const token = authorization.replace("Bearer ", "");
  const env = {
    PLIMSOLL_HOME: folder,
    PLIMSOLL_SERVER: address,
    PLIMSOLL_TOKEN: token,
    PLIMSOLL_ORG: "acme",
  };
  return runInProcess(["gate", ...args], { env });
}

async function seed(
  repository: string,
  image: Partial<SeedImage> = {},
): Promise<{ name: string; id: string }> {
  const [made] = await seedImages(server.parts.store, server.orgs.acme, [
    { repository, tag: "1", packages: [{ name: "left-pad" }], ...image },
  ]);
  return { name: `registry.example.com/${repository}@${made!.digest}`, id: made!.id };
}

test("what may be deployed ends with 0", async () => {
  const { name, id } = await seed("acme/good");
  const run = await gate([name]);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.equal(run.stdout, `${name} may be deployed\n${address}/o/acme/images/${id}\n`);
  assert.equal(run.stderr, "");
});

test("what may not ends with 2, and says why", async () => {
  const { name } = await seed("acme/bad", { results: ["not_met", "no_data"] });
  const run = await gate([name]);
  assert.equal(run.exitCode, 2);
  assert.match(run.stdout, / may not be deployed$/m);
  assert.match(run.stderr, /^gate: policy: policies not met: .+\ngate: no-data: .+\n$/);
});

test("JSON is of its published shape, for an environment", async () => {
  await server.request("owner", "POST", "/orgs/acme/environments", { name: "production" });
  const { name } = await seed("acme/json");
  const run = await gate(["--env", "production", "--format", "json", name]);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = gateReport.parse(JSON.parse(run.stdout));
  assert.deepEqual(
    [report.pass, report.environment, report.evidence?.databaseDigest],
    [true, "production", SEED_DATABASE],
  );
  const wrong = await gate(["--env", "nowhere", name]);
  assert.equal(wrong.exitCode, 1);
  assert.match(wrong.stderr, /^error NOT_FOUND: /m);
});

test("it waits for what is being judged, and gives up in time", async () => {
  const { name, id } = await seed("acme/slow", { state: "queued", results: null });
  const given = await gate(["--wait", "0", name]);
  assert.deepEqual([given.exitCode, given.stderr], [2, "gate: queued: it is not analysed yet\n"]);
  const waiting = gate(["--wait", "600", name]);
  const { engine } = server.parts.store;
  await sql`update image set state = 'failed', failure_message = 'no such layer' where id = ${id}`.execute(
    engine,
  );
  const run = await waiting;
  assert.equal(run.exitCode, 2);
  assert.match(run.stderr, /gate: failed: its analysis failed: no such layer\n$/);
});

test("an image that the server has never seen is stopped, also by a tag", async () => {
  const never = `registry.example.com/acme/never@${seedDigest("never")}`;
  const run = await gate(["--wait", "0", never]);
  assert.equal(run.exitCode, 2);
  assert.match(run.stderr, /^gate: unknown: the server has never seen this image/);
  const tagged = await gate(["--wait", "0", "--format", "json", "registry.example.com/acme/never:1"]);
  assert.match(tagged.stderr, /^note: a tag may name another image/);
  const report = gateReport.parse(JSON.parse(tagged.stdout));
  assert.deepEqual([report.pass, report.digest, report.causes[0]?.cause], [false, null, "unknown"]);
});

test("no other token is answered, and what is no image is an error", async () => {
  const { name } = await seed("acme/closed");
  const refused = await gate([name], "token:owner");
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /^error FORBIDDEN: .*scope gate/m);
  assert.match((await gate(["No Image"])).stderr, /^error REFERENCE_INVALID: /m);
});

test("a signed verdict is saved, and admits the image where no server can be asked", async () => {
  const made = await server.request("owner", "POST", "/orgs/acme/verdict-keys", {});
  writeFileSync(join(folder, "gate.pub"), made.json.keys[0].publicKey);
  const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" });
  writeFileSync(join(folder, "other.pub"), other);
  const { name } = await seed("acme/signed");
  const file = join(folder, "app.gate.json");
  const where = ["--env", "production"];
  const saved = await gate([...where, "--save-verdict", file, "--valid-for", "120", name]);
  assert.equal(saved.exitCode, 0, saved.stderr);
  assert.match(saved.stderr, /^signed: .*app\.gate\.json, until 2026-11-22T12:02:00\.000Z$/m);

  const offline = (args: readonly string[], now = "2026-11-22T12:01:00Z"): Promise<Run> =>
    runInProcess(["gate", "--verdict", file, ...args], {
      env: { PLIMSOLL_HOME: folder },
      now: new Date(now),
    });
  const key = ["--key", join(folder, "gate.pub")];
  const good = await offline([...where, ...key, name]);
  assert.deepEqual([good.exitCode, good.stdout], [0, `${name} may be deployed to production\n`], good.stderr);
  const json = await offline([...where, ...key, "--format", "json", name]);
  assert.equal(gateReport.parse(JSON.parse(json.stdout)).evidence?.databaseDigest, SEED_DATABASE);
  const refusals: readonly (readonly [RegExp, readonly string[], string?])[] = [
    [
      /^gate: unsigned: none of the trusted keys signed it$/m,
      [...where, "--key", join(folder, "other.pub"), name],
    ],
    [/^gate: other-environment: /m, [...key, name]],
    [/^gate: other-organisation: /m, [...where, ...key, "--org", "other", name]],
    [/^gate: other-image: /m, [...where, ...key, name.replace(/@.*/, `@${seedDigest("other")}`)]],
    [/^gate: expired: /m, [...where, ...key, name], "2026-11-22T12:02:00Z"],
  ];
  for (const [expected, args, now] of refusals) {
    const run = await offline(args, now);
    assert.equal(run.exitCode, 2, run.stderr);
    assert.match(run.stderr, expected);
  }
  for (const args of [[name], [...key, "registry.example.com/acme/signed:1"]]) {
    const run = await offline(args);
    assert.match(run.stderr, /^error USAGE: /m);
  }
});
