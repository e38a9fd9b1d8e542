/** Pushed images: what is recorded of them, what is used again, and how they fail. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildImage, buildIndex, descriptor, manifestDescriptor } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import {
  eventsOf,
  imageOf,
  npmImage,
  npmLayer,
  osvRecord,
  type TestWorker,
  verdictsOf,
  withWorker,
} from "../../../test/helpers/worker.ts";
import { readImageDocument } from "../../analysis/image-document.ts";
import { findDocument } from "../../store/stores/image-documents.ts";
import { countingImages } from "../../store/views/counting-images.ts";
import { passwordPurpose } from "../registry-access.ts";
import { analysisLost } from "./analyse.ts";

function blobRequests({ registry }: TestWorker): number {
  return registry.requests.filter(({ url }) => url.includes("/blobs/")).length;
}

function manifestRequests({ registry }: TestWorker): number {
  return registry.requests.filter(({ url }) => url.includes("/manifests/sha256:")).length;
}

async function countRows({ database: { store } }: TestWorker): Promise<Record<string, number>> {
  const tables = [
    "image",
    "image_document",
    "layer",
    "package",
    "package_key",
    "finding",
    "image_package",
    "org_package",
    "evaluation",
    "policy_result",
  ] as const;
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { count } = await store.engine
      .selectFrom(table)
      .select((each) => each.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    counts[table] = count;
  }
  return counts;
}

describe("an analysis", () => {
  it("records the image, its layers, packages, findings and verdict", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "severity" });
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.work();
      await worker.push(npmImage(["left@1.0.0", "right@2.0.0"]), "acme/app:1");
      await worker.work();
      const image = await imageOf(worker);
      assert.deepEqual(
        { state: image.state, platform: image.platform, packages: image.package_count },
        { state: "analysed", platform: "linux/amd64", packages: 2 },
      );
      assert.deepEqual(await countRows(worker), {
        image: 1,
        image_document: 1,
        layer: 1,
        package: 2,
        package_key: 2,
        finding: 1,
        image_package: 2,
        org_package: 2,
        evaluation: 1,
        policy_result: 1,
      });
      const [verdict] = await verdictsOf(worker, image.id);
      assert.equal(verdict?.status, "not_met");
      assert.equal(verdict.critical, 1);
      assert.deepEqual(
        verdict.causes.map(({ kind }) => kind),
        ["first"],
      );
      assert.deepEqual(await eventsOf(worker, "image.analysed"), [
        "image.analysed: acme/app:1 (linux/amd64) was analysed: 2 packages",
      ]);
    });
  });

  it("of a second tag of the digest unpacks nothing and writes nothing new", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "severity" });
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await worker.work();
      const [layer] = image.layers;
      const isLayer = ({ url }: { url: string }): boolean => url.includes(layer!.digest);
      assert.equal(worker.registry.requests.filter(isLayer).length, 1);
      const before = await countRows(worker);
      await worker.push(image, "acme/app:2");
      await worker.work();
      assert.equal(worker.registry.requests.filter(isLayer).length, 1);
      assert.deepEqual(await countRows(worker), before);
      const tags = await worker.database.store.engine.selectFrom("tag").select(["name", "digest"]).execute();
      assert.deepEqual(tags.map(({ name, digest }) => [name, digest === image.manifestDigest]).toSorted(), [
        ["1", true],
        ["2", true],
      ]);
    });
  });

  it("is not repeated by another worker without the cache: the stored document serves", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await worker.work();
      const bare = { ...worker.context, config: { ...worker.context.config, useCache: false } };
      Object.assign(worker.context, bare);
      const before = blobRequests(worker);
      await worker.push(image, "acme/app:2");
      await worker.work();
      // The config is a blob too, and is asked for each time.
      assert.equal(blobRequests(worker), before + 1);
    });
  });

  it("judges with what is found when a database appears later", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "severity" });
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const [first] = await verdictsOf(worker, id);
      assert.deepEqual([first?.status, first?.has_findings], ["no_data", false]);
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.work();
      const second = (await verdictsOf(worker, id))[1];
      assert.deepEqual([second?.status, second?.has_findings], ["not_met", true]);
    });
  });

  it("keeps text of the image as text, whatever it is", async () => {
    await withWorker(async (worker) => {
      const evil = "<script>alert(1)</script>\u0000\u001b[31m\u202e";
      const image = buildImage({
        layers: [{ ...npmLayer("left@1.0.0"), createdBy: evil }],
        config: { Labels: { [evil]: evil }, User: evil },
      });
      await worker.push(image, "acme/app:1");
      await worker.work();
      assert.equal((await imageOf(worker)).state, "analysed");
      const row = await worker.database.store.engine
        .selectFrom("image")
        .innerJoin("layer", "layer.image_id", "image.id")
        .select(["user_name", "labels", "command"])
        .executeTakeFirstOrThrow();
      const stored = evil.replace("\0", "\ufffd");
      assert.deepEqual(row, { user_name: stored, labels: { [stored]: stored }, command: stored });
    });
  });
});

describe("an index", () => {
  it("is an image each for its Linux platforms, without attestations", async () => {
    await withWorker(async (worker) => {
      const amd = npmImage(["left@1.0.0"]);
      const arm = buildImage({
        layers: [npmLayer("left@1.0.0", "arm@1.0.0")],
        platform: { os: "linux", architecture: "arm64" },
      });
      const windows = buildImage({
        layers: [npmLayer("left@9.0.0")],
        platform: { os: "windows", architecture: "amd64" },
      });
      const attestation = descriptor(amd.config, "application/vnd.oci.image.manifest.v1+json", {
        platform: { os: "unknown", architecture: "unknown" },
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      });
      const index = buildIndex(
        [amd, arm, windows].map((image) => manifestDescriptor(image)).concat(attestation),
      );
      for (const image of [amd, arm, windows]) worker.registry.addImage("acme/app", "child", image);
      worker.registry.addManifest("acme/app", "1", index.bytes, index.mediaType);
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      const rows = await worker.database.store.engine
        .selectFrom("image")
        .innerJoin("repository_image as held", "held.image_id", "image.id")
        .select(["platform", "state", "image.digest", "pushed_digest"])
        .orderBy("platform")
        .execute();
      assert.deepEqual(rows, [
        {
          platform: "linux/amd64",
          state: "analysed",
          digest: amd.manifestDigest,
          pushed_digest: index.digest,
        },
        {
          platform: "linux/arm64",
          state: "analysed",
          digest: arm.manifestDigest,
          pushed_digest: index.digest,
        },
      ]);
      const { count } = await worker.database.store.engine
        .selectFrom("package")
        .select((each) => each.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      assert.equal(count, 2, "a package of two platforms is one row");
    });
  });

  it("with one broken platform is analysed as far as it goes", async () => {
    await withWorker(async (worker) => {
      const good = npmImage(["left@1.0.0"]);
      const bad = buildImage({
        layers: [npmLayer("left@1.0.0")],
        platform: { os: "linux", architecture: "arm64" },
      });
      const index = buildIndex([manifestDescriptor(bad), manifestDescriptor(good)]);
      for (const image of [good, bad]) worker.registry.addImage("acme/app", "child", image);
      worker.registry.addManifest("acme/app", "1", index.bytes, index.mediaType);
      worker.registry.blobs.set(bad.configDigest, Buffer.from("other bytes"));
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      assert.equal((await imageOf(worker, good.manifestDigest)).state, "analysed");
      const failed = await imageOf(worker, bad.manifestDigest);
      assert.deepEqual([failed.state, failed.failure_code], ["failed", "DIGEST_MISMATCH"]);
    });
  });

  it("with too many platforms fails at once, with the reason at the push", async () => {
    await withWorker(async (worker) => {
      const images = Array.from({ length: 17 }, (_, at) =>
        buildImage({ layers: [npmLayer("a@1.0.0")], platform: { os: "linux", architecture: `cpu${at}` } }),
      );
      const index = buildIndex(images.map((image) => manifestDescriptor(image)));
      worker.registry.addManifest("acme/app", "1", index.bytes, index.mediaType);
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      const push = await worker.database.store.engine
        .selectFrom("push")
        .select("failure_code")
        .executeTakeFirstOrThrow();
      assert.equal(push.failure_code, "LIMIT_EXCEEDED");
      assert.equal((await eventsOf(worker, "image.failed")).length, 1);
    });
  });
});

describe("a failure", () => {
  const permanent: readonly (readonly [
    name: string,
    code: string,
    spoil: (worker: TestWorker, image: ReturnType<typeof npmImage>) => void,
  ])[] = [
    [
      "a layer with other bytes than its digest says",
      "DIGEST_MISMATCH",
      ({ registry }, { layers: [layer] }) =>
        registry.blobs.set(layer!.digest, Buffer.alloc(layer!.blob.length)),
    ],
    [
      "a manifest that is not there",
      "SOURCE_NOT_FOUND",
      ({ registry }, { manifestDigest }) => void registry.manifests.delete(`acme/app:${manifestDigest}`),
    ],
    [
      "a config that is none",
      "DIGEST_MISMATCH",
      ({ registry }, { configDigest }) => registry.blobs.set(configDigest, Buffer.from("{}")),
    ],
  ];
  for (const [name, code, spoil] of permanent) {
    it(`is visible with its reason, and told once: ${name}`, async () => {
      await withWorker(async (worker) => {
        const image = npmImage(["left@1.0.0"]);
        const { repositoryId } = await worker.push(image, "acme/app:1");
        spoil(worker, image);
        await worker.work();
        const row = await imageOf(worker);
        assert.deepEqual([row.state, row.failure_code, row.evaluation_id], ["failed", code, null]);
        const [told, ...more] = await eventsOf(worker, "image.failed");
        assert.match(told ?? "", /^image\.failed: acme\/app:1 could not be analysed: /);
        assert.deepEqual(more, []);
        const { org } = worker;
        await worker.run("analyse", {
          org: org.id,
          repository: repositoryId,
          digest: image.manifestDigest,
          tag: "1",
          push: 1,
        });
        assert.equal((await eventsOf(worker, "image.failed")).length, 1);
        assert.equal((await countRows(worker))["package"], 0);
      });
    });
  }

  it("of a forged config, which names the layers of another image, is one of the digest", async () => {
    await withWorker(async (worker) => {
      const base = npmImage(["left@1.0.0"]);
      const forged = buildImage({ layers: [npmLayer("evil@1.0.0")] });
      const config = JSON.parse(forged.config.toString()) as { rootfs: { diff_ids: string[] } };
      config.rootfs.diff_ids = [base.layers[0]!.diffId];
      const bytes = Buffer.from(JSON.stringify(config));
      const manifest = JSON.parse(forged.manifest.toString()) as Record<string, unknown>;
      manifest["config"] = descriptor(bytes, "application/vnd.oci.image.config.v1+json");
      const manifestBytes = Buffer.from(JSON.stringify(manifest));
      worker.registry.addImage("acme/app", "x", forged);
      worker.registry.blobs.set(descriptor(bytes, "").digest, bytes);
      worker.registry.addManifest("acme/app", "1", manifestBytes, forged.manifestMediaType);
      await worker.tell({ reference: "acme/app:1", digest: descriptor(manifestBytes, "").digest });
      await worker.work();
      assert.equal((await imageOf(worker)).failure_code, "DIGEST_MISMATCH");
    });
  });

  it("that may pass is tried again, and shown only when no try is left", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      const { repositoryId } = await worker.push(image, "acme/app:1");
      worker.registry.faults.push((request, response) => {
        if (!(request.url ?? "").includes("/manifests/")) return false;
        response.writeHead(503, { "retry-after": "0" }).end();
        return true;
      });
      const payload = {
        org: worker.org.id,
        repository: repositoryId,
        digest: image.manifestDigest,
        tag: "1",
        push: 1,
      };
      await assert.rejects(worker.run("analyse", payload), { code: "REGISTRY_UNREACHABLE" });
      assert.deepEqual(
        [(await imageOf(worker)).state, await eventsOf(worker, "image.failed")],
        ["queued", []],
      );
      await worker.run("analyse", payload, true);
      const failed = await imageOf(worker);
      assert.deepEqual([failed.state, failed.failure_code], ["failed", "REGISTRY_UNREACHABLE"]);
      worker.registry.faults.length = 0;
      await worker.run("analyse", payload);
      assert.equal((await imageOf(worker)).state, "analysed");
    });
  });

  it("of a worker that died each time is told too", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      const { repositoryId } = await worker.push(image, "acme/app:1");
      const payload = {
        org: worker.org.id,
        repository: repositoryId,
        digest: image.manifestDigest,
        tag: "1",
        push: 1,
      };
      const { signal } = new AbortController();
      const job = { id: "1", kind: "analyse", key: "", payload, attempt: 4, isLastAttempt: true, signal };
      await analysisLost(worker.context, { ...job, failure: "job heartbeat timeout" });
      assert.equal((await imageOf(worker)).failure_code, "ANALYSIS_INTERRUPTED");
    });
  });

  it("of the sign-in stands at the registry until it lets us in", async () => {
    const signIn = { user: "ada", password: "a password of the registry" };
    await withWorker(
      async (worker) => {
        const image = npmImage(["left@1.0.0"]);
        const stranger = await worker.addOrg("stranger");
        await worker.push(image, "acme/app:1");
        await worker.tell({ reference: "acme/app:1", digest: image.manifestDigest, org: stranger });
        await worker.work();
        const { engine } = worker.database.store;
        const failureAt = async ({ registryId }: { readonly registryId: string }): Promise<string | null> => {
          const query = engine.selectFrom("registry").select("sign_in_failure").where("id", "=", registryId);
          return (await query.executeTakeFirstOrThrow()).sign_in_failure;
        };
        assert.equal(await failureAt(worker.org), null);
        assert.match((await failureAt(stranger)) ?? "", /\S/);
        const { secrets } = worker.context;
        const sealed = secrets.seal(signIn.password, passwordPurpose(stranger.registryId));
        await engine
          .updateTable("registry")
          .set({ username: signIn.user, password_sealed: sealed })
          .where("id", "=", stranger.registryId)
          .execute();
        await worker.tell({ reference: "acme/app:2", digest: image.manifestDigest, org: stranger });
        await worker.work();
        assert.equal(await failureAt(stranger), null);
      },
      { auth: "basic", ...signIn },
    );
  });

  it("does not take an analysed image back", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await worker.work();
      worker.registry.manifests.clear();
      await worker.tell({ reference: "acme/app:2", digest: image.manifestDigest });
      await worker.work();
      assert.equal((await imageOf(worker)).state, "analysed");
      assert.equal((await eventsOf(worker, "image.failed")).length, 1);
    });
  });
});

describe("what is no image", () => {
  it("is forgotten when it came without a tag", async () => {
    await withWorker(async (worker) => {
      const statement = Buffer.from("{}");
      const image = npmImage(["left@1.0.0"]);
      const manifest = JSON.parse(image.manifest.toString()) as Record<string, unknown>;
      manifest["layers"] = [descriptor(statement, "application/vnd.in-toto+json")];
      const bytes = Buffer.from(JSON.stringify(manifest));
      worker.registry.addManifest("acme/app", null, bytes, image.manifestMediaType);
      await worker.tell({ reference: "acme/app", digest: descriptor(bytes, "").digest });
      await worker.work();
      assert.equal((await countRows(worker))["image"], 0);
      assert.deepEqual(await eventsOf(worker, "image.failed"), []);
    });
  });

  const chart = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: "application/vnd.cncf.helm.chart",
      config: descriptor(Buffer.from("{}"), "application/vnd.cncf.helm.config.v1+json"),
      layers: [],
    }),
  );
  const { digest } = descriptor(chart, "");
  const addChart = ({ registry }: TestWorker, tag: string | null): void =>
    registry.addManifest("acme/app", tag, chart, "application/vnd.oci.image.manifest.v1+json");
  const tagsOf = async ({ database: { store } }: TestWorker): Promise<string[]> => {
    const rows = await store.engine.selectFrom("tag").select("name").orderBy("name").execute();
    return rows.map(({ name }) => name);
  };

  it("is forgotten with its tag, and the image before it is the latest again", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await worker.work();
      addChart(worker, "2-chart");
      await worker.tell({ reference: "acme/app:2-chart", digest });
      assert.deepEqual(await tagsOf(worker), ["1", "2-chart"]);
      await worker.work();
      assert.deepEqual(await tagsOf(worker), ["1"]);
      assert.equal((await imageOf(worker)).state, "analysed");
      assert.deepEqual(await eventsOf(worker, "image.failed"), []);
      const { engine } = worker.database.store;
      const latest = await engine
        .selectFrom("image")
        .select("digest")
        .where("id", "in", countingImages(engine, worker.org.id))
        .execute();
      assert.deepEqual(latest, [{ digest: image.manifestDigest }]);
    });
  });

  it("takes no tag away that has moved on to an image", async () => {
    await withWorker(async (worker) => {
      addChart(worker, null);
      await worker.tell({ reference: "acme/app:1", digest });
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      assert.deepEqual(await tagsOf(worker), ["1"]);
      assert.equal((await imageOf(worker)).state, "analysed");
    });
  });

  it("is told whoever asked for it by hand", async () => {
    await withWorker(async (worker) => {
      addChart(worker, "1");
      const { repositoryId } = await worker.tell({ reference: "acme/app:1", digest });
      await worker.work();
      await worker.run("analyse", { org: worker.org.id, repository: repositoryId, tag: "1" });
      assert.match((await eventsOf(worker, "image.failed")).join(), /an artifact, not an image/);
      assert.deepEqual([(await countRows(worker))["image"], await tagsOf(worker)], [0, []]);
    });
  });
});

describe("two organisations with one digest", () => {
  it("share no rows of their own, and each fetches the manifest with its own sign-in", async () => {
    const signIn = { user: "ada", password: "a password of the registry" };
    await withWorker(
      async (worker) => {
        const image = npmImage(["left@1.0.0"]);
        await worker.push(image, "acme/app:1");
        await worker.work();
        const analysed = await imageOf(worker);
        const before = manifestRequests(worker);
        const stranger = await worker.addOrg("stranger");
        await worker.tell({ reference: "acme/app:1", digest: image.manifestDigest, org: stranger });
        await worker.work();
        const refused = await imageOf({ ...worker, org: stranger });
        assert.deepEqual([refused.state, refused.failure_code], ["failed", "REGISTRY_UNAUTHORIZED"]);
        const held = await worker.database.store.engine.selectFrom("org_package").select("org_id").execute();
        assert.deepEqual(
          held,
          [{ org_id: worker.org.id }],
          "nothing is shown before the registry has let it in",
        );

        const other = await worker.addOrg("other", signIn);
        await worker.tell({ reference: "acme/app:1", digest: image.manifestDigest, org: other });
        await worker.work();
        const own = await imageOf({ ...worker, org: other });
        assert.notEqual(own.id, analysed.id);
        assert.equal(own.state, "analysed");
        assert.ok(manifestRequests(worker) > before);
        const counts = await countRows(worker);
        assert.deepEqual([counts["package"], counts["image_package"], counts["org_package"]], [1, 2, 2]);
      },
      { auth: "basic", ...signIn },
    );
  });
});

describe("packages", () => {
  it("are matched once, however many images hold them", async () => {
    await withWorker(async (worker) => {
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.work();
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { engine } = worker.database.store;
      const read = () => engine.selectFrom("package").selectAll().execute();
      const matched = await read();
      assert.equal(matched.length, 1);
      await worker.push(npmImage(["left@1.0.0"], "another digest"), "acme/second:1");
      await worker.work();
      assert.deepEqual(await read(), matched);
      const second = await engine.selectFrom("evaluation").select("critical").execute();
      assert.deepEqual(
        second.map(({ critical }) => critical),
        [1, 1],
      );
    });
  });

  it("hold nothing of where they were found", async () => {
    await withWorker(async (worker) => {
      const layer = npmLayer("left@1.0.0");
      const hidden = file(
        "srv/secret-project/node_modules/left/package.json",
        JSON.stringify({ name: "left", version: "1.0.0" }),
      );
      const image = buildImage({ layers: [{ entries: [...(layer.entries ?? []), hidden] }] });
      await worker.push(image, "acme/app:1");
      await worker.work();
      const rows = await worker.database.store.engine.selectFrom("package").selectAll().execute();
      assert.equal(rows.length, 1);
      assert.doesNotMatch(JSON.stringify(rows), /secret-project/);
    });
  });

  it("stand in the document as the line found them", async () => {
    await withWorker(async (worker) => {
      await worker.push(npmImage(["left@1.0.0", "right@2.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const bytes = await findDocument(worker.database.store.engine, worker.org.id, id);
      const document = readImageDocument(bytes!);
      assert.equal(document.contentProved, true);
      const rows = await worker.database.store.engine
        .selectFrom("image_package")
        .select(["position", "purl", "licenses", "evidence"])
        .orderBy("position")
        .execute();
      assert.deepEqual(
        rows,
        document.sbom.packages.map(({ purl, licenses, evidence }, position) => ({
          position,
          purl,
          licenses,
          evidence,
        })),
      );
    });
  });
});

describe("a digest pushed to several repositories before it was analysed", () => {
  it("is found in each of them by asking, not because a notification says so", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      await worker.push(image, "acme/copy:1");
      await worker.tell({ reference: "acme/claimed:1", digest: image.manifestDigest });
      assert.equal(worker.waiting.length, 1);
      await worker.work();
      const rows = await worker.database.store.engine
        .selectFrom("repository_image as held")
        .innerJoin("repository", "repository.id", "held.repository_id")
        .select(["repository.name", "held.found_at"])
        .orderBy("repository.name")
        .execute();
      assert.deepEqual(
        rows.map(({ name, found_at: at }) => [name, at !== null]),
        [
          ["acme/app", true],
          ["acme/claimed", false],
          ["acme/copy", true],
        ],
      );
    });
  });
});

describe("a tag that a notification moves", () => {
  it("names what the registry says, not an older image that the notification claims", async () => {
    await withWorker(async (worker) => {
      const old = npmImage(["left@1.0.0"]);
      const current = npmImage(["left@2.0.0"]);
      await worker.push(old, "acme/app:1");
      await worker.push(current, "acme/app:1");
      await worker.work();
      const named = async () => {
        const { store } = worker.database;
        return (await store.engine.selectFrom("tag").select(["name", "digest"]).execute())[0];
      };
      assert.deepEqual(await named(), { name: "1", digest: current.manifestDigest });
      await worker.tell({ reference: "acme/app:1", digest: old.manifestDigest });
      worker.now = new Date(worker.now.getTime() + 60_000);
      await worker.work();
      assert.deepEqual(await named(), { name: "1", digest: current.manifestDigest });
    });
  });

  it("stays as it was told when the registry has it no more", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await worker.push(image, "acme/app:1");
      worker.registry.manifests.delete("acme/app:1");
      await worker.work();
      const tags = await worker.database.store.engine.selectFrom("tag").select("digest").execute();
      assert.deepEqual(tags, [{ digest: image.manifestDigest }]);
      assert.equal((await imageOf(worker, image.manifestDigest)).state, "analysed");
    });
  });
});

describe("an analysis asked for by tag", () => {
  it("finds out what the tag names, and records it as a push", async () => {
    await withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      const { repositoryId } = await worker.push(npmImage(["other@1.0.0"]), "acme/app:old");
      await worker.work();
      worker.registry.addImage("acme/app", "new", image);
      const payload = { org: worker.org.id, repository: repositoryId, tag: "new" };
      await worker.run("analyse", payload);
      await worker.run("analyse", payload);
      assert.equal((await imageOf(worker, image.manifestDigest)).state, "analysed");
      const pushes = await worker.database.store.engine
        .selectFrom("push")
        .where("tag", "=", "new")
        .select(["digest", "source"])
        .execute();
      assert.deepEqual(pushes, [{ digest: image.manifestDigest, source: "manual" }]);
    });
  });
});

describe("a transaction that breaks off", () => {
  it("leaves nothing half, and the next try does it all", async () => {
    await withWorker(async (worker) => {
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.work();
      const image = npmImage(["left@1.0.0"]);
      const { repositoryId } = await worker.push(image, "acme/app:1");
      // What is enqueued at the end of the recording is refused, as if the worker had died just before it.
      const { queue } = worker.context;
      const dying = { ...worker.context, queue: { send: () => Promise.reject(new Error("gone")) } };
      Object.assign(worker.context, dying);
      const payload = {
        org: worker.org.id,
        repository: repositoryId,
        digest: image.manifestDigest,
        tag: "1",
        push: 1,
      };
      await assert.rejects(worker.run("analyse", payload));
      const counts = await countRows(worker);
      assert.deepEqual(
        [counts["package"], counts["finding"], counts["layer"], counts["image_document"]],
        [0, 0, 0, 0],
      );
      Object.assign(worker.context, { queue });
      await worker.run("analyse", payload);
      const after = await countRows(worker);
      assert.deepEqual(
        [after["package"], after["finding"], after["layer"], after["image_document"]],
        [1, 1, 1, 1],
      );
    });
  });
});
