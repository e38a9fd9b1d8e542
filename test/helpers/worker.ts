/**
 * A worker for tests, taken apart: a database of its own, a registry on loopback, a folder with a vulnerability database, and a
 * queue in memory whose jobs are done when the test says so, one after the other. Each look at the clock is a millisecond later.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config/config.ts";
import { createSecretBox } from "../../src/io/secret-box.ts";
import { buildDatabase } from "../../src/advisories/build.ts";
import { lookAtDatabase } from "../../src/monitoring/watch-database.ts";
import { asEngine, inOrg, outsideOrg } from "../../src/store/in-org.ts";
import type { JobKind, NewJob } from "../../src/store/job-kinds.ts";
import type { Queue } from "../../src/store/queue.ts";
import { insertOrganisation } from "../../src/store/stores/organisations.ts";
import { insertPolicy, type PolicyContent } from "../../src/store/stores/policies.ts";
import { takePush } from "../../src/store/stores/pushes.ts";
import { insertRegistry } from "../../src/store/stores/registries.ts";
import { enableRepository } from "../../src/store/stores/repositories.ts";
import type { WorkerContext } from "../../src/worker/context.ts";
import { allJobs } from "../../src/worker/jobs/all.ts";
import { passwordPurpose } from "../../src/worker/registry-access.ts";
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from "./fake-registry.ts";
import { buildImage, type BuiltImage, type LayerInput } from "./oci-image.ts";
import { file } from "./oci-tar.ts";
import { freshDatabase, type TestDatabase } from "./postgres.ts";

export interface TestOrg {
  readonly id: string;
  readonly registryId: string;
}

export interface Pushed {
  readonly repositoryId: string;
  readonly digest: string;
}

export interface TestWorker {
  readonly database: TestDatabase;
  readonly registry: FakeRegistry;
  readonly context: WorkerContext;
  readonly org: TestOrg;
  /** Jobs that wait, in the order in which they were enqueued. */
  readonly waiting: NewJob[];
  /** `kind key` of all jobs that were done. */
  readonly done: string[];
  readonly logged: string[];
  /** The time that jobs see. */
  now: Date;
  /** Another organisation with the same registry. */
  addOrg(name: string, signIn?: { readonly user: string; readonly password: string }): Promise<TestOrg>;
  /** As if the registry had told of a push of an image or index that it holds; nothing is analysed before `work`. */
  tell(push: TellPush): Promise<Pushed>;
  /** Puts an image into the registry and tells of it. */
  push(image: BuiltImage, reference: string, org?: TestOrg): Promise<Pushed>;
  /** Does waiting jobs until there are none. Deliveries are left out. */
  work(): Promise<void>;
  run(kind: JobKind, payload: NewJob["payload"], isLastAttempt?: boolean): Promise<void>;
  /** Puts a vulnerability database of OSV records in place, and looks at it as the watcher does. */
  publish(records: readonly object[]): Promise<void>;
  addPolicy(content: Partial<PolicyContent> & { readonly type: string }, org?: TestOrg): Promise<string>;
  close(): Promise<void>;
}

interface TellPush {
  /** `acme/my-app:1.2`, or `acme/my-app` for a push by digest. */
  readonly reference: string;
  readonly digest: string;
  readonly isIndex?: boolean;
  readonly org?: TestOrg;
}

/** Tries of a job that fails, the first one counted. */
const TRIES = 3;

/** A worker for the time of `work`. */
export async function withWorker(
  work: (worker: TestWorker) => Promise<void>,
  options: FakeRegistryOptions = {},
): Promise<void> {
  const worker = await startTestWorker(options);
  try {
    await work(worker);
  } finally {
    await worker.close();
  }
}

