/**
 * The walk on a PostgreSQL of the user's: `plimsoll server --database-url`, and two `plimsoll worker` on the same URL and key.
 * Each process gives its connections a name, and a trigger on the queue's table writes down whose connection took which job.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type pg from "pg";
import type { Browser } from "playwright-core";
import { startBrowser } from "../../tools/gallery/browser.ts";
import { eventually } from "../helpers/eventually.ts";
import {
  skipWithoutExternalPostgres,
  startExternalPostgres,
  type ExternalPostgres,
} from "../helpers/external-postgres.ts";
import { killAll, processesOf } from "../helpers/process-list.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { startServerProcess, type ServerProcess } from "../helpers/server-process.ts";
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerProcessOptions,
} from "../helpers/worker-process.ts";
import { Walk } from "../helpers/walk.ts";
import { walkSteps } from "../helpers/walk-steps.ts";

const skip = skipWithoutPrograms("chromium", "docker-registry", "buildah") || skipWithoutExternalPostgres();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-walk-15-"));
// PostgreSQL, started by root, runs under another account and must get through.
chmodSync(folder, 0o711);
const home = join(folder, "home");
/** What server and workers have in common but the database: the key of what is sealed, and the vulnerability database. */
const shared = {
  PLIMSOLL_SECRET_KEY: randomBytes(32).toString("base64url"),
  PLIMSOLL_DB_DIR: join(home, "db"),
};
let postgres: ExternalPostgres | null = null;
let admin: pg.Client | null = null;
let server: ServerProcess | null = null;
const workers = new Map<string, WorkerProcess>();
let browser: Browser | null = null;
let walk: Walk | null = null;

before(async () => {
  if (skip !== false) return;
  postgres = await startExternalPostgres(join(folder, "pg"));
  const args = ["--no-worker", "--database-url", postgres.url("server")];
  server = await startServerProcess({ home, args, env: shared });
  admin = await postgres.connect();
  await watchJobs(admin);
  for (const name of ["worker-a", "worker-b"]) {
    workers.set(name, await startWorkerProcess(optionsOf(name)));
  }
  browser = await startBrowser();
  const { address, ownerToken } = server;
  walk = new Walk({ folder, home, address, ownerToken: ownerToken ?? "" }, browser);
});

after(async () => {
  await walk?.close();
  await browser?.close();
  for (const worker of workers.values()) await worker.stop("SIGKILL");
  await server?.stop("SIGKILL");
  await admin?.end();
  await postgres?.stop();
  killAll(processesOf(folder));
  rmSync(folder, { recursive: true, force: true });
});

/** The server is told the URL by its option, the workers by their environment. */
function optionsOf(name: string): WorkerProcessOptions {
  return {
    home: join(folder, name),
    env: { ...shared, PLIMSOLL_DATABASE_URL: postgres?.url(name) ?? "" },
  };
}

/** `taken`: a row for each job that was given to a worker. The trigger writes as the superuser: the queue's role has no right to it. */
async function watchJobs(client: pg.Client): Promise<void> {
  await client.query(`
    create table public.taken (id integer generated always as identity, worker text not null, kind text not null);
    create function public.note_taken() returns trigger language plpgsql security definer as $$ begin
      insert into public.taken (worker, kind) values (current_setting('application_name'), new.name);
      return null;
    end $$;
    create trigger note_taken after update on queue.job for each row
      when (new.state = 'active' and old.state <> 'active') execute function public.note_taken()`);
}

async function takenSince(id: number): Promise<readonly { id: number; worker: string; kind: string }[]> {
  const text = "select id, worker, kind from public.taken where id > $1 order by id";
  return (await admin!.query<{ id: number; worker: string; kind: string }>(text, [id])).rows;
}

walkSteps(() => walk ?? assert.fail("the walk was not prepared"), skip);

test("no page complained: nothing was refused by the policy of content, nothing failed", { skip }, () => {
  assert.deepEqual(walk?.complaints(), []);
});

test("the walk's jobs were taken by the workers, and none by the server", { skip }, async () => {
  const taken = await takenSince(0);
  const kinds = new Set(taken.map(({ kind }) => kind));
  for (const kind of ["analyse", "evaluate", "advisories", "deliver"]) assert.ok(kinds.has(kind), kind);
  assert.deepEqual(
    taken.filter(({ worker }) => !workers.has(worker)),
    [],
  );
});

test("each of the two judges all images while the other one is gone", { skip }, async () => {
  const [first = "", second = ""] = workers.keys();
  for (const [name, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const gone = workers.get(other);
    assert.equal(await gone?.stop(), 0, gone?.output.stderr);
    const before = (await takenSince(0)).at(-1)?.id ?? 0;
    await judgeAgain();
    const judged = (await takenSince(before)).filter(({ kind }) => kind === "evaluate");
    assert.deepEqual([...new Set(judged.map(({ worker }) => worker))], [name]);
    workers.set(other, await startWorkerProcess(optionsOf(other)));
  }
});

/** Switches a policy, which is a reason to judge every image that counts, and waits until that is done. */
async function judgeAgain(): Promise<void> {
  const { json } = await walk!.api("GET", "/orgs/acme/policies");
  const [policy] = json["policies"] as { id: string; enabled: boolean }[];
  const switched = await walk!.api("PATCH", `/orgs/acme/policies/${policy?.id}`, {
    enabled: !policy?.enabled,
  });
  assert.equal(switched.status, 200, JSON.stringify(switched.json));
  const left = "select from queue.job where name = 'evaluate' and state in ('created', 'retry', 'active')";
  await eventually(async () => (await admin!.query(left)).rowCount === 0, "every image is judged again");
}
