/**
 * `kill -9` of the worker, of the server and of everything, in the middle of analyses of images of a real registry: the analysis ends,
 * once, and nothing that was acknowledged is lost. Where the middle is, is not left to chance: the registry's answer is kept back,
 * or a table of the database is locked, until somebody waits for it.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type pg from "pg";
import { openApi, openApiAsOwner, type ApiClient } from "../helpers/api-client.ts";
import { applicationImage, connectOrg, settingsFor } from "../helpers/connected-org.ts";
import { eventually } from "../helpers/eventually.ts";
import { startHeldRegistry, type HeldRegistry } from "../helpers/held-registry.ts";
import type { BuiltImage } from "../helpers/oci-image.ts";
import { testPrograms } from "../helpers/postgres.ts";
import { connectToPrivate } from "../helpers/private-database.ts";
import { isPostmaster, isWorker, killAll, processesOf } from "../helpers/process-list.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import { startServerProcess, type ServerProcess } from "../helpers/server-process.ts";
import { advisoryFor } from "../helpers/walk-images.ts";

const skip = skipWithoutPrograms("docker-registry");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-kill-"));
// PostgreSQL, started by root, runs under another account and must get through.
chmodSync(folder, 0o711);
const home = join(folder, "home");
const dataDir = join(home, "server");
const repository = "acme/app";
const vulnerabilities = Array.from({ length: 8 }, (_, index) => `CVE-2026-${3000 + index}`);

let registry: HeldRegistry;
let server: ServerProcess | null = null;
let api: ApiClient;
/** The superuser's session. */
let sql: pg.Client | null = null;

before(async () => {
  if (skip !== false) return;
  await testPrograms();
  await buildDatabase();
  registry = await startHeldRegistry();
  server = await startServerProcess({ home });
  api = await openApiAsOwner(server.address, server.ownerToken ?? "");
  const org = await connectOrg(api, { org: "acme", host: registry.host, repositories: [repository] });
  await registry.open(
    join(folder, "registry"),
    settingsFor(org, registry.notificationUrl(org.notificationPath)),
  );
  registry.tell(server.address);
  sql = await connectToPrivate(dataDir);
  // Applied later, it would be another reason for a verdict.
  await eventually(
    async () => (await ask("select from installation where value->>'appliedAt' is not null")).length,
    "a database",
  );
});

after(async () => {
  await sql?.end().catch(() => {});
  killAll(processesOf(home));
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Advisories on source packages of the images, so that verdicts rest on findings. */
async function buildDatabase(): Promise<void> {
  const from = join(folder, "advisories");
  mkdirSync(from, { recursive: true });
  for (const [index, id] of vulnerabilities.entries()) {
    writeFileSync(
      join(from, `DEBIAN-${id}.json`),
      advisoryFor(id, index === 0 ? "zlib" : `library-${index}`),
    );
  }
  const env = { HOME: home, PLIMSOLL_HOME: home };
  const built = await runProcess(["db", "build", "--quiet", "--from", from], { env });
  assert.equal(built.exitCode, 0, built.stderr);
}

async function ask<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await sql!.query<T>(text, [...values])).rows;
}

function imageCalled(name: string): BuiltImage {
  return applicationImage(name, 60);
}

/** Exceptions are asked for what it holds. */
const unharmed = imageCalled("unharmed");

function workerOf(): number | undefined {
  return processesOf(home).find(isWorker)?.pid;
}

/** What an image and its analysis left behind. */
interface Traces {
  readonly state: string;
  readonly images: number;
  readonly evaluations: number;
  readonly results: number;
  readonly analysed: number;
  readonly failed: number;
  readonly packages: number;
  readonly layers: number;
  readonly pushes: number;
}

const once: Traces = {
  state: "analysed",
  images: 1,
  evaluations: 1,
  results: 7,
  analysed: 1,
  failed: 0,
  packages: 65,
  layers: 2,
  pushes: 1,
};

async function tracesOf({ manifestDigest }: BuiltImage): Promise<Traces | undefined> {
  const [row] = await ask<{ traces: Traces }>(
    `select jsonb_build_object(
       'state', i.state,
       'images', (select count(*) from image where digest = i.digest),
       'evaluations', (select count(*) from evaluation where image_id = i.id),
       'results', (select count(*) from policy_result r join evaluation e on e.id = r.evaluation_id where e.image_id = i.id),
       'analysed', (select count(*) from event where image_id = i.id and kind = 'image.analysed'),
       'failed', (select count(*) from event where image_id = i.id and kind = 'image.failed'),
       'packages', (select count(*) from image_package where image_id = i.id),
       'layers', (select count(*) from layer where image_id = i.id),
       'pushes', (select count(*) from push where digest = i.digest)
     ) as traces from image i where i.digest = $1`,
    [manifestDigest],
  );
  return row?.traces;
}

