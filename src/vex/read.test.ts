import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { DOCUMENT_BYTES_MAX, DOCUMENT_DEPTH_MAX, readVexDocument } from "./read.ts";

const good = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Example <vex@example.com>",
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
  statements: [],
};

test("read: bytes that are no VEX document are errors", () => {
  const rows: [text: string, code: string][] = [
    ["", "VEX_INVALID"],
    ["{", "VEX_INVALID"],
    ["null", "VEX_INVALID"],
    ["[]", "VEX_INVALID"],
    ["{}", "VEX_INVALID"],
    [JSON.stringify({ ...good, "@context": "https://example.com/ns" }), "VEX_INVALID"],
    [JSON.stringify({ ...good, "@context": "https://openvex.dev/ns/v1.0.0" }), "VEX_INVALID"],
    [JSON.stringify({ ...good, author: "" }), "VEX_INVALID"],
    [JSON.stringify({ ...good, timestamp: "yesterday" }), "VEX_INVALID"],
    [JSON.stringify({ ...good, statements: {} }), "VEX_INVALID"],
    ["[".repeat(DOCUMENT_DEPTH_MAX + 1), "LIMIT_EXCEEDED"],
    ['{"a":'.repeat(100_000), "LIMIT_EXCEEDED"],
  ];
  for (const [text, code] of rows) {
    assert.throws(() => readVexDocument(Buffer.from(text), "x.json"), { code }, text.slice(0, 80));
  }
  assert.throws(() => readVexDocument(Buffer.from([0x22, 0xff, 0x22]), "x.json"), { code: "VEX_INVALID" });
  assert.throws(() => readVexDocument(new Uint8Array(DOCUMENT_BYTES_MAX + 1), "x.json"), {
    code: "LIMIT_EXCEEDED",
  });
});

test("read: brackets in strings are not depth; a byte order mark is no error", () => {
  const text = JSON.stringify({ ...good, tooling: `"\\${"[".repeat(1000)}` });
  assert.deepEqual(readVexDocument(Buffer.from(`\ufeff${text}`), "x.json"), { statements: [], problems: [] });
});

test("read: the name of the document is made printable", () => {
  assert.throws(
    () => readVexDocument(Buffer.from("{}"), "\u001b[2Jx.json"),
    (error: Error) => !error.message.includes("\u001b"),
  );
});

/** Counted beforehand, as the manifest of the feeds gives them. */
const feeds: [archive: string, documents: number, statements: number, sample: number][] = [
  ["feeds/vex-aquasecurity-vexhub.tar.gz", 59, 15_304, 1],
  ["feeds/dhi-advisories-osv-vex.tar.gz", 107, 6_705, 1],
  ["feeds/vex-rancher-vexhub.tar.gz", 1_117, 296_659, 20],
];

const schemaName = "schemas/openvex-0.2.0.schema.json";

for (const [archive, documentCount, statementCount, sample] of feeds) {
  test(
    `read: every document of ${archive}`,
    { skip: skipWithout(archive) || skipWithout(schemaName) },
    () => {
      const validate = openVexSchema();
      let documents = 0;
      let statements = 0;
      for (const bytes of openVexDocuments(sharedPath(archive) ?? "")) {
        const reading = readVexDocument(bytes, `document ${documents}`);
        documents++;
        statements += reading.statements.length;
        assert.deepEqual(reading.problems, []);
        if (documents % sample === 0) {
          assert.equal(validate(JSON.parse(bytes.toString())), true, JSON.stringify(validate.errors));
        }
      }
      assert.deepEqual({ documents, statements }, { documents: documentCount, statements: statementCount });
    },
  );
}

function openVexSchema() {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // The schema asks for IRIs, which ajv-formats does not know; `iri` is left to our own reading.
  ajv.addFormat("iri", true);
  // Comparing every statement with every other one takes minutes on these documents and is no promise that we rely on.
  const text = readFileSync(sharedPath(schemaName) ?? "", "utf8").replaceAll('"uniqueItems": true,', "");
  return ajv.compile(JSON.parse(text) as object);
}

/** The OpenVEX documents of a tar archive, by the plain ustar layout. */
function* openVexDocuments(path: string): Generator<Buffer> {
  const tar = gunzipSync(readFileSync(path));
  for (let offset = 0; offset + 512 <= tar.length;) {
    const header = tar.subarray(offset, offset + 512);
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8) || 0;
    const body = tar.subarray(offset + 512, offset + 512 + size);
    if ((header[156] === 0x30 || header[156] === 0) && body.subarray(0, 400).includes("openvex.dev/ns"))
      yield body;
    offset += 512 + Math.ceil(size / 512) * 512;
  }
}
