/** What is recorded of an image beyond its packages: what they rest on, where layers come from, and no secret of its build. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { attestationManifest } from "../../../test/helpers/attested-image.ts";
import {
  buildImage,
  buildIndex,
  manifestDescriptor,
  type BuiltImage,
} from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { imageOf, type TestWorker, verdictsOf, withWorker } from "../../../test/helpers/worker.ts";
import { readImageDocument } from "../../analysis/image-document.ts";
import { findDocument } from "../../store/stores/image-documents.ts";
import { findImageInventory } from "../../store/views/image-inventory.ts";
import { listImageLayers } from "../../store/views/image-layers.ts";
import { listImagePackages } from "../../store/views/image-packages.ts";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const status = `Package: tool
Status: install ok installed
Architecture: amd64
Version: 1.0-1
Maintainer: A <a@example.com>
Description: a tool
`;

/** A small Debian; `tool`: the bytes of its only program. */
function debian(tool: string, word = ""): BuiltImage {
  const base = [
    file("etc/os-release", "ID=debian\nVERSION_ID=13\n"),
    file("var/lib/dpkg/status", status),
    file("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n/usr/bin/gone\n"),
    file("var/lib/dpkg/info/tool.md5sums", `${md5("tool")}  usr/bin/tool\n`),
    file("usr/bin/tool", tool, { mode: 0o755 }),
  ];
  const own = [file("usr/bin/stranger", "new", { mode: 0o755 })];
  return buildImage({
    layers: [
      { entries: base, createdBy: "ADD rootfs" },
      { entries: own, createdBy: `RUN |1 NPM_TOKEN=${word} /bin/sh -c make` },
    ],
    config: { User: "1000", Env: [`DB_PASSWORD=${word}`], Labels: { note: "kept" } },
  });
}

/** An index of the image with the provenance of its build. */
function withProvenance(worker: TestWorker, image: BuiltImage, word: string) {
  const digests = image.layers.map(({ digest }) => ({ digest }));
  const at = (line: number) => ({ locations: [{ ranges: [{ start: { line }, end: { line } }] }] });
  const dockerfile = `FROM debian:13\nRUN NPM_TOKEN=${word} make\n`;
  const metadata = {
    source: {
      locations: { step0: at(1), step1: at(2) },
      infos: [{ filename: "Dockerfile", data: Buffer.from(dockerfile).toString("base64") }],
    },
    layers: { "step0:0": [digests.slice(0, 1)], "step1:0": [digests] },
  };
  const predicate = { runDetails: { metadata: { buildkit_metadata: metadata } } };
  const statements = [{ predicateType: "https://slsa.dev/provenance/v1", predicate }];
  const attestations = attestationManifest(image, statements, "in-index");
  worker.registry.addImage("acme/app", "child", image);
  worker.registry.addManifest("acme/app", null, attestations.bytes, attestations.mediaType);
  for (const [digest, blob] of attestations.blobs) worker.registry.blobs.set(digest, blob);
  const index = buildIndex([manifestDescriptor(image), attestations.entry]);
  worker.registry.addManifest("acme/app", "1", index.bytes, index.mediaType);
  return index;
}

