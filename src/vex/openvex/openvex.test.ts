import assert from "node:assert/strict";
import { test } from "node:test";
import { openvex } from "./index.ts";

const base = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Example <vex@example.com>",
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
};
const full = {
  vulnerability: {
    "@id": "https://nvd.nist.gov/vuln/detail/CVE-2026-1",
    name: "CVE-2026-1",
    aliases: ["GHSA-1"],
  },
  products: [{ "@id": "pkg:docker/org/app@1", subcomponents: [{ "@id": "pkg:npm/express" }] }],
  status: "not_affected",
  justification: "component_not_present",
};

test("openvex: a whole statement", () => {
  const { statements, problems } = openvex.read(
    {
      ...base,
      statements: [{ ...full, impact_statement: "not there", timestamp: "2026-02-01T00:00:00+01:00" }],
    },
    "a.json",
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(statements, [
    {
      document: "https://example.com/vex/1",
      location: "a.json",
      author: "Example <vex@example.com>",
      timestamp: "2026-02-01T00:00:00+01:00",
      vulnerabilities: ["CVE-2026-1", "GHSA-1"],
      products: [{ ids: ["pkg:docker/org/app@1"], subcomponents: ["pkg:npm/express"] }],
      status: "not_affected",
      justification: "component_not_present",
      impactStatement: "not there",
      actionStatement: null,
    },
  ]);
});

for (const context of [
  "https://openvex.dev/ns",
  "https://openvex.dev/ns/v0.0.1",
  "https://openvex.dev/ns/v0.2.0",
]) {
  test(`openvex: recognises ${context}`, () => {
    assert.equal(openvex.recognises({ "@context": context }), true);
    assert.equal(
      openvex.read({ ...base, "@context": context, statements: [full] }, "a.json").statements.length,
      1,
    );
  });
}

for (const other of [
  null,
  1,
  "x",
  [],
  {},
  { "@context": 1 },
  { "@context": ["x"] },
  { bomFormat: "CycloneDX" },
]) {
  test(`openvex: does not recognise ${JSON.stringify(other)}`, () => {
    assert.equal(openvex.recognises(other), false);
  });
}

/** Forms that mean the same as `full`. */
const tolerated: [name: string, change: object, ids: string[]][] = [
  ["a vulnerability as a string", { vulnerability: "CVE-2026-1" }, ["CVE-2026-1"]],
  [
    "a vulnerability with an IRI alone",
    { vulnerability: { "@id": "https://x.org/CVE-2026-1" } },
    ["CVE-2026-1"],
  ],
  [
    "impact instead of justification",
    { justification: undefined, impact_statement: "no" },
    ["CVE-2026-1", "GHSA-1"],
  ],
  ["nanoseconds", { timestamp: "2026-01-08T18:02:03.647787998-06:00" }, ["CVE-2026-1", "GHSA-1"]],
];

for (const [name, change, ids] of tolerated) {
  test(`openvex: takes ${name}`, () => {
    const { statements, problems } = openvex.read(
      { ...base, statements: [{ ...full, ...change }] },
      "a.json",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(statements[0]?.vulnerabilities, ids);
  });
}

const products: [name: string, change: object, expected: object][] = [
  ["strings", { products: ["pkg:npm/a@1"] }, [{ ids: ["pkg:npm/a@1"], subcomponents: [] }]],
  [
    "subcomponents beside the products",
    { products: ["pkg:docker/a@1"], subcomponents: ["pkg:npm/b"] },
    [{ ids: ["pkg:docker/a@1"], subcomponents: ["pkg:npm/b"] }],
  ],
  [
    "identifiers without an IRI",
    { products: [{ identifiers: { purl: "pkg:npm/a@1", cpe23: "cpe:2.3:a" } }] },
    [{ ids: ["pkg:npm/a@1", "cpe:2.3:a"], subcomponents: [] }],
  ],
  [
    "an IRI and the same purl",
    { products: [{ "@id": "pkg:npm/a", identifiers: { purl: "pkg:npm/a" }, subcomponents: [] }] },
    [{ ids: ["pkg:npm/a"], subcomponents: [] }],
  ],
];

for (const [name, change, expected] of products) {
  test(`openvex: products as ${name}`, () => {
    const { statements, problems } = openvex.read(
      { ...base, statements: [{ ...full, ...change }] },
      "a.json",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(statements[0]?.products, expected);
  });
}

test("openvex: products and timestamp are inherited from the document", () => {
  const document = { ...base, products: ["pkg:docker/a@1"], statements: [{ ...full, products: undefined }] };
  const { statements } = openvex.read(document, "a.json");
  assert.deepEqual(statements[0]?.products, [{ ids: ["pkg:docker/a@1"], subcomponents: [] }]);
  assert.equal(statements[0]?.timestamp, "2026-01-01T00:00:00Z");
});

const refused: [name: string, entry: unknown][] = [
  ["no object", "CVE-2026-1"],
  ["null", null],
  ["no status", { ...full, status: undefined }],
  ["unknown status", { ...full, status: "not-affected" }],
  ["no vulnerability", { ...full, vulnerability: undefined }],
  ["empty vulnerability", { ...full, vulnerability: { name: " " } }],
  ["no products", { ...full, products: undefined }],
  ["empty products", { ...full, products: [] }],
  ["a product without an id", { ...full, products: [{ "@id": "pkg:npm/a" }, { hashes: { md5: "1" } }] }],
  [
    "subcomponents that are no list",
    { ...full, products: [{ "@id": "pkg:docker/a", subcomponents: "pkg:npm/b" }] },
  ],
  ["a subcomponent without an id", { ...full, products: [{ "@id": "pkg:docker/a", subcomponents: [{}] }] }],
  ["not_affected without a reason", { ...full, justification: undefined }],
  ["not_affected with a blank reason", { ...full, justification: undefined, impact_statement: " " }],
  ["an unknown justification", { ...full, justification: "because", impact_statement: "x" }],
  ["a date without time", { ...full, timestamp: "2026-01-01" }],
  ["a time that does not exist", { ...full, timestamp: "2026-13-01T00:00:00Z" }],
];

for (const [name, entry] of refused) {
  test(`openvex: refuses a statement with ${name}, and the others count`, () => {
    const { statements, problems } = openvex.read({ ...base, statements: [entry, full] }, "a.json");
    assert.equal(statements.length, 1);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["VEX_STATEMENT_INVALID"],
    );
  });
}

test("openvex: without any timestamp a statement is refused", () => {
  const { statements, problems } = openvex.read(
    { ...base, timestamp: undefined, statements: [full] },
    "a.json",
  );
  assert.equal(statements.length, 0);
  assert.equal(problems[0]?.code, "VEX_STATEMENT_INVALID");
});

const incomplete: [name: string, change: object][] = [
  ["affected without an action", { status: "affected", justification: undefined }],
  ["a justification of another status", { status: "fixed" }],
];

for (const [name, change] of incomplete) {
  test(`openvex: uses ${name}, with a notice`, () => {
    const { statements, problems } = openvex.read(
      { ...base, statements: [{ ...full, ...change }] },
      "a.json",
    );
    assert.equal(statements.length, 1);
    assert.equal(statements[0]?.justification, null);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["VEX_STATEMENT_INCOMPLETE"],
    );
  });
}

test("openvex: problems of one document are few and printable", () => {
  const entries = Array.from({ length: 1000 }, () => ({ ...full, status: "\u001b[2J" }));
  const { problems } = openvex.read({ ...base, statements: entries }, "a\u001b.json");
  assert.equal(problems.length, 101);
  assert.match(problems.at(-1)?.message ?? "", /900 more/);
  assert.ok(problems.every(({ message }) => !message.includes("\u001b")));
});
