import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../domain/image.ts";
import { sampleImage, sampleSbom } from "../../test/golden/sample-analysis.ts";
import { readImageDocument, writeImageDocument, type ImageDocument } from "./image-document.ts";

const attestation: Attestation = {
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: { deep: { list: [1, "two\u0000\u202e", null, { __proto__x: true }] }, name: "é\ud800" },
  subjectDigests: [`sha256:${"1".repeat(64)}`],
  storage: "in-index",
  trust: "verified",
  digest: `sha256:${"2".repeat(64)}`,
  manifestDigest: `sha256:${"3".repeat(64)}`,
  manifestRepository: "registry.example.com/attestations",
};

const document: ImageDocument = {
  image: { ...sampleImage, attestations: [attestation], annotations: { a: "1", constructor: "x" } },
  sbom: sampleSbom,
  openProblems: [{ code: "ATTESTATIONS_UNAVAILABLE", message: "no answer", path: null, layer: null }],
  contentProved: true,
};

const place = { kind: "file", path: "app/.env", line: 3, layer: null, layerIndex: 1 } as const;
const found = { rule: "key", title: "A key", severity: "high" } as const;
const check = {
  id: "PLM-1",
  title: "Fine",
  severity: "low",
  references: ["https://a.example"],
  fix: "Do",
} as const;
const examined: NonNullable<ImageDocument["examined"]> = {
  parts: "all",
  version: "1",
  secrets: {
    findings: [
      { ...found, place, shown: "AKIA…", removedIn: { layer: "sha256:2", layerIndex: 2 } },
      { ...found, place: { kind: "label", name: "a" }, shown: "AKIA…", removedIn: null },
      { ...found, place: { kind: "history", step: 2 }, shown: "AKIA…", removedIn: null },
      { ...found, place: { kind: "command", field: "cmd" }, shown: "AKIA…", removedIn: null },
    ],
    notListed: 1,
    notSearched: ["a: too large"],
  },
  hygiene: [
    {
      check,
      status: "failed",
      reason: null,
      findings: [{ message: "m", path: null, layerIndex: 0, line: null }],
      findingCount: 2,
    },
    { check, status: "not_checked", reason: "no files", findings: [], findingCount: 0 },
  ],
};

/** The stored JSON with `change` applied. */
function stored(change: (fields: Record<string, unknown>) => void): Uint8Array {
  const fields = JSON.parse(Buffer.from(writeImageDocument(document)).toString()) as Record<string, unknown>;
  change(fields);
  return Buffer.from(JSON.stringify(fields));
}

const values: [name: string, value: ImageDocument][] = [
  ["a whole image", document],
  [
    "what is known of the files",
    {
      ...document,
      sbom: {
        ...sampleSbom,
        coverage: {
          files: { total: 9, byPackage: 5, bySignature: 1, byNothing: 3 },
          executables: { total: 4, byPackage: 2, bySignature: 1, byNothing: 1 },
          unexplained: ["opt/tool"],
        },
        systemFiles: {
          listed: 7,
          compared: 6,
          modified: { count: 1, paths: ["bin/ls"] },
          missing: { count: 0, paths: [] },
          unowned: { count: 2, paths: ["usr/bin/a", "usr/bin/b"] },
        },
        functionTables: [{ path: "usr/bin/app", filter: "AAECAwQFBgc=" }],
        vexFiles: [{ path: "app.vex.json", layer: null, layerIndex: 0, text: "{}" }],
      },
    },
  ],
  ["what looking into it found", { ...document, examined }],
  [
    "nothing but the least",
    {
      image: {
        ...sampleImage,
        layers: [],
        attestations: null,
        annotations: {},
        digest: null,
        repository: null,
      },
      sbom: {
        ...sampleSbom,
        distro: null,
        packages: [],
        problems: [],
        completeness: "complete",
        producers: {},
      },
      openProblems: [],
      contentProved: false,
    },
  ],
];

for (const [name, value] of values) {
  test(`image document: ${name} comes back as it was`, () => {
    const bytes = writeImageDocument(value);
    assert.deepEqual(readImageDocument(bytes), value);
    assert.deepEqual(writeImageDocument(readImageDocument(bytes)), bytes);
  });
}

const refused: [name: string, bytes: Uint8Array, format: number | null][] = [
  ["a newer format", stored((fields) => (fields["format"] = 2)), 2],
  ["an older format", stored((fields) => (fields["format"] = 0)), 0],
  ["a format in words", stored((fields) => (fields["format"] = "1")), null],
  ["no format", stored((fields) => delete fields["format"]), null],
  [
    "a native SBOM",
    stored((fields) => Object.assign(fields, { schema: "urn:plimsoll:sbom:1", format: undefined })),
    null,
  ],
  ["a missing field", stored((fields) => delete fields["contentProved"]), 1],
  ["files that are no number", stored((fields) => (fields["coverage"] = { files: "many" })), 1],
  ["a field of the wrong kind", stored((fields) => (fields["contentProved"] = "yes")), 1],
  ["a package of the wrong kind", stored((fields) => (fields["packages"] = [{ name: 1 }])), 1],
  ["a problem without a message", stored((fields) => (fields["openProblems"] = [{ code: "X" }])), 1],
  ["a list", Buffer.from("[]"), 1],
  ["half of it", writeImageDocument(document).subarray(0, 200), 1],
  ["nothing", Buffer.alloc(0), 1],
];

for (const [name, bytes, format] of refused) {
  test(`image document: ${name} is refused`, () => {
    assert.throws(
      () => readImageDocument(bytes),
      (error: Error & { code?: string; details?: { format?: unknown } }) =>
        error.code === "IMAGE_DOCUMENT_UNREADABLE" && error.details?.format === format,
    );
  });
}

test("image document: nested too deeply is a limit, not a crash", () => {
  const deep = Buffer.from(`{"format":1,"image":${"[".repeat(100_000)}`);
  assert.throws(() => readImageDocument(deep), { code: "LIMIT_EXCEEDED" });
});
