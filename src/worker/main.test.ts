/** A whole worker on the real queue: jobs are taken, one that breaks takes no other, and it ends cleanly. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  eventsOf,
  imageOf,
  npmImage,
  osvRecord,
  startTestWorker,
  type TestWorker,
} from "../../test/helpers/worker.ts";
import { openQueue, type JobQueue } from "../store/queue.ts";
import { startWorker, type WorkerOptions } from "./main.ts";

interface Bench {
  readonly worker: TestWorker;
  /** Enqueues like a server does. */
  readonly queue: JobQueue;
  readonly logged: string[];
  /** Starts a worker; the returned function ends it. */
  start(more?: Partial<WorkerOptions>): Promise<() => Promise<void>>;
}

async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const worker = await startTestWorker();
  const { connection } = worker.database;
  const queue = await openQueue(connection, { log: () => {}, supervise: false });
  const logged: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  // What is pushed goes to the real queue.
  Object.assign(worker.context.queue, { send: queue.send });
  const start: Bench["start"] = async (more = {}) => {
    const stopping = new AbortController();
    const { config, secrets, clock, monotonicMs } = worker.context;
    const running = await startWorker({
      connection,
      config,
      secrets,
      clock,
      monotonicMs,
      log: (line) => logged.push(line),
      concurrency: 2,
      signal: stopping.signal,
      layout: null,
      watchMs: 20,
      graceMs: 5_000,
      ...more,
    });
    const end = async (): Promise<void> => {
      stopping.abort();
      await running.done;
    };
    ends.push(end);
    return end;
  };
  try {
    await work({ worker, queue, logged, start });
  } finally {
    await Promise.all(ends.map((end) => end()));
    await queue.close(100);
    await worker.close();
  }
}

/** Waits as long as it takes; the run of the test has a limit. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20);
}

async function isAnalysed(worker: TestWorker, digest: string): Promise<boolean> {
  const row = await worker.database.store.engine
    .selectFrom("image")
    .select(["state", "evaluation_id"])
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row?.state === "analysed" && row.evaluation_id !== null;
}

describe("a worker", () => {
  it("does what is enqueued, and applies a database that is put into its folder", async () => {
    await withBench(async ({ worker, start }) => {
      await worker.addPolicy({ type: "severity", title: "Nothing critical" });
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await start();
      await until(() => isAnalysed(worker, image.manifestDigest));
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await until(async () => (await eventsOf(worker, "verdict.changed")).length === 1);
    });
  });

  it("goes on after a job that breaks, which is told where people see it", async () => {
    await withBench(async ({ worker, start }) => {
      const broken = npmImage(["left@1.0.0"]);
      const sound = npmImage(["right@1.0.0"]);
      await worker.push(broken, "acme/broken:1");
      worker.registry.blobs.set(broken.configDigest, Buffer.from("{}"));
      await worker.push(sound, "acme/sound:1");
      await start();
      await until(() => isAnalysed(worker, sound.manifestDigest));
      await until(async () => (await imageOf(worker, broken.manifestDigest)).state === "failed");
    });
  });

  it("shares the work with others: an analysis is done once", async () => {
    await withBench(async ({ worker, start }) => {
      const images = Array.from({ length: 6 }, (_, at) => npmImage([`left@1.0.${at}`]));
      for (const [at, image] of images.entries()) await worker.push(image, `acme/app:${at}`);
      await Promise.all([start(), start()]);
      await until(async () => (await eventsOf(worker, "image.analysed")).length === images.length);
      for (const image of images) {
        const [layer] = image.layers;
        const fetched = worker.registry.requests.filter(({ url }) => url.includes(layer!.digest));
        assert.equal(fetched.length, 1);
      }
    });
  });

  it("shares packages with others that are analysed at the same moment", async () => {
    await withBench(async ({ worker, start }) => {
      const packages = Array.from({ length: 40 }, (_, at) => `p${at}@1.0.0`);
      await worker.publish(packages.map((_, at) => osvRecord(`CVE-2026-${at + 1}`, `p${at}`, "2.0.0")));
      const images = Array.from({ length: 8 }, (_, at) =>
        npmImage(at % 2 ? packages : packages.toReversed(), `${at}`),
      );
      for (const [at, image] of images.entries()) await worker.push(image, `acme/app${at}:1`);
      await Promise.all([start(), start(), start()]);
      for (const image of images) await until(() => isAnalysed(worker, image.manifestDigest));
      const { engine } = worker.database.store;
      const count = (table: "package" | "finding" | "image_package") =>
        engine
          .selectFrom(table)
          .select((each) => each.fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow();
      assert.equal((await count("package")).count, 40);
      assert.equal((await count("image_package")).count, 320);
      assert.equal((await count("finding")).count, 40);
    });
  });

  it("connects only where its operator lets it", async () => {
    await withBench(async ({ worker, start }) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      const { config } = worker.context;
      const server = { ...config.server, connect: { allow: [], deny: ["127.0.0.0/8", "::1"] } };
      const before = worker.registry.requests.length;
      await start({ config: { ...config, server } });
      const failure = async (): Promise<string | null> => {
        const { engine } = worker.database.store;
        const push = await engine.selectFrom("push").select("failure_message").executeTakeFirstOrThrow();
        return push.failure_message;
      };
      await until(async () => (await failure()) !== null);
      assert.match((await failure()) ?? "", /operator does not let/);
      assert.equal(worker.registry.requests.length, before);
    });
  });

  it("does not start with networks that are none", async () => {
    await withBench(async ({ worker, start }) => {
      const { config } = worker.context;
      const server = { ...config.server, connect: { allow: [], deny: ["1::2::3"] } };
      await assert.rejects(start({ config: { ...config, server } }), { code: "CONFIG_INVALID" });
    });
  });

  it("gives back what it cannot finish, and the next one does it", async () => {
    await withBench(async ({ worker, queue, start }) => {
      const image = npmImage(["left@1.0.0"]);
      const reached = Promise.withResolvers<void>();
      worker.registry.faults.push((request) => {
        const isLayer = (request.url ?? "").includes(image.layers[0]!.digest);
        if (isLayer) reached.resolve();
        // No answer: the registry hangs.
        return isLayer;
      });
      await worker.push(image, "acme/app:1");
      const end = await start({ graceMs: 1 });
      await reached.promise;
      await end();
      const left = await queue.count();
      assert.deepEqual(left.analyse, { waiting: 1, running: 0 });
      assert.deepEqual(await eventsOf(worker, "image.failed"), []);
      worker.registry.faults.length = 0;
      await start();
      await until(() => isAnalysed(worker, image.manifestDigest));
    });
  });

  it("records an image beside the program once, as if it had been pushed", async () => {
    await withBench(async ({ worker, start }) => {
      const { writeLayout } = await import("../../test/helpers/oci-image.ts");
      const image = npmImage(["left@1.0.0"]);
      const layout = `${worker.context.config.cacheDir}-layout`;
      writeLayout(layout, image, "example.com/demo/app:1");
      const { repositoryId } = await worker.push(npmImage(["other@1.0.0"]), "acme/app:0");
      const task = { org: worker.org.id, repository: repositoryId, layout };
      const end = await start({ layout: task });
      await until(() => isAnalysed(worker, image.manifestDigest));
      await end();
      await start({ layout: task });
      const { engine } = worker.database.store;
      const pushes = await engine
        .selectFrom("push")
        .where("digest", "=", image.manifestDigest)
        .selectAll()
        .execute();
      assert.equal(pushes.length, 1);
    });
  });
});
