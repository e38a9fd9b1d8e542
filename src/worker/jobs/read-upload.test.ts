/** Uploaded SBOMs become images on the word of whoever uploaded them, and never take the place of what was read of an image. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import {
  imageOf,
  npmImage,
  osvRecord,
  verdictsOf,
  withWorker,
  type TestWorker,
} from "../../../test/helpers/worker.ts";
import { emptyImageConfig } from "../../domain/empty-image-config.ts";
import { writeSbom, sbomWriters } from "../../sbom/documents.ts";
import { readSbom } from "../../sbom/read-document.ts";
import { takeSbom } from "../../server/uploads/take-sbom.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { compressDocument } from "../../store/stores/image-documents.ts";
import { listOutsideFindings } from "../../store/stores/outside-findings.ts";
import { findUploadOf, insertUpload } from "../../store/stores/uploads.ts";
import { findUpload, type UploadRow } from "../../store/views/uploads.ts";
import { analyseAgain } from "../evaluation/analyse-again.ts";
import { uploadLost } from "./read-upload.ts";

const severity = {
  type: "severity",
  title: "Nothing critical",
  config: { severities: ["CRITICAL"], fixable_only: true },
};

/** CycloneDX with npm packages, `name@version` each. `about`: of the subject. */
function cyclonedx(packages: readonly string[], about: object = {}): Buffer {
  const components = packages.map((text) => {
    const [name = "", version = ""] = text.split("@");
    return { type: "library", name, version, purl: `pkg:npm/${name}@${version}` };
  });
  return Buffer.from(
    JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: about, components }),
  );
}

