/** The queue: what is enqueued with a transaction, what is taken, and what happens when a worker dies. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import { freshDatabase, sharedPostgres, type TestDatabase } from "../../test/helpers/postgres.ts";
import { asEngine, inOrg } from "./in-org.ts";
import type { NewJob } from "./job-kinds.ts";
import { openQueue, type JobQueue, type QueueOptions } from "./queue.ts";
import type { TakenJob } from "./queue-loop.ts";
import type { Database } from "./schema.ts";

interface Bench {
  readonly database: TestDatabase;
  readonly queue: JobQueue;
  readonly logged: string[];
  open(options?: Partial<QueueOptions>): Promise<JobQueue>;
}

async function withQueue(work: (bench: Bench) => Promise<void>): Promise<void> {
  const database = await freshDatabase();
  const logged: string[] = [];
  const queues: JobQueue[] = [];
  const open = async (options: Partial<QueueOptions> = {}): Promise<JobQueue> => {
    const queue = await openQueue(database.connection, {
      log: (line) => logged.push(line),
      supervise: false,
      ...options,
    });
    queues.push(queue);
    return queue;
  };
  try {
    await work({ database, queue: await open(), logged, open });
  } finally {
    await Promise.all(queues.map((queue) => queue.close(100)));
    await database.close();
  }
}

function evaluate(org: string, image: string, more: Partial<NewJob> = {}): NewJob {
  return { kind: "evaluate", key: `${org}/${image}`, payload: { org, image }, ...more };
}

/** Waits as long as it takes; the run of the test has a limit. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(10);
}

const org = randomUUID();

/** Never looks by itself: what is taken was told of. */
const toldOnly = { concurrency: 1, idleMs: 3_600_000 };

/** A job that goes on until it is told. */
function gate(): {
  readonly run: (job: TakenJob) => Promise<void>;
  open(): void;
  readonly started: TakenJob[];
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  const started: TakenJob[] = [];
  return { started, open: resolve, run: (job) => (started.push(job), promise) };
}