describe("an analysed image", () => {
  it("has what its packages rest on: coverage, system files, problems, owners", async () => {
    await withWorker(async (worker) => {
      await worker.push(debian("tool"), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const { engine } = worker.database.store;
      const inventory = await findImageInventory(engine, worker.org.id, id);
      const { executables } = inventory?.coverage ?? {};
      assert.deepEqual(executables, { total: 2, byPackage: 1, bySignature: 0, byNothing: 1 });
      assert.deepEqual(inventory?.coverage?.unexplained, ["usr/bin/stranger"]);
      assert.deepEqual(inventory.systemFiles?.missing, { count: 1, paths: ["usr/bin/gone"] });
      assert.deepEqual([inventory.problems, inventory.problemCount], [[], 0]);
      const { entries } = await listImagePackages(engine, worker.org.id, id, { limit: 10 });
      assert.deepEqual(
        entries.map(({ name, fileCount, ownedBy, bySignature }) => [name, fileCount, ownedBy, bySignature]),
        [["tool", 2, null, false]],
      );
    });
  });

  it("without a package database says so, first of its problems", async () => {
    await withWorker(async (worker) => {
      await worker.push(buildImage({ layers: [{ entries: [file("app/readme", "text")] }] }), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const inventory = await findImageInventory(worker.database.store.engine, worker.org.id, id);
      const codes = inventory?.problems.map(({ code }) => code);
      assert.deepEqual(codes, ["NO_PACKAGE_DATABASE", "NOTHING_FOUND", "DISTRO_UNKNOWN"]);
      assert.equal(inventory?.problemCount, 3);
    });
  });

  it("has the lines of its Dockerfile, also when they become known later", async () => {
    await withWorker(async (worker) => {
      const image = debian("tool");
      await worker.push(image, "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const sources = async () =>
        (await listImageLayers(worker.database.store.engine, worker.org.id, id)).map(({ source }) => source);
      assert.deepEqual(await sources(), [null, null]);
      const index = withProvenance(worker, image, "");
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      assert.deepEqual(await sources(), [
        { file: "Dockerfile", firstLine: 1, lastLine: 1, text: "FROM debian:13" },
        { file: "Dockerfile", firstLine: 2, lastLine: 2, text: "RUN NPM_TOKEN= make" },
      ]);
    });
  });

  it("has no secret of its build in anything that is stored", async () => {
    await withWorker(async (worker) => {
      const word = "kr7-Zeta-9-word";
      const index = withProvenance(worker, debian("tool", word), word);
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      const { id } = await imageOf(worker);
      const { engine } = worker.database.store;
      const bytes = await findDocument(engine, worker.org.id, id);
      const { image } = readImageDocument(bytes!);
      assert.deepEqual(image.config.env, ["DB_PASSWORD=…"]);
      assert.equal(image.layers[1]?.command, "RUN |1 NPM_TOKEN=… /bin/sh -c make");
      assert.equal(image.layers[1]?.source?.text, "RUN NPM_TOKEN=… make");
      assert.equal(image.attestations?.length, 1);
      const rows = await Promise.all([
        engine.selectFrom("image").selectAll().execute(),
        engine.selectFrom("layer").selectAll().execute(),
        engine.selectFrom("event").selectAll().execute(),
        engine.selectFrom("policy_result").selectAll().execute(),
      ]);
      const sources = [...bytes!.toString().matchAll(/"data":"([^"]+)"/g)].map(([, data]) =>
        Buffer.from(data ?? "", "base64").toString(),
      );
      assert.deepEqual(sources, ["FROM debian:13\nRUN NPM_TOKEN=… make\n"]);
      assert.ok(!bytes!.toString().includes(word));
      assert.ok(!JSON.stringify(rows).includes(word));
      // The same image once more is the same document.
      await worker.tell({ reference: "acme/app:2", digest: index.digest, isIndex: true });
      await worker.work();
      assert.deepEqual(await findDocument(engine, worker.org.id, id), bytes);
    });
  });
});

describe("the policy system-files", () => {
  const modified = { type: "system-files", config: { kinds: ["modified"] } };
  const layerRequests = ({ registry }: TestWorker, { layers: [layer] }: BuiltImage): number =>
    registry.requests.filter(({ url }) => url.includes(layer!.digest)).length;

  const rows = [
    ["untouched", "tool", "met"],
    ["modified", "other", "not_met"],
  ] as const;
  for (const [name, tool, expected] of rows) {
    it(`has files compared where it is in force: ${name}`, async () => {
      await withWorker(async (worker) => {
        await worker.addPolicy(modified);
        await worker.push(debian(tool), "acme/app:1");
        await worker.work();
        const { id } = await imageOf(worker);
        const verdicts = await verdictsOf(worker, id);
        assert.deepEqual(
          verdicts.map((verdict) => verdict.status),
          [expected],
        );
      });
    });
  }

  it("that comes later has an image analysed again, once, and whoever asks for less uses that", async () => {
    await withWorker(async (worker) => {
      const image = debian("tool");
      await worker.push(image, "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      await worker.addPolicy(modified);
      worker.done.length = 0;
      await worker.run("evaluate", { org: worker.org.id, image: id });
      const [before] = (await verdictsOf(worker, id)).slice(-1);
      assert.equal(before?.status, "no_data");
      assert.match(before.results[0]?.reason ?? "", /^no file of a system package was compared/);
      await worker.work();
      const [after] = (await verdictsOf(worker, id)).slice(-1);
      assert.deepEqual(
        [after?.status, after?.results[0]?.reason],
        ["met", "1 of 2 listed files were compared"],
      );
      assert.equal(worker.done.filter((job) => job.startsWith("analyse")).length, 1);
      const pulled = layerRequests(worker, image);
      await worker.run("evaluate", { org: worker.org.id, image: id });
      assert.deepEqual(worker.waiting, []);
      const { engine } = worker.database.store;
      await engine.updateTable("policy_version").set({ enabled: false }).execute();
      await worker.push(image, "acme/app:2");
      await worker.work();
      assert.equal(layerRequests(worker, image), pulled);
    });
  });

  it("that does not ask for modified files has none compared", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ ...modified, config: { kinds: ["unowned"] } });
      await worker.push(debian("tool"), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      const inventory = await findImageInventory(worker.database.store.engine, worker.org.id, id);
      assert.equal(inventory?.systemFiles?.compared, 0);
      assert.equal((await verdictsOf(worker, id))[0]?.status, "not_met");
    });
  });
});