/** Of an image with this digest. */
function aboutImage(digest: string): object {
  const purl = `pkg:oci/app@${encodeURIComponent(digest)}`;
  return { component: { type: "container", name: "registry.example.com/acme/app", version: digest, purl } };
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function upload(
  { context: { store, queue }, org }: TestWorker,
  document: Uint8Array,
  { name = "my-app", version = "1.0" } = {},
): Promise<string> {
  const caller = {
    kind: "service",
    tokenId: org.id,
    name: "ci",
    orgId: org.id,
    scopes: ["analyse"],
  } as const;
  const project = { kind: "name", name, version, creates: true } as const;
  return (await takeSbom({ store, queue }, { orgId: org.id, caller, project, document })).uploadId;
}

async function uploadRow({ database: { store }, org }: TestWorker, id: string): Promise<UploadRow> {
  const row = await inOrg(store, org.id, (tx) => findUpload(tx, org.id, id));
  assert.ok(row);
  return row;
}

async function tagsOf({ database: { store }, org }: TestWorker): Promise<readonly string[]> {
  const rows = await store.engine
    .selectFrom("tag")
    .innerJoin("repository", "repository.id", "tag.repository_id")
    .select(["repository.name", "tag.name as tag", "tag.digest"])
    .where("tag.org_id", "=", org.id)
    .orderBy("tag.name")
    .execute();
  return rows.map(({ name, tag, digest }) => `${name}:${tag} ${digest}`);
}

async function verificationOf({ database: { store } }: TestWorker, id: string): Promise<string | null> {
  const row = await store.engine
    .selectFrom("image")
    .select("verification")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return row.verification;
}

describe("an uploaded SBOM", () => {
  it("is an image with findings and a verdict, unverified, under its own digest", () =>
    withWorker(async (worker) => {
      await worker.addPolicy(severity);
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      const document = cyclonedx(["left@1.0.0", "right@1.0.0"]);
      const id = await upload(worker, document);
      await worker.work();
      const image = await imageOf(worker);
      assert.deepEqual([image.state, image.digest, image.package_count], ["analysed", sha256(document), 2]);
      assert.equal(await verificationOf(worker, image.id), "unverified");
      const [verdict] = await verdictsOf(worker, image.id);
      assert.deepEqual([verdict?.status, verdict?.critical], ["not_met", 1]);
      assert.deepEqual(await tagsOf(worker), [`my-app:1.0 ${sha256(document)}`]);
      const row = await uploadRow(worker, id);
      assert.deepEqual(
        [row.state, row.outcome, row.format, row.imageId, row.repository],
        ["read", "recorded", "cyclonedx", image.id, "uploads.invalid/my-app"],
      );
    }));

  it("of the next build moves the tag, and the one before stays", () =>
    withWorker(async (worker) => {
      const [first, second] = [cyclonedx(["a@1.0.0"]), cyclonedx(["a@1.0.1"])];
      await upload(worker, first);
      await worker.work();
      await upload(worker, second);
      await worker.work();
      assert.deepEqual(await tagsOf(worker), [`my-app:1.0 ${sha256(second)}`]);
      await imageOf(worker, sha256(first));
      await imageOf(worker, sha256(second));
    }));

  it("stands under the digest that it names, and what is pushed with that digest takes its place", () =>
    withWorker(async (worker) => {
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      const image = npmImage(["left@1.0.0"]);
      const digest = image.manifestDigest;
      await upload(worker, cyclonedx([], aboutImage(digest)));
      await worker.work();
      const claimed = await imageOf(worker);
      assert.deepEqual([claimed.digest, claimed.package_count], [digest, 0]);
      assert.equal(await verificationOf(worker, claimed.id), "unverified");

      await worker.push(image, "acme/app:1");
      await worker.work();
      const pushed = await imageOf(worker);
      assert.deepEqual([pushed.id, pushed.package_count], [claimed.id, 1]);
      assert.equal(await verificationOf(worker, pushed.id), "verified");
    }));

  it("says nothing of an image that was pushed", () =>
    withWorker(async (worker) => {
      const { digest } = await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const id = await upload(worker, cyclonedx([], aboutImage(digest)));
      await worker.work();
      const image = await imageOf(worker);
      assert.equal(image.package_count, 1);
      assert.equal(await verificationOf(worker, image.id), "verified");
      const row = await uploadRow(worker, id);
      assert.deepEqual([row.outcome, row.imageId], ["known", image.id]);
      assert.ok((await tagsOf(worker)).includes(`my-app:1.0 ${digest}`));
    }));

  it("that is pushed while it is read is read of the image after all", () =>
    withWorker(async (worker) => {
      const image = npmImage(["left@1.0.0"]);
      await upload(worker, cyclonedx([], aboutImage(image.manifestDigest)));
      // The push is told first and analysed later.
      await worker.push(image, "acme/app:1");
      worker.waiting.reverse();
      await worker.work();
      assert.equal((await imageOf(worker)).package_count, 1);
    }));

  for (const { id: format } of sbomWriters.filter(({ id }) => !["github", "list"].includes(id))) {
    it(`is read when it is ${format}`, () =>
      withWorker(async (worker) => {
        const { sbom } = readSbom(cyclonedx(["left@1.0.0", "right@2.0.0"]));
        const digest = `sha256:${"ab".repeat(32)}`;
        const image = {
          source: "registry",
          reference: "registry.example.com/acme/app:1",
          repository: "registry.example.com/acme/app",
          tag: "1",
          indexDigest: null,
          digest,
          config: { platform: { os: "linux", architecture: "amd64", variant: null }, ...emptyImageConfig },
          layers: [],
          annotations: {},
          attestations: null,
          sizeBytes: 1,
        } as const;
        const text = writeSbom(format, { image, sbom, toolVersion: "1.0.0" });
        await upload(worker, Buffer.from(text));
        await worker.work();
        const row = await imageOf(worker);
        assert.deepEqual([row.state, row.package_count], ["analysed", 2]);
      }));
  }

  const bad: readonly (readonly [string, Buffer, string])[] = [
    ["no JSON", Buffer.from("{"), "JSON_INVALID"],
    ["no SBOM", Buffer.from('{"a":1}'), "SBOM_UNSUPPORTED"],
    ["nested without end", Buffer.from("[".repeat(500) + "]".repeat(500)), "LIMIT_EXCEEDED"],
  ];
  for (const [name, document, code] of bad) {
    it(`that is ${name} fails where people see it, and leaves no image`, () =>
      withWorker(async (worker) => {
        const id = await upload(worker, document);
        await worker.work();
        const row = await uploadRow(worker, id);
        assert.deepEqual([row.state, row.failureCode, row.imageId], ["failed", code, null]);
        assert.deepEqual(await worker.database.store.engine.selectFrom("image").select("id").execute(), []);
      }));
  }

  it("whose worker died each time is a failure too", () =>
    withWorker(async (worker) => {
      const id = await upload(worker, cyclonedx(["a@1.0.0"]));
      const payload = { org: worker.org.id, upload: id };
      const signal = new AbortController().signal;
      const lost = {
        id: "1",
        kind: "read-upload",
        key: "",
        payload,
        attempt: 3,
        isLastAttempt: true,
      } as const;
      await uploadLost(worker.context, { ...lost, failure: null, signal });
      const row = await uploadRow(worker, id);
      assert.deepEqual([row.state, row.failureCode], ["failed", "ANALYSIS_INTERRUPTED"]);
    }));

  it("is read again where its stored inventory does not do any more, and when somebody asks", () =>
    withWorker(async (worker) => {
      const { store } = worker.database;
      await upload(worker, cyclonedx(["left@1.0.0"]));
      await worker.work();
      const image = await imageOf(worker);
      const kept = await asEngine(store, (tx) => findUploadOf(tx, worker.org.id, image.id));
      assert.notEqual(kept, null);
      const body = await compressDocument(Buffer.from("{}"));
      await store.engine.updateTable("image_document").set({ body }).execute();
      worker.done.length = 0;
      await analyseAgain(worker.context, worker.org.id, image.id);
      await worker.work();
      assert.deepEqual(worker.done, [`read-upload ${worker.org.id}/${kept}`]);

      const repository = await store.engine.selectFrom("repository").select("id").executeTakeFirstOrThrow();
      await worker.run("analyse", { org: worker.org.id, repository: repository.id, digest: image.digest });
      assert.deepEqual(
        worker.waiting.map(({ kind }) => kind),
        ["read-upload"],
      );
    }));
});

describe("an uploaded report of another scanner", () => {
  const report = (packages: readonly string[]) =>
    Buffer.from(
      JSON.stringify({
        matches: packages.map((name) => ({
          vulnerability: { id: "CVE-2026-1", severity: "High", fix: { versions: ["9"], state: "fixed" } },
          artifact: { name, version: "1.0.0" },
        })),
        source: { target: { manifestDigest: `sha256:${"cd".repeat(32)}` } },
        descriptor: { name: "grype", version: "0.110.0" },
      }),
    );
  const send = async (worker: TestWorker, document: Uint8Array): Promise<string> => {
    const { context, org } = worker;
    const { id: imageId } = await imageOf(worker);
    const content = { kind: "report", imageId } as const;
    const body = await compressDocument(document);
    const made = { content, body, sizeBytes: document.length, digest: sha256(document), uploadedBy: "ci" };
    return inOrg(context.store, org.id, (tx) => insertUpload(tx, context.queue, org.id, made));
  };

  it("is kept as its word, once, and changes no finding and no verdict", () =>
    withWorker(async (worker) => {
      const { store } = worker.database;
      await worker.publish([osvRecord("CVE-2026-9", "right", "1.0.1")]);
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const image = await imageOf(worker);
      const id = await send(worker, report(["left", "right"]));
      await worker.work();
      await worker.run("read-upload", { org: worker.org.id, upload: id });
      const row = await uploadRow(worker, id);
      assert.deepEqual([row.state, row.format, row.tool], ["read", "grype", "grype 0.110.0"]);
      const said = await inOrg(store, worker.org.id, (tx) => listOutsideFindings(tx, worker.org.id, id));
      assert.deepEqual(
        said.map((each) => [each.vulnerability, each.package, each.severity, each.fixedVersion]),
        [
          ["CVE-2026-1", "left", "high", "9"],
          ["CVE-2026-1", "right", "high", "9"],
        ],
      );
      assert.deepEqual(await store.engine.selectFrom("finding").select("id").execute(), []);
      assert.equal((await imageOf(worker)).evaluation_id, image.evaluation_id);
    }));

  it("that is none fails, and the image is as it was", () =>
    withWorker(async (worker) => {
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const id = await send(worker, Buffer.from("{}"));
      await worker.work();
      const row = await uploadRow(worker, id);
      assert.deepEqual([row.state, row.failureCode], ["failed", "REPORT_UNSUPPORTED"]);
      assert.equal((await imageOf(worker)).state, "analysed");
    }));
});