/** Analysed and told of; then, when no job is left that could do it again, each trace is there once. */
async function endsOnce(...images: readonly BuiltImage[]): Promise<void> {
  for (const image of images) {
    await eventually(
      async () => (await tracesOf(image))?.analysed,
      `the analysis of ${image.manifestDigest} ends`,
    );
  }
  const left = `select from queue.job where name in ('analyse', 'evaluate') and state in ('created', 'retry', 'active')`;
  await eventually(async () => (await ask(left)).length === 0, "no job is left");
  for (const image of images) assert.deepEqual(await tracesOf(image), once);
}

/** Locks a table so that readers go on and the next writer waits, in a session of its own. */
async function lock(table: string): Promise<{ readonly client: pg.Client; release(): Promise<void> }> {
  const client = await connectToPrivate(dataDir);
  await client.query(`begin; lock table ${table} in share row exclusive mode`);
  return { client, release: () => client.end() };
}

async function someWaiterFor(table: string): Promise<void> {
  const waiting = "select from pg_locks where not granted and relation = $1::regclass";
  await eventually(async () => (await ask(waiting, [table])).length > 0, `somebody writes to ${table}`);
}

/** What waits for a lock ends with it, else PostgreSQL would do it when the lock is gone. The server starts another worker. */
async function killWorker(): Promise<void> {
  const killed = await eventually(workerOf, "a worker");
  process.kill(killed, "SIGKILL");
  await ask("select pg_terminate_backend(pid) from pg_locks where not granted");
  await eventually(() => (workerOf() ?? killed) !== killed, "another worker");
}

test("without a kill the analysis of an image ends once", { skip }, async () => {
  await registry.push(repository, "unharmed", unharmed);
  await endsOnce(unharmed);
});

test("the worker killed before a manifest and in the middle of a layer", { skip }, async () => {
  const [first, second] = [imageCalled("manifest"), imageCalled("layer")];
  const holds = [
    registry.hold(first.manifestDigest, "before"),
    registry.hold(second.layers[1]!.digest, "half"),
  ];
  await registry.push(repository, "manifest", first);
  await registry.push(repository, "layer", second);
  await eventually(() => holds.every(({ isReached }) => isReached), "both are being fetched");
  await killWorker();
  holds.forEach((hold) => hold.release());
  await endsOnce(first, second);
});

test("the worker killed while it records packages and while it records a verdict", { skip }, async () => {
  const [first, second] = [imageCalled("verdict"), imageCalled("packages")];
  const verdicts = await lock("evaluation");
  await registry.push(repository, "verdict", first);
  await someWaiterFor("evaluation");
  const packages = await lock("image_package");
  await registry.push(repository, "packages", second);
  await someWaiterFor("image_package");
  await killWorker();
  await packages.release();
  await verdicts.release();
  await endsOnce(first, second);
});

test(
  "the worker killed while it tells of an analysis, and when one is done but for saying so",
  { skip },
  async () => {
    const [telling, done] = [imageCalled("telling"), imageCalled("done")];
    // A push is an event and a job too, so both tables are locked after it.
    const holds = [telling, done].map(({ layers }) => registry.hold(layers[1]!.digest, "half"));
    await registry.push(repository, "telling", telling);
    await registry.push(repository, "done", done);
    await eventually(() => holds.every(({ isReached }) => isReached), "both are being fetched");
    const jobs = await lock("queue.job_common");
    holds[1]!.release();
    await eventually(async () => (await tracesOf(done))?.analysed, "the one is told of");
    const events = await lock("event");
    holds[0]!.release();
    await someWaiterFor("event");
    await killWorker();
    await events.release();
    await jobs.release();
    await endsOnce(telling, done);
  },
);

/** What the server answered with 2xx, by id or digest. */
interface Acknowledged {
  readonly policies: string[];
  readonly exceptions: string[];
  /** Of all pushes that the registry took: it tells of them until they are acknowledged. */
  readonly pushed: BuiltImage[];
  /** When every sender has come to its end. */
  readonly ended: Promise<unknown>;
}

/** Sends changes one after the other, of each kind, until the server is gone. `name` makes them differ from others. */
function sendChanges(name: string): Acknowledged {
  const [policies, exceptions, pushed]: [string[], string[], BuiltImage[]] = [[], [], []];
  let isGone = false;
  const untilGone = async (send: (number: number) => Promise<void>): Promise<void> => {
    for (let number = 0; ; number += 1) {
      if (isGone) return;
      await send(number).catch((error: unknown) => {
        // A refusal is no end of the server.
        if (error instanceof assert.AssertionError) throw error;
        isGone = true;
      });
    }
  };
  const change = async (path: string, acknowledged: string[], body: object): Promise<void> => {
    const { id } = await api.must("POST", `/orgs/acme/${path}`, body);
    acknowledged.push(String(id));
  };
  const ended = Promise.all([
    untilGone((number) => change("policies", policies, { ...disabledPolicy, title: `${name} ${number}` })),
    untilGone((number) =>
      change("exceptions", exceptions, {
        kind: "false_positive",
        justification: "component_not_present",
        vulnerability: vulnerabilities[number % vulnerabilities.length],
        reason: `${name} ${number}`,
      }),
    ),
    untilGone(async (number) => {
      if (number >= PUSHES_MAX) return void (await new Promise((done) => setTimeout(done, 50)));
      const image = imageCalled(`${name} ${number}`);
      await registry.push(repository, `${name}-${number}`, image);
      pushed.push(image);
    }),
  ]);
  return { policies, exceptions, pushed, ended };
}