export async function startTestWorker(options: FakeRegistryOptions = {}): Promise<TestWorker> {
  const [database, registry] = await Promise.all([freshDatabase(), startFakeRegistry(options)]);
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-worker-"));
  const { store } = database;
  const [waiting, done, logged]: [NewJob[], string[], string[]] = [[], [], []];
  const queue = memoryQueue(waiting);
  const secrets = createSecretBox("a key that is long enough for tests of workers");
  const config = readConfig({ PLIMSOLL_HOME: folder }, folder, folder);
  const context: WorkerContext = {
    store,
    queue,
    config,
    secrets,
    clock: () => (worker.now = new Date(worker.now.getTime() + 1)),
    monotonicMs: () => performance.now(),
    log: (line) => void logged.push(line),
  };
  let pushes = 0;
  const run: TestWorker["run"] = async (kind, payload, isLastAttempt = false) => {
    const job = allJobs.find((each) => each.kind === kind);
    assert.ok(job, `there is a job ${kind}`);
    const signal = new AbortController().signal;
    const key = "";
    const taken = { id: randomUUID(), kind, key, payload, attempt: 1, isLastAttempt, failure: null, signal };
    await job.run(context, taken);
  };
  const addOrg: TestWorker["addOrg"] = async (name, signIn) => {
    const [id, registryId] = [randomUUID(), randomUUID()];
    await outsideOrg(store, (tx) => insertOrganisation(tx, { id, name }));
    await inOrg(store, id, (tx) =>
      insertRegistry(tx, id, {
        id: registryId,
        kind: "distribution",
        host: registry.host,
        insecure: false,
        username: signIn?.user ?? null,
        passwordSealed:
          signIn === undefined ? null : secrets.seal(signIn.password, passwordPurpose(registryId)),
      }),
    );
    return { id, registryId };
  };
  const tell: TestWorker["tell"] = async ({ reference, digest, isIndex = false, org = worker.org }) => {
    const [name = "", tag = null] = reference.split(":");
    pushes += 1;
    const { id: repositoryId } = await inOrg(store, org.id, (tx) =>
      enableRepository(tx, org.id, { registryId: org.registryId, name }),
    );
    await inOrg(store, org.id, (tx) =>
      takePush(tx, queue, org.id, {
        onceKey: `push:${pushes}`,
        repositoryId,
        repository: `${registry.host}/${name}`,
        tag,
        digest,
        isIndex,
        actor: null,
        at: new Date(worker.now.getTime() + pushes),
      }),
    );
    return { repositoryId, digest };
  };
  const worker: TestWorker = {
    database,
    registry,
    context,
    waiting,
    done,
    logged,
    now: new Date("2026-11-22T12:00:00Z"),
    org: { id: "", registryId: "" },
    addOrg,
    tell,
    run,
    async push(image, reference, org) {
      const [name = "", tag = ""] = reference.split(":");
      registry.addImage(name, tag, image);
      return tell({ reference, digest: image.manifestDigest, ...(org === undefined ? {} : { org }) });
    },
    async work() {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        if (job.kind === "deliver") continue;
        await tryJob(run, job);
        done.push(`${job.kind} ${job.key}`);
      }
    },
    async publish(records) {
      const input = join(folder, "feed");
      rmSync(input, { recursive: true, force: true });
      mkdirSync(input);
      for (const [index, record] of records.entries())
        writeFileSync(join(input, `${index}.json`), JSON.stringify(record));
      await buildDatabase({
        inputs: [{ path: input, feed: null }],
        dir: config.databaseDir,
        now: worker.now,
        demonstration: false,
      });
      await lookAtDatabase({ store, queue, dir: config.databaseDir });
    },
    async addPolicy({ type, ...content }, org = worker.org) {
      const whole: PolicyContent = {
        title: type,
        description: "",
        config: {},
        weight: 10,
        effect: "block",
        enabled: true,
        scope: { repositories: [], environments: [] },
        ...content,
      };
      return inOrg(store, org.id, (tx) => insertPolicy(tx, org.id, { type, preset: null }, whole, "test"));
    },
    async close() {
      await registry.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  Object.assign(worker, { org: await addOrg("acme", signInOf(options)) });
  return worker;
}

function signInOf({ user, password }: FakeRegistryOptions) {
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** Of jobs with one kind and key, one waits. */
function memoryQueue(waiting: NewJob[]): Queue {
  return {
    send: (_tx, jobs) =>
      Promise.resolve(
        jobs.map((job) => {
          if (waiting.some(({ kind, key }) => kind === job.kind && key === job.key)) return null;
          waiting.push(job);
          return randomUUID();
        }),
      ),
  };
}

async function tryJob(run: TestWorker["run"], { kind, payload }: NewJob): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(kind, payload, attempt === TRIES);
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
  }
}

