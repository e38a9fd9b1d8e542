/** An image's SBOM as a file. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { randomBytes } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { sql } from "kysely";
import { nasty, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine } from "../../store/in-org.ts";
import { findCompressedDocument } from "../../store/stores/image-documents.ts";
import { SMALL_BYTES } from "../sbom-file.ts";
import { writeStoredSbom } from "../stored-sbom.ts";
import { INVENTORIES_MAX, INVENTORIES_WAITING_MAX, readInventoryInTurn } from "../turns.ts";
import { sbomFormat } from "../../api/rest/sbom.ts";
import { sbomWriters } from "../../sbom/documents.ts";
import { readSbom } from "../../sbom/read-document.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
});
after(() => server.close());

const get = (path: string): Promise<Answer> => server.request("viewer", "GET", `/orgs/acme${path}`);

describe("the SBOM", () => {
  const rows = [
    ["cyclonedx", "application/vnd.cyclonedx+json; version=1.6", ".cdx.json"],
    ["spdx", "application/spdx+json", ".spdx.json"],
    ["json", "application/vnd.plimsoll.sbom+json", ".sbom.json"],
  ] as const;
  for (const [format, mediaType, ending] of rows) {
    test(`is written as ${format}`, async () => {
      const { status, headers, json, text } = await get(`/images/${seeded.app.id}/sbom?format=${format}`);
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), mediaType);
      const name = `${seeded.app.digest.replace(":", "-")}${ending}`;
      assert.equal(headers.get("content-disposition"), `attachment; filename="${name}"`);
      const listed = json.components ?? json.packages;
      assert.ok(
        listed.some((pkg: { name: string }) => pkg.name === "openssl"),
        text.slice(0, 500),
      );
      assert.ok(
        listed.some((pkg: { name: string }) => pkg.name === nasty),
        "text of the image is changed",
      );
    });
  }

  test("is offered in every format that the command line writes", async () => {
    assert.deepEqual(sbomFormat.options.toSorted(), sbomWriters.map(({ id }) => id).toSorted());
    const names = new Set<string>();
    for (const { id, mediaType } of sbomWriters) {
      const path = `/images/${seeded.app.id}/sbom?format=${encodeURIComponent(id)}`;
      const { status, headers, text } = await get(path);
      assert.deepEqual([status, headers.get("content-type")], [200, mediaType], id);
      assert.ok(text.includes("openssl"), id);
      names.add(headers.get("content-disposition") ?? "");
    }
    assert.ok(![...names].some((name) => name.includes("undefined")));
  });

  const otherRows = [
    ["cyclonedx-xml", "application/vnd.cyclonedx+xml; version=1.6", ".cdx.xml"],
    ["spdx-tag-value", "text/spdx", ".spdx"],
    ["spdx3", "application/spdx+json; version=3.0.1", ".spdx3.json"],
  ] as const;
  for (const [format, mediaType, ending] of otherRows) {
    test(`is written as ${format}, and reads back to the same packages`, async () => {
      const { status, headers, text } = await get(`/images/${seeded.app.id}/sbom?format=${format}`);
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), mediaType);
      assert.match(
        headers.get("content-disposition") ?? "",
        new RegExp(`${ending.replaceAll(".", "\\.")}"$`),
      );
      const native = await get(`/images/${seeded.app.id}/sbom?format=json`);
      // The seeded document is in no order; what is written is sorted.
      const packagesIn = (document: string): object =>
        readSbom(Buffer.from(document)).sbom.packages.toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
      assert.deepEqual(packagesIn(text), packagesIn(native.text));
    });
  }

  test("of an image without an inventory is a conflict", async () => {
    const { status, json } = await get(`/images/${seeded.queued.id}/sbom`);
    assert.deepEqual([status, json.code], [409, "IMAGE_NOT_ANALYSED"]);
    assert.equal((await get(`/images/${seeded.app.id}/sbom?format=syft`)).json.code, "REQUEST_INVALID");
  });

  test("that cannot be read says so", async () => {
    await asEngine(server.parts.store, (tx) =>
      sql`insert into image_document (org_id, image_id, body) values (${server.orgs.acme}, ${seeded.old.id}, 'x')`.execute(
        tx,
      ),
    );
    const { status, json } = await get(`/images/${seeded.old.id}/sbom`);
    assert.deepEqual([status, json.code], [500, "IMAGE_DOCUMENT_UNREADABLE"]);
    server.logged.length = 0;
  });

  test("of a large inventory is made in a thread, and is the same", async () => {
    const packages = Array.from({ length: 500 }, () => ({ name: randomBytes(600).toString("hex") }));
    const [large] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/large", tag: "1", document: true, packages },
    ]);
    const threads: Worker[] = [];
    const note = (thread: Worker): void => void threads.push(thread);
    process.on("worker", note);
    try {
      assert.equal((await get(`/images/${seeded.app.id}/sbom`)).status, 200);
      assert.equal(threads.length, 0);
      const { status, json, text, headers } = await get(`/images/${large!.id}/sbom`);
      assert.equal(status, 200);
      assert.equal(threads.length, 1);
      assert.ok(json.components.length >= packages.length);
      assert.equal(headers.get("content-length"), String(Buffer.byteLength(text)));
      const stored = await asEngine(server.parts.store, (tx) =>
        findCompressedDocument(tx, server.orgs.acme, large!.id),
      );
      assert.ok(stored!.length > SMALL_BYTES);
      const whole = await writeStoredSbom({
        document: stored!,
        formatId: "cyclonedx",
        toolVersion: server.parts.version,
      });
      assert.equal(text, Buffer.from(whole).toString());
      await setDocument(large!.id, randomBytes(SMALL_BYTES + 1));
      const broken = await get(`/images/${large!.id}/sbom`);
      assert.deepEqual([broken.status, broken.json.code], [500, "IMAGE_DOCUMENT_UNREADABLE"]);
      assert.equal(threads.length, 2);
    } finally {
      process.off("worker", note);
      server.logged.length = 0;
    }
  });

  const setDocument = (imageId: string, body: Buffer): Promise<unknown> =>
    asEngine(server.parts.store, (tx) =>
      tx.updateTable("image_document").set({ body }).where("image_id", "=", imageId).execute(),
    );

  test("waits for its turn, and of a crowd some are turned away", async () => {
    const path = `/images/${seeded.app.id}/sbom`;
    const gate = Promise.withResolvers<void>();
    const crowd = Array.from({ length: INVENTORIES_MAX + INVENTORIES_WAITING_MAX }, () =>
      readInventoryInTurn(server.parts, () => gate.promise),
    );
    const { status, json, headers } = await get(path);
    assert.deepEqual([status, json.code, headers.get("retry-after")], [429, "RATE_LIMITED", "5"]);
    gate.resolve();
    await Promise.all(crowd);
    assert.equal((await get(path)).status, 200);
  });
});