/** Not enabled, since it would be a reason to judge images again. */
const disabledPolicy = { type: "non-root", config: {}, effect: "report", enabled: false };
const PUSHES_MAX = 12;

async function isAllThere({ policies, exceptions, pushed }: Acknowledged): Promise<void> {
  for (const id of policies) await api.must("GET", `/orgs/acme/policies/${id}`);
  for (const id of exceptions) await api.must("GET", `/orgs/acme/exceptions/${id}`);
  const taken = (await ask<{ digest: string }>("select distinct digest from push")).map(
    ({ digest }) => digest,
  );
  assert.deepEqual(
    registry.acknowledged.filter((digest) => !taken.includes(digest)),
    [],
  );
  // A change and its record in the audit log are one.
  const audited = await ask<{ target: string }>("select distinct target from audit_entry");
  const targets = audited.map(({ target }) => target).join("\n");
  assert.deepEqual(
    [...policies, ...exceptions].filter((id) => !targets.includes(id)),
    [],
  );
  const [half] = await ask<{ count: number }>(
    `select count(*)::integer as count from policy p
     where not exists (select from policy_version v where v.policy_id = p.id and v.version = p.version)`,
  );
  assert.equal(half?.count, 0, "no policy is there by half");
  await endsOnce(...pushed);
}

/** Holds an image in the middle, lets changes come, kills, and starts on the same folder. */
async function killInTheMiddle(
  name: string,
  kill: () => Promise<void>,
  restarted: () => Promise<void>,
): Promise<void> {
  const image = imageCalled(`${name} held`);
  const hold = registry.hold(image.layers[1]!.digest, "half");
  await registry.push(repository, `${name}-held`, image);
  await eventually(() => hold.isReached, "it is being fetched");
  const told = registry.acknowledged.length;
  const sent = sendChanges(name);
  const isBusy = (): boolean =>
    sent.policies.length > 4 && sent.exceptions.length > 4 && registry.acknowledged.length > told + 2;
  await eventually(isBusy, "changes of each kind are acknowledged");
  await kill();
  registry.tell(null);
  await sent.ended;
  await sql!.end().catch(() => {});
  server = await startServerProcess({ home });
  api = openApi(server.address, api.token);
  sql = await connectToPrivate(dataDir);
  await restarted();
  registry.tell(server.address);
  hold.release();
  await isAllThere(sent);
  await endsOnce(image);
}

test("the server killed while it takes changes and an image is analysed", { skip }, async () => {
  const postmaster = processesOf(home).find((one) => isPostmaster(one))?.pid;
  const worker = workerOf();
  await killInTheMiddle(
    "server",
    async () => {
      const gone = new Promise((done) => server!.child.once("exit", done));
      server!.child.kill("SIGKILL");
      await gone;
    },
    async () => {
      assert.match(server!.output.stderr, /taking over the database server that was left running/);
      assert.equal(processesOf(home).find((one) => isPostmaster(one))?.pid, postmaster);
      await eventually(
        () => !processesOf(home).some(({ pid }) => pid === worker),
        "the old worker ends by itself",
      );
    },
  );
});

test(
  "everything killed, PostgreSQL too, while it takes changes and an image is analysed",
  { skip },
  async () => {
    const [log] = await ask<{ start: Date }>("select pg_postmaster_start_time() as start");
    await killInTheMiddle(
      "everything",
      async () => {
        for (let round = 0; round < 100 && processesOf(home).length > 0; round += 1)
          killAll(processesOf(home));
        await eventually(() => processesOf(home).length === 0, "nothing runs");
      },
      async () => {
        const [again] = await ask<{ start: Date }>("select pg_postmaster_start_time() as start");
        assert.notEqual(
          again?.start.getTime(),
          log?.start.getTime(),
          "it is another PostgreSQL, which recovered",
        );
      },
    );
  },
);

test("asked to end, it leaves nothing running", { skip }, async () => {
  await sql!.end();
  assert.equal(await server!.stop("SIGTERM"), 0, server!.output.stderr);
  await eventually(() => processesOf(home).length === 0, "nothing runs");
});