describe("enqueueing", () => {
  it("leaves no job when the transaction is rolled back, and one when it is committed", async () => {
    await withQueue(async ({ database, queue }) => {
      for (const begin of [
        (work: (tx: Kysely<Database>) => Promise<void>) => inOrg(database.store, org, work),
        (work: (tx: Kysely<Database>) => Promise<void>) => asEngine(database.store, work),
      ]) {
        const image = randomUUID();
        await assert.rejects(
          begin(async (tx) => {
            const [id] = await queue.send(tx, [evaluate(org, image)]);
            assert.equal(typeof id, "string");
            throw new Error("rolled back");
          }),
          /rolled back/,
        );
        const [id] = await queue.send(null, [evaluate(org, image)]);
        assert.equal(typeof id, "string");
        await begin(async (tx) => void (await queue.send(tx, [evaluate(org, randomUUID())])));
      }
      assert.deepEqual((await queue.count()).evaluate, { waiting: 4, running: 0 });
    });
  });

  it("answers null for a key that waits already, and not for the same image of another organisation", async () => {
    await withQueue(async ({ queue }) => {
      const other = randomUUID();
      const image = randomUUID();
      const [first, again, theirs] = await queue.send(null, [
        evaluate(org, image),
        evaluate(org, image),
        evaluate(other, image),
      ]);
      assert.equal(typeof first, "string");
      assert.equal(again, null);
      assert.equal(typeof theirs, "string");
      assert.deepEqual(await queue.send(null, [evaluate(org, image)]), [null]);
    });
  });

  it("refuses keys that do not start with their organisation, and payloads that are more than ids", async () => {
    const rows: readonly (readonly [string, NewJob])[] = [
      ["a key without its organisation", { ...evaluate(org, "x"), key: "image-1" }],
      ["a key with another organisation", { ...evaluate(org, "x"), key: `${randomUUID()}/x` }],
      ["a job of the installation with an organisation's key", { ...evaluate(org, "x"), kind: "expire" }],
      ["an organisation's job with the installation's key", { ...evaluate(org, "x"), key: "installation/x" }],
      ["a payload that is more than ids", evaluate(org, "x".repeat(201))],
    ];
    await withQueue(async ({ queue }) => {
      for (const [name, job] of rows) {
        await assert.rejects(queue.send(null, [evaluate(org, "y"), job]), { code: "INTERNAL" }, name);
      }
      assert.equal((await queue.count()).evaluate.waiting, 0);
    });
  });

  it("keeps a waiting job from starting before the change that asked for it again is committed", async () => {
    await withQueue(async ({ database, queue }) => {
      const image = randomUUID();
      await queue.send(null, [evaluate(org, image)]);
      const taken: string[] = [];
      await inOrg(database.store, org, async (tx) => {
        assert.deepEqual(await queue.send(tx, [evaluate(org, image)]), [null]);
        queue.work("evaluate", { concurrency: 2 }, async (job) => void taken.push(job.key));
        await queue.send(null, [evaluate(org, "another")]);
        // It was asked for after the one that is held, and is taken before it.
        await until(() => taken.length > 0);
        assert.deepEqual(taken, [`${org}/another`]);
      });
      await until(() => taken.length === 2);
      assert.deepEqual(taken, [`${org}/another`, `${org}/${image}`]);
    });
  });

  it("brings a job forward that waits for later", async () => {
    await withQueue(async ({ queue }) => {
      const later = new Date(Date.now() + 3_600_000);
      const image = randomUUID();
      await queue.send(null, [evaluate(org, image, { startAfter: later })]);
      const gated = gate();
      gated.open();
      queue.work("evaluate", { concurrency: 1 }, gated.run);
      await queue.send(null, [evaluate(org, "now")]);
      await until(() => gated.started.length === 1);
      assert.deepEqual(await queue.send(null, [evaluate(org, image)]), [null]);
      await until(() => gated.started.length === 2);
      assert.equal(gated.started[1]?.payload["image"], image);
    });
  });

  it("lets neither server nor worker read or change the jobs of others", async () => {
    await withQueue(async ({ database, queue }) => {
      await queue.send(null, [evaluate(org, "secret")]);
      for (const pool of [database.store.app, database.store.engine] as unknown as Kysely<{
        "queue.job": { data: unknown; id: string; name: string };
      }>[]) {
        await assert.rejects(pool.selectFrom("queue.job").select("data").execute(), { code: "42501" });
        await assert.rejects(pool.updateTable("queue.job").set({ name: "x" }).execute(), { code: "42501" });
        await assert.rejects(pool.deleteFrom("queue.job").execute(), { code: "42501" });
      }
    });
  });
});