/** A layer with npm packages, `name@version` each. */
export function npmLayer(...packages: readonly string[]): LayerInput {
  const entries = packages.map((text) => {
    const [name = "", version = ""] = text.split("@");
    return file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version, license: "MIT" }));
  });
  return { entries };
}

/** An image of one layer with npm packages; `label` makes another digest of the same packages. */
export function npmImage(packages: readonly string[], label = ""): BuiltImage {
  return buildImage({ layers: [npmLayer(...packages)], config: { User: "1000", Labels: { label } } });
}

/** An OSV record that says that all versions below `fixed` are affected. */
export function osvRecord(
  id: string,
  name: string,
  fixed: string | null,
  severity: "CRITICAL" | "LOW" = "CRITICAL",
) {
  const impact = severity === "CRITICAL" ? "C:H/I:H/A:H" : "C:N/I:L/A:N";
  const complexity = severity === "CRITICAL" ? "AC:L" : "AC:H";
  const events = [{ introduced: "0" }, ...(fixed === null ? [] : [{ fixed }])];
  return {
    id,
    modified: "2026-11-20T00:00:00Z",
    published: "2026-11-20T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
    severity: [{ type: "CVSS_V3", score: `CVSS:3.1/AV:N/${complexity}/PR:N/UI:N/S:U/${impact}` }],
  };
}

export interface ImageRow {
  readonly id: string;
  readonly digest: string;
  readonly platform: string | null;
  readonly state: string;
  readonly failure_code: string | null;
  readonly package_count: number | null;
  readonly evaluation_id: string | null;
}

/** By digest, or the only one. */
export async function imageOf({ database: { store }, org }: TestWorker, digest?: string): Promise<ImageRow> {
  const rows = await store.engine
    .selectFrom("image")
    .select(["id", "digest", "platform", "state", "failure_code", "package_count", "evaluation_id"])
    .where("org_id", "=", org.id)
    .execute();
  const found = digest === undefined ? rows : rows.filter((row) => row.digest === digest);
  assert.equal(found.length, 1, `one image, not ${found.length}`);
  return found[0]!;
}

/** `kind: title`, oldest first. */
export async function eventsOf({ database: { store }, org }: TestWorker, kind?: string): Promise<string[]> {
  const rows = await asEngine(store, (tx) =>
    tx.selectFrom("event").selectAll().where("org_id", "=", org.id).orderBy("id").execute(),
  );
  return rows
    .filter((row) => kind === undefined || row.kind === kind)
    .map((row) => `${row.kind}: ${row.title}`);
}

export interface VerdictRow {
  readonly status: string;
  readonly grade: string | null;
  readonly causes: readonly { readonly kind: string; readonly text: string }[];
  readonly results: readonly {
    readonly title: string;
    readonly status: string;
    readonly reason: string | null;
  }[];
  readonly critical: number;
  readonly suppressed: number;
  readonly has_findings: boolean;
}

/** Every evaluation of an image, oldest first. */
export async function verdictsOf(
  { database: { store } }: TestWorker,
  imageId: string,
): Promise<VerdictRow[]> {
  const { engine } = store;
  const rows = await engine
    .selectFrom("evaluation")
    .selectAll()
    .where("image_id", "=", imageId)
    .orderBy("evaluated_at")
    .execute();
  const verdicts: VerdictRow[] = [];
  for (const row of rows) {
    const results = await engine
      .selectFrom("policy_result")
      .select(["title", "status", "reason"])
      .where("evaluation_id", "=", row.id)
      .orderBy("position")
      .execute();
    verdicts.push({ ...row, results });
  }
  return verdicts;
}
