import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { vexFilesOf } from "../../test/helpers/vex-files.ts";
import { DOCUMENT_BYTES_MAX, DOCUMENT_DEPTH_MAX, readVexDocument } from "./read.ts";

const good = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Example <vex@example.com>",
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
  statements: [],
};

function envelope(payload: string): string {
  const encoded = Buffer.from(payload).toString("base64");
  return JSON.stringify({ payloadType: "application/vnd.in-toto+json", payload: encoded, signatures: [] });
}

test("read: a statement of in-toto, bare or in an envelope, is opened", () => {
  const statement = { _type: "x", predicateType: "https://openvex.dev/ns/v0.2.0", predicate: good };
  for (const text of [JSON.stringify(statement), envelope(JSON.stringify(statement))])
    assert.deepEqual(readVexDocument(Buffer.from(text), "x.json"), { statements: [], problems: [] });
});

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
    [envelope("{"), "VEX_INVALID"],
    [envelope("[".repeat(DOCUMENT_DEPTH_MAX + 1)), "LIMIT_EXCEEDED"],
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

/**
 * Counted beforehand, as the manifest of the feeds gives them; every `sample`th document is held against the schema. The largest
 * collection is counted by `npm run proof -- vex`.
 */
const feeds: [archive: string, documents: number, statements: number, sample: number][] = [
  ["feeds/vex-aquasecurity-vexhub.tar.gz", 59, 15_304, 20],
  ["feeds/dhi-advisories-osv-vex.tar.gz", 107, 6_705, 20],
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
      for (const bytes of vexFilesOf(sharedPath(archive) ?? "", "openvex.dev/ns")) {
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

const cyclonedx = "feeds/vex-cyclonedx-examples.tar.gz";

test(`read: every document of ${cyclonedx}`, { skip: skipWithout(cyclonedx) }, () => {
  const readings = [...vexFilesOf(sharedPath(cyclonedx) ?? "", '"CycloneDX"')].map((bytes) =>
    readVexDocument(bytes, "example"),
  );
  const problems = readings.flatMap((reading) => reading.problems);
  const refused = problems.filter(({ code }) => code === "VEX_STATEMENT_INVALID");
  // One of the 112 entries names no component, so there is nothing that it could be about.
  assert.deepEqual(
    [readings.length, readings.flatMap(({ statements }) => statements).length, refused.length],
    [39, 111, 1],
  );
});

function openVexSchema() {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // The schema asks for IRIs, which ajv-formats does not know; `iri` is left to our own reading.
  ajv.addFormat("iri", true);
  // Comparing every statement with every other one takes minutes on these documents and is no promise that we rely on.
  const text = readFileSync(sharedPath(schemaName) ?? "", "utf8").replaceAll('"uniqueItems": true,', "");
  return ajv.compile(JSON.parse(text) as object);
}