describe("taking jobs", () => {
  it("is woken by the transaction's end, for each of several kinds", async () => {
    await withQueue(async ({ database, queue }) => {
      const taken: string[] = [];
      queue.work("evaluate", toldOnly, async (job) => void taken.push(job.kind));
      queue.work("deliver", toldOnly, async (job) => void taken.push(job.kind));
      await inOrg(database.store, org, async (tx) => {
        await queue.send(tx, [
          evaluate(org, "1"),
          { kind: "deliver", key: `${org}/1`, payload: { org, event: 1 } },
        ]);
      });
      await until(() => taken.length === 2);
      assert.deepEqual(taken.sort(), ["deliver", "evaluate"]);
    });
  });

  it("drains a backlog without waiting between jobs", async () => {
    await withQueue(async ({ queue }) => {
      await queue.send(
        null,
        Array.from({ length: 200 }, (_, index) => evaluate(org, String(index))),
      );
      let count = 0;
      queue.work("evaluate", { ...toldOnly, concurrency: 4 }, async () => void (count += 1));
      await until(() => count === 200);
      await until(async () => (await queue.count()).evaluate.running === 0);
      assert.deepEqual((await queue.count()).evaluate, { waiting: 0, running: 0 });
    });
  });

  it("runs one job of a key at a time, keeps one more, and passes by to others", async () => {
    await withQueue(async ({ queue, open }) => {
      const gated = gate();
      queue.work("evaluate", { concurrency: 3 }, gated.run);
      (await open()).work("evaluate", { concurrency: 3 }, gated.run);
      await queue.send(null, [evaluate(org, "a")]);
      await until(() => gated.started.length === 1);
      const [second, third] = await queue.send(null, [evaluate(org, "a"), evaluate(org, "a")]);
      assert.equal(typeof second, "string");
      assert.equal(third, null);
      await queue.send(null, [evaluate(org, "b")]);
      await until(() => gated.started.length === 2);
      assert.deepEqual(
        gated.started.map((job) => job.payload["image"]),
        ["a", "b"],
      );
      gated.open();
      await until(() => gated.started.length === 3);
      assert.equal(gated.started[2]?.payload["image"], "a");
      assert.equal(gated.started[2]?.attempt, 1);
    });
  });

  it("takes the higher priority first", async () => {
    await withQueue(async ({ queue }) => {
      await queue.send(null, [evaluate(org, "low"), evaluate(org, "high", { priority: 5 })]);
      const taken: unknown[] = [];
      queue.work("evaluate", { concurrency: 1 }, async (job) => void taken.push(job.payload["image"]));
      await until(() => taken.length === 2);
      assert.deepEqual(taken, ["high", "low"]);
    });
  });

  it("tries again after a failure, and in the end says what the last try said", async () => {
    await withQueue(async ({ database, queue }) => {
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(databaseName(database));
      try {
        const attempts: (readonly [number, boolean])[] = [];
        queue.work("evaluate", { concurrency: 1 }, async (job) => {
          attempts.push([job.attempt, job.isLastAttempt]);
          throw new Error(`try ${job.attempt}`);
        });
        const dead: TakenJob[] = [];
        queue.workFailed(async (job) => void dead.push(job));
        await queue.send(null, [evaluate(org, "broken")]);
        // The waits between the tries are not waited for.
        await until(async () => {
          await admin.query("update queue.job set start_after = now() where state = 'retry'");
          return dead.length > 0;
        });
        assert.deepEqual(
          attempts,
          [1, 2, 3, 4, 5, 6].map((attempt) => [attempt, attempt === 6]),
        );
        assert.equal(dead[0]?.kind, "evaluate");
        assert.equal(dead[0]?.key, `${org}/broken`);
        assert.equal(dead[0]?.failure, "Error: try 6");
        const [failed] = await queue.listFailed(10);
        assert.equal(failed?.kind, "evaluate");
        assert.equal(failed?.reason, "Error: try 6");
        assert.deepEqual(failed?.payload, { org, image: "broken" });
      } finally {
        await admin.end();
      }
    });
  });

  it("gives the job of a worker that went silent to another one, and tells the first", async () => {
    await withQueue(async ({ database, queue, open, logged }) => {
      const silent = gate();
      queue.work("evaluate", { concurrency: 1, heartbeatMs: 3_600_000 }, silent.run);
      await queue.send(null, [evaluate(org, "long")]);
      await until(() => silent.started.length === 1);
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(databaseName(database));
      // As if its last heartbeat were long ago.
      await admin.query(
        "update queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'",
      );
      const living = await open({ supervise: true, superviseSeconds: 1 });
      const second = gate();
      living.work("evaluate", { concurrency: 1 }, second.run);
      await until(async () => {
        await admin.query("update queue.job set start_after = now() where state = 'retry'");
        return second.started.length === 1;
      });
      await admin.end();
      assert.equal(second.started[0]?.attempt, 2);
      assert.equal(second.started[0]?.payload["image"], "long");
      // The first says that it is done: that try is no more, and the job goes on where it is.
      silent.open();
      await queue.close();
      assert.deepEqual((await living.count()).evaluate, { waiting: 0, running: 1 });
      second.open();
      await until(async () => (await living.count()).evaluate.running === 0);
      assert.deepEqual(logged, []);
    });
  });

  it("takes a job whose key ran when the queue was opened, and runs no more", async () => {
    await withQueue(async ({ database, open }) => {
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(databaseName(database));
      // As pg-boss notes what runs, every few seconds.
      const noted = await admin.query(
        "update queue.queue set singletons_active = $1 where name = 'evaluate'",
        [[`${org}/ran`]],
      );
      await admin.end();
      assert.equal(noted.rowCount, 1);
      const queue = await open();
      await queue.send(null, [evaluate(org, "other"), evaluate(org, "ran", { priority: 1 })]);
      const gated = gate();
      queue.work("evaluate", { concurrency: 1 }, gated.run);
      await until(() => gated.started.length > 0);
      gated.open();
      assert.equal(gated.started[0]?.payload["image"], "ran");
    });
  });

  it("tells a job that it was given to another worker", async () => {
    await withQueue(async ({ database, queue }) => {
      const aborted = Promise.withResolvers<unknown>();
      queue.work("evaluate", { concurrency: 1, heartbeatMs: 20 }, async ({ signal }) => {
        signal.addEventListener("abort", () => aborted.resolve(signal.reason));
        await aborted.promise;
      });
      await queue.send(null, [evaluate(org, "long")]);
      await until(async () => (await queue.count()).evaluate.running === 1);
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(databaseName(database));
      await admin.query("update queue.job set retry_count = retry_count + 1 where state = 'active'");
      await admin.end();
      assert.match(String(await aborted.promise), /another worker/);
    });
  });

  it("finishes what runs when it is closed", async () => {
    await withQueue(async ({ queue, open }) => {
      const other = await open();
      let isDone = false;
      const gated = gate();
      queue.work("evaluate", { concurrency: 1 }, async (job) => {
        await gated.run(job);
        isDone = true;
      });
      await queue.send(null, [evaluate(org, "a")]);
      await until(() => gated.started.length === 1);
      const closing = queue.close();
      gated.open();
      await closing;
      assert.ok(isDone);
      assert.deepEqual((await other.count()).evaluate, { waiting: 0, running: 0 });
    });
  });

  it("hands back what does not end in time, as if it had not been tried", async () => {
    await withQueue(async ({ queue, open }) => {
      const other = await open();
      const reasons: unknown[] = [];
      queue.work("evaluate", { concurrency: 1 }, async (job) => {
        await new Promise((_, reject) => {
          job.signal.addEventListener("abort", () => {
            reasons.push(job.signal.reason);
            reject(new Error("aborted"));
          });
        });
      });
      await queue.send(null, [evaluate(org, "endless")]);
      await until(async () => (await other.count()).evaluate.running === 1);
      await queue.close(50);
      assert.equal(reasons.length, 1);
      assert.deepEqual((await other.count()).evaluate, { waiting: 1, running: 0 });
      const taken: TakenJob[] = [];
      other.work("evaluate", { concurrency: 1 }, async (job) => void taken.push(job));
      await until(() => taken.length === 1);
      assert.equal(taken[0]?.attempt, 1);
    });
  });

  it("hands back a job whose key waits already without a second one", async () => {
    await withQueue(async ({ queue, open }) => {
      const other = await open();
      const never = Promise.withResolvers<void>();
      queue.work("evaluate", { concurrency: 1 }, () => never.promise);
      await queue.send(null, [evaluate(org, "endless")]);
      await until(async () => (await other.count()).evaluate.running === 1);
      await queue.send(null, [evaluate(org, "endless")]);
      await queue.close(50);
      never.resolve();
      const { running, waiting } = (await other.count()).evaluate;
      assert.equal(running, 0);
      assert.ok(waiting >= 1);
    });
  });

  it("asks for jobs that come at an interval, once for all workers", async () => {
    await withQueue(async ({ open }) => {
      const one = await open({ supervise: true });
      await open({ supervise: true });
      await until(async () => (await one.count()).expire.waiting > 0);
      assert.deepEqual((await one.count()).expire, { waiting: 1, running: 0 });
    });
  });

  it("can be opened by several processes at once on a database that has no queue yet", async () => {
    const server = await sharedPostgres();
    const { name, connection } = await server.makeEmptyDatabase();
    const { migrate } = await import("./migrate.ts");
    await migrate(connection);
    const options = { log: () => {}, supervise: false };
    const queues = await Promise.all([1, 2, 3].map(() => openQueue(connection, options)));
    const [id] = await queues[2]!.send(null, [evaluate(org, "x")]);
    assert.equal(typeof id, "string");
    await Promise.all(queues.map((queue) => queue.close()));
    await server.dropDatabase(name);
  });
});

function databaseName(database: TestDatabase): string {
  const { connection } = database;
  return connection.kind === "private" ? connection.database : new URL(connection.url).pathname.slice(1);
}
