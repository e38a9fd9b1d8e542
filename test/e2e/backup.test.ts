/**
 * A backup as an operator makes one: of a server that runs, from the private PostgreSQL to one of the user's (an older major version),
 * and back from there into a private one, each time with a server started on what was restored.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openApi, openApiAsOwner, type ApiClient } from "../helpers/api-client.ts";
import {
  skipWithoutExternalPostgres,
  startExternalPostgres,
  type ExternalPostgres,
} from "../helpers/external-postgres.ts";
import { testPrograms } from "../helpers/postgres.ts";
import { runProcess, type Run } from "../helpers/run-plimsoll.ts";
import { processesNaming, startServerProcess, type ServerProcess } from "../helpers/server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-backup-e2e-"));
// PostgreSQL, started by root, runs under another account and must get through.
chmodSync(folder, 0o711);
const home = join(folder, "home");
const first = join(folder, "first.backup");
const servers: ServerProcess[] = [];
let postgres: ExternalPostgres | null = null;
let api: ApiClient;

const plimsoll = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  where = home,
): Promise<Run> => runProcess(args, { env: { PLIMSOLL_HOME: where, HOME: where, ...env } });

async function start(
  where: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const server = await startServerProcess({ home: where, args, env });
  servers.push(server);
  return server;
}

async function stop(server: ServerProcess): Promise<void> {
  assert.equal(await server.stop(), 0);
  servers.splice(servers.indexOf(server), 1);
}

/** The organisation and its registry, whose stored password the server can still use. */
async function checkServed(server: ServerProcess): Promise<void> {
  const again = openApi(server.address, api.token);
  const { registries } = await again.must("GET", "/orgs/acme/registries");
  assert.deepEqual(
    registries.map(({ host, username }: { host: string; username: string }) => ({ host, username })),
    [{ host: "registry.example.com", username: "robot" }],
  );
  assert.equal((await again.must("GET", "/setup")).needsOwner, false);
}

before(async () => {
  await testPrograms();
  const server = await start(home);
  api = await openApiAsOwner(server.address, server.ownerToken ?? "");
  await api.must("POST", "/orgs", { name: "acme" });
  const registry = { host: "registry.example.com", username: "robot", password: "s3cret-of-the-robot" };
  await api.must("POST", "/orgs/acme/registries", registry);
  if (skipWithoutExternalPostgres() === false) postgres = await startExternalPostgres(join(folder, "pg"));
});

after(async () => {
  for (const server of servers) await server.stop("SIGKILL");
  await postgres?.stop();
  for (const line of processesNaming(folder)) process.kill(Number.parseInt(line, 10), "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("a server that runs is backed up, and goes on", async () => {
  const run = await plimsoll(["backup", first, "--format", "json"]);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as { rows: number; bytes: number; file: string };
  assert.ok(report.rows > 20 && report.bytes === statSync(first).size);
  assert.equal(statSync(first).mode & 0o777, 0o600);
  assert.match(run.stderr, /secret\.key\) is not in it/);
  const key = readFileSync(join(home, "server/secret.key"), "utf8").trim();
  const bytes = readFileSync(first);
  assert.ok(!bytes.includes(key) && !bytes.includes("s3cret-of-the-robot"));
  assert.equal((await api.request("GET", "/setup")).status, 200);
  const checked = await plimsoll(["restore", "--check", first]);
  assert.match(checked.stdout, /^whole: /);
});

test("it is not restored over a server that runs", async () => {
  const run = await plimsoll(["restore", first]);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error SERVER_RUNNING: /m);
});

test("a cut file is refused before a database is made", async () => {
  const cut = join(folder, "cut.backup");
  writeFileSync(cut, readFileSync(first).subarray(0, -100));
  const where = join(folder, "cut");
  mkdirSync(where);
  const run = await plimsoll(["restore", cut], {}, where);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error BACKUP_DAMAGED: /m);
  assert.ok(!run.stderr.includes("making the database"));
});

test(
  "into a PostgreSQL of the user's, an older one, and back; each with the key",
  { skip: skipWithoutExternalPostgres() },
  async () => {
    const [server] = servers;
    await stop(server as ServerProcess);
    const env = {
      PLIMSOLL_DATABASE_URL: postgres?.url("restore") ?? "",
      PLIMSOLL_SECRET_KEY: readFileSync(join(home, "server/secret.key"), "utf8").trim(),
    };
    const external = join(folder, "external");
    mkdirSync(external);
    const restored = await plimsoll(["restore", first], env, external);
    assert.equal(restored.exitCode, 0, restored.stderr);
    assert.match((await plimsoll(["restore", first], env, external)).stderr, /^error RESTORE_NOT_EMPTY: /m);
    const on15 = await start(external, ["--no-worker"], env);
    await checkServed(on15);
    const second = join(folder, "second.backup");
    const written = await plimsoll(["backup", second], env, external);
    assert.equal(written.exitCode, 0, written.stderr);
    assert.ok(!`${written.stdout}${written.stderr}`.includes(env.PLIMSOLL_SECRET_KEY));
    await stop(on15);

    const back = join(folder, "back");
    mkdirSync(back);
    const again = await plimsoll(["restore", second], {}, back);
    assert.equal(again.exitCode, 0, again.stderr);
    const wrong = await plimsoll(
      ["server", "--listen", "127.0.0.1:0"],
      { PLIMSOLL_SECRET_KEY: "x".repeat(40) },
      back,
    );
    assert.match(wrong.stderr, /^error SECRET_UNREADABLE: /m);
    const on18 = await start(back, [], { PLIMSOLL_SECRET_KEY: env.PLIMSOLL_SECRET_KEY });
    await checkServed(on18);
    await stop(on18);
    assert.equal(
      (await plimsoll(["backup", join(folder, "third.backup")], {}, back)).exitCode,
      0,
      "of one that is stopped",
    );
  },
);
