/** Polls, back-fill and lists, against a registry on loopback. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { npmImage, eventsOf, withWorker, type TestWorker } from "../../../test/helpers/worker.ts";
import { buildImage, type BuiltImage } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { inOrg } from "../../store/in-org.ts";
import { enableRepository } from "../../store/stores/repositories.ts";
import { changeRegistry, findRegistry } from "../../store/stores/registries.ts";
import { requestBackfill, requestPoll } from "../../store/stores/listed-repositories.ts";

/** Which says that it was made on that day of November 2026. */
function madeOn(day: number, name = "app"): BuiltImage {
  return buildImage({
    layers: [{ entries: [file("name", `${name} ${day}`)] }],
    created: `2026-11-${String(day).padStart(2, "0")}T00:00:00Z`,
  });
}

async function enable({ context, org }: TestWorker, name: string): Promise<string> {
  const { id } = await inOrg(context.store, org.id, (tx) =>
    enableRepository(tx, org.id, { registryId: org.registryId, name }),
  );
  return id;
}

const poll = ({ org, run }: TestWorker) => run("poll-registry", { org: org.id, registry: org.registryId });

const pushesOf = async ({ context, org }: TestWorker) =>
  context.store.engine
    .selectFrom("push")
    .where("org_id", "=", org.id)
    .select(["tag", "source", "digest"])
    .orderBy("id")
    .execute();

const registryOf = async ({ context, org }: TestWorker) => {
  const row = await inOrg(context.store, org.id, (tx) => findRegistry(tx, org.id, org.registryId));
  assert.ok(row);
  return row;
};

test("the first poll learns what is there, the next ones take what is new", () =>
  withWorker(async (worker) => {
    const { registry } = worker;
    registry.addImage("acme/app", "1.0", npmImage(["a@1.0.0"]));
    registry.addImage("acme/app", `sha256-${"a".repeat(64)}.sig`, npmImage(["signature@1.0.0"]));
    const repositoryId = await enable(worker, "acme/app");
    await poll(worker);
    assert.deepEqual(await pushesOf(worker), []);
    const second = npmImage(["a@2.0.0"]);
    registry.addImage("acme/app", "2.0", second);
    registry.addImage("acme/app", "latest", second);
    await poll(worker);
    const digest = second.manifestDigest;
    assert.deepEqual(await pushesOf(worker), [
      { tag: "2.0", source: "poll", digest },
      { tag: "latest", source: "poll", digest },
    ]);
    await poll(worker);
    assert.equal((await pushesOf(worker)).length, 2);
    // A tag that moves, and one that moves back.
    registry.addImage("acme/app", "latest", npmImage(["a@3.0.0"]));
    await poll(worker);
    registry.addImage("acme/app", "latest", second);
    await poll(worker);
    assert.deepEqual(
      (await pushesOf(worker)).slice(2).map(({ tag }) => tag),
      ["latest", "latest"],
    );
    await worker.work();
    const tags = await worker.context.store.engine
      .selectFrom("tag")
      .where("repository_id", "=", repositoryId)
      .select(["name", "digest"])
      .orderBy("name")
      .execute();
    assert.deepEqual(tags, [
      { name: "2.0", digest },
      { name: "latest", digest },
    ]);
    const states = await worker.context.store.engine
      .selectFrom("image")
      .select(["digest", "state"])
      .where("digest", "=", digest)
      .execute();
    assert.deepEqual(states, [{ digest, state: "analysed" }]);
    assert.match((await eventsOf(worker, "image.pushed"))[0] ?? "", /acme\/app:2\.0 was pushed$/);
  }));

test("what a notification told already is no push of a poll", () =>
  withWorker(async (worker) => {
    await enable(worker, "acme/app");
    await poll(worker);
    await worker.push(npmImage(["a@1.0.0"]), "acme/app:1.0");
    await poll(worker);
    assert.deepEqual(
      (await pushesOf(worker)).map(({ source }) => source),
      ["notification"],
    );
  }));

test("a chart is looked at once", () =>
  withWorker(async (worker) => {
    const { registry } = worker;
    await enable(worker, "acme/app");
    await poll(worker);
    const chart = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.cncf.helm.config.v1+json",
        digest: `sha256:${"c".repeat(64)}`,
        size: 2,
      },
      layers: [],
    };
    registry.addManifest("acme/app", "chart", Buffer.from(JSON.stringify(chart)), chart.mediaType);
    await poll(worker);
    await worker.work();
    const fetched = () =>
      registry.requests.filter(({ method, url }) => method === "GET" && url.includes("/manifests/")).length;
    const before = fetched();
    await poll(worker);
    await worker.work();
    assert.equal(fetched(), before);
    assert.equal((await pushesOf(worker)).length, 1);
  }));

test("back-fill takes the newest tags, in the order in which their images were made", () =>
  withWorker(async (worker) => {
    const { registry, context, org } = worker;
    for (const [tag, day] of [
      ["a", 3],
      ["b", 1],
      ["c", 5],
      ["d", 4],
    ] as const)
      registry.addImage("acme/app", tag, madeOn(day));
    const repositoryId = await enable(worker, "acme/app");
    await inOrg(context.store, org.id, (tx) =>
      requestBackfill(tx, context.queue, { orgId: org.id, repositoryId, backfillMax: 2 }),
    );
    assert.deepEqual(
      worker.waiting.map(({ kind }) => kind),
      ["poll-repository"],
    );
    await worker.work();
    const taken = await pushesOf(worker);
    assert.deepEqual(taken.map(({ tag, source }) => `${tag} ${source}`).toSorted(), [
      "c backfill",
      "d backfill",
    ]);
    const tags = await context.store.engine
      .selectFrom("tag")
      .select(["name", "pushed_at"])
      .orderBy("pushed_at", "desc")
      .execute();
    assert.deepEqual(
      tags.map(({ name, pushed_at: at }) => `${name} ${at.toISOString().slice(0, 10)}`),
      ["c 2026-11-05", "d 2026-11-04"],
    );
    assert.match((await eventsOf(worker, "image.pushed"))[0] ?? "", /was found$/);
    // Done once: the others stay where they are.
    await poll(worker);
    assert.equal((await pushesOf(worker)).length, 2);
  }));

test("a tag that was told of without its digest is looked up", () =>
  withWorker(async (worker) => {
    const { registry, context, org } = worker;
    const image = npmImage(["a@1.0.0"]);
    registry.addImage("acme/app", "1.0", image);
    const repositoryId = await enable(worker, "acme/app");
    const tell = () =>
      inOrg(context.store, org.id, (tx) =>
        requestPoll(tx, context.queue, { orgId: org.id, repositoryId, tag: "1.0" }),
      );
    assert.equal(await tell(), true);
    assert.equal(await tell(), false);
    await worker.work();
    assert.equal(await tell(), true);
    await worker.work();
    assert.deepEqual(await pushesOf(worker), [
      { tag: "1.0", source: "notification", digest: image.manifestDigest },
    ]);
  }));

test("a registry that does not answer is shown, left alone longer each time, and comes back", () =>
  withWorker(async (worker) => {
    const { context, org, registry } = worker;
    await enable(worker, "acme/app");
    await inOrg(context.store, org.id, (tx) =>
      changeRegistry(tx, org.id, org.registryId, { pollSeconds: 300 }),
    );
    let isBroken = true;
    registry.faults.push((_, response) => {
      if (isBroken) response.writeHead(429, { "retry-after": "0" }).end();
      return isBroken;
    });
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await poll(worker);
      const { poll_failure: failure, next_poll_at: next } = await registryOf(worker);
      assert.match(failure ?? "", /allows no more requests/);
      waits.push(Math.round(((next?.getTime() ?? 0) - worker.now.getTime()) / 1000));
    }
    assert.deepEqual(waits, [600, 1200, 2400]);
    isBroken = false;
    await poll(worker);
    const after = await registryOf(worker);
    assert.deepEqual([after.poll_failure, after.poll_failures], [null, 0]);
    assert.equal(Math.round(((after.next_poll_at?.getTime() ?? 0) - worker.now.getTime()) / 1000), 300);
  }));

test("what one repository refuses does not keep the others", () =>
  withWorker(async (worker) => {
    const { registry, context } = worker;
    const ids = [await enable(worker, "acme/gone"), await enable(worker, "acme/app")];
    registry.faults.push((request, response) => {
      const isGone = request.url?.includes("acme/gone") === true;
      if (isGone) response.writeHead(404).end("{}");
      return isGone;
    });
    await poll(worker);
    registry.addImage("acme/app", "1.0", npmImage(["a@1.0.0"]));
    await poll(worker);
    assert.equal((await pushesOf(worker)).length, 1);
    assert.match((await registryOf(worker)).poll_failure ?? "", /^acme\/gone: /);
    const rows = await context.store.engine
      .selectFrom("repository")
      .select(["id", "poll_failure as failure"])
      .execute();
    const failures = ids.map((id) => rows.find((row) => row.id === id)?.failure ?? null);
    assert.match(failures[0] ?? "", /has no/);
    assert.equal(failures[1], null);
  }));

test("polls that are due are asked for once an interval", () =>
  withWorker(async (worker) => {
    const { context, org, waiting, run } = worker;
    await run("poll-due", {});
    assert.deepEqual(waiting, []);
    await context.store.engine
      .updateTable("registry")
      .set({ poll_seconds: 3600, next_poll_at: worker.now })
      .execute();
    await run("poll-due", {});
    await run("poll-due", {});
    assert.deepEqual(
      waiting.map(({ kind, key }) => `${kind} ${key}`),
      [`poll-registry ${org.id}/${org.registryId}`],
    );
  }));

test("a list is kept, and what fits the registry's pattern is enabled", () =>
  withWorker(async (worker) => {
    const { registry, context, org } = worker;
    for (const name of ["acme/app", "acme/api", "other/tool"])
      registry.addImage(name, "1", npmImage([`${name}@1.0.0`]));
    const list = () => worker.run("list-registry", { org: org.id, registry: org.registryId });
    const names = async () =>
      (
        await context.store.engine.selectFrom("listed_repository").select("name").orderBy("name").execute()
      ).map(({ name }) => name);
    const enabled = async () =>
      (
        await context.store.engine
          .selectFrom("repository")
          .select("name")
          .where("enabled", "=", true)
          .orderBy("name")
          .execute()
      ).map(({ name }) => name);
    await list();
    assert.deepEqual([await names(), await enabled()], [["acme/api", "acme/app", "other/tool"], []]);
    await inOrg(context.store, org.id, (tx) =>
      changeRegistry(tx, org.id, org.registryId, { enablePattern: "acme/*" }),
    );
    registry.manifests.clear();
    registry.addImage("acme/app", "1", npmImage(["a@1.0.0"]));
    await poll(worker);
    assert.deepEqual([await names(), await enabled()], [["acme/app"], ["acme/app"]]);
    assert.equal((await eventsOf(worker, "repository.enabled")).length, 1);
    registry.faults.push((request, response) => {
      const isList = request.url?.includes("_catalog") === true;
      if (isList) response.writeHead(403).end("{}");
      return isList;
    });
    await list();
    assert.deepEqual(await names(), ["acme/app"]);
    assert.match((await registryOf(worker)).list_failure ?? "", /denies/);
  }));
