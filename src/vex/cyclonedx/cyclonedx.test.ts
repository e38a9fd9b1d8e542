import assert from "node:assert/strict";
import { test } from "node:test";
import { readVexDocument } from "../read.ts";
import { cyclonedx } from "./index.ts";

const image = "pkg:oci/app@sha256%3A1?repository_url=ghcr.io%2Forg%2Fapp";
const base = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  serialNumber: "urn:uuid:1",
  version: 2,
  metadata: {
    timestamp: "2026-01-01T00:00:00Z",
    authors: [{ name: "Example", email: "vex@example.com" }],
  },
  components: [
    { type: "library", "bom-ref": "lib", name: "lib", purl: "pkg:npm/lib@1.0.0" },
    { type: "library", "bom-ref": "any", name: "any", purl: "pkg:npm/any" },
    { type: "application", "bom-ref": "acme", name: "nginx", version: "1" },
    { type: "container", "bom-ref": "tagged", name: "ghcr.io/org/app", version: "1.2" },
    {
      type: "container",
      "bom-ref": "image",
      name: "app",
      purl: image,
      components: [{ type: "library", "bom-ref": "inner", name: "x", purl: "pkg:npm/x@1" }],
    },
  ],
};
const entry = {
  id: "CVE-2026-1",
  references: [{ id: "GHSA-1", source: { name: "GitHub" } }],
  analysis: { state: "not_affected", justification: "code_not_reachable", detail: "never called" },
  affects: [{ ref: "lib" }],
};
const read = (change: object, more: object = {}) =>
  cyclonedx.read({ ...base, ...more, vulnerabilities: [{ ...entry, ...change }] }, "a.json");

test("cyclonedx: a whole statement", () => {
  const { statements, problems } = read({});
  assert.deepEqual(problems, []);
  assert.deepEqual(statements, [
    {
      document: "urn:uuid:1/2",
      location: "a.json",
      author: "Example <vex@example.com>",
      timestamp: "2026-01-01T00:00:00Z",
      vulnerabilities: ["CVE-2026-1", "GHSA-1"],
      products: [{ ids: ["pkg:npm/lib@1.0.0"], subcomponents: [] }],
      status: "not_affected",
      justification: "vulnerable_code_not_in_execute_path",
      impactStatement: "never called",
      actionStatement: null,
    },
  ]);
});

const states: [analysis: object, status: string, justification: string | null, impact: string | null][] = [
  [{ state: "resolved", detail: "x" }, "fixed", null, null],
  [{ state: "resolved_with_pedigree" }, "fixed", null, null],
  [{ state: "exploitable" }, "affected", null, null],
  [{ state: "in_triage" }, "under_investigation", null, null],
  [{ state: "false_positive" }, "not_affected", null, "false positive"],
  [
    { state: "not_affected", justification: "requires_configuration" },
    "not_affected",
    null,
    "requires_configuration",
  ],
  [
    { state: "not_affected", justification: "protected_by_compiler" },
    "not_affected",
    "inline_mitigations_already_exist",
    null,
  ],
  [{ state: "not_affected" }, "not_affected", null, null],
];

for (const [analysis, status, justification, impact] of states) {
  test(`cyclonedx: ${JSON.stringify(analysis)}`, () => {
    const [statement] = read({ analysis }).statements;
    assert.deepEqual(
      [statement?.status, statement?.justification, statement?.impactStatement],
      [status, justification, impact],
    );
  });
}

const products: [affects: object, ids: string, subcomponents: string[], versions?: string[]][] = [
  [{ ref: "inner" }, image, ["pkg:npm/x@1"]],
  [{ ref: "image" }, image, []],
  [{ ref: "tagged" }, "ghcr.io/org/app:1.2", []],
  [{ ref: "acme" }, "cyclonedx://nginx@1", []],
  [{ ref: "nowhere" }, "nowhere", []],
  [{ ref: "urn:cdx:1/1#lib" }, "pkg:npm/lib@1.0.0", []],
  [{ ref: "urn:cdx:9/1#pkg%3Anpm/far@1" }, "pkg:npm/far@1", []],
  [{ ref: "pkg:npm/direct@1" }, "pkg:npm/direct@1", []],
  [
    {
      ref: "any",
      versions: [
        { range: "vers:npm/<2", status: "unaffected" },
        { version: "3.0.0", status: "affected" },
      ],
    },
    "pkg:npm/any",
    [],
    ["vers:npm/<2"],
  ],
  [{ ref: "any", versions: [{ version: "3.0.0" }] }, "pkg:npm/any", [], ["vers:npm/3.0.0"]],
];

for (const [affects, id, subcomponents, versions] of products) {
  test(`cyclonedx: product ${JSON.stringify(affects)}`, () => {
    const [product] = read({ affects: [affects] }).statements[0]?.products ?? [];
    const expected = { ids: [id], subcomponents, ...(versions === undefined ? {} : { versions }) };
    assert.deepEqual(product, expected);
  });
}

test("cyclonedx: components are parts of what the document is about", () => {
  const metadata = {
    ...base.metadata,
    component: { type: "container", "bom-ref": "root", name: "app", purl: image },
  };
  const { statements } = read({}, { metadata });
  assert.deepEqual(statements[0]?.products, [{ ids: [image], subcomponents: ["pkg:npm/lib@1.0.0"] }]);
});

test("cyclonedx: entries that state nothing, and such as cannot be used", () => {
  assert.deepEqual(read({ analysis: undefined }), { statements: [], problems: [] });
  assert.deepEqual(read({ analysis: { detail: "x" } }), { statements: [], problems: [] });
  for (const change of [
    { analysis: { state: "fine" } },
    { id: undefined, references: [] },
    { affects: [] },
  ]) {
    const { statements, problems } = read(change);
    assert.deepEqual([statements.length, problems[0]?.code], [0, "VEX_STATEMENT_INVALID"]);
  }
  const undated = read({}, { metadata: {} });
  assert.deepEqual(
    [undated.statements[0]?.timestamp, undated.statements[0]?.author],
    ["1970-01-01T00:00:00Z", "unknown"],
  );
  assert.equal(undated.problems[0]?.code, "VEX_STATEMENT_INCOMPLETE");
  assert.throws(() => cyclonedx.read({ ...base, specVersion: "2" }, "a"), { code: "VEX_INVALID" });
});

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:1" version="2">
  <metadata><timestamp>2026-01-01T00:00:00Z</timestamp>
    <authors><author><name>Example</name><email>vex@example.com</email></author></authors></metadata>
  <components><component type="library" bom-ref="lib"><name>lib</name><version>1.0.0</version>
    <purl>pkg:npm/lib@1.0.0?a=1&amp;b=2</purl></component></components>
  <vulnerabilities><vulnerability><id>CVE-2026-1</id>
    <references><reference><id>GHSA-1</id><source><name>GitHub</name></source></reference></references>
    <analysis><state>not_affected</state><justification>code_not_reachable</justification>
      <detail>never &lt;called&gt; &#x41;</detail><responses><response>update</response></responses></analysis>
    <affects><target><ref>lib</ref>
      <versions><version><version>1.0.0</version><status>unaffected</status></version></versions></target></affects>
  </vulnerability></vulnerabilities>
</bom>`;

test("cyclonedx: XML says the same as JSON", () => {
  const { statements, problems } = readVexDocument(Buffer.from(xml), "a.xml");
  assert.deepEqual(problems, []);
  assert.deepEqual(
    statements.map(({ vulnerabilities, products, impactStatement, author }) => [
      vulnerabilities,
      products,
      impactStatement,
      author,
    ]),
    [
      [
        ["CVE-2026-1", "GHSA-1"],
        [{ ids: ["pkg:npm/lib@1.0.0?a=1&b=2"], subcomponents: [], versions: ["vers:npm/1.0.0"] }],
        "never <called> A",
        "Example <vex@example.com>",
      ],
    ],
  );
});

test("cyclonedx: XML that is hostile or something else is refused", () => {
  const rows = [
    "<a/>",
    "<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>",
    `<!DOCTYPE bom [<!ENTITY x "y">]>${xml}`,
    "<a>".repeat(1000),
    "<?xml version='1.0'?>",
  ];
  for (const text of rows)
    assert.throws(
      () => readVexDocument(Buffer.from(text), "a.xml"),
      { code: "VEX_INVALID" },
      text.slice(0, 40),
    );
});

const told: [what: string, component: object, affects: object, products: readonly object[]][] = [
  [
    "beside its package URL",
    { type: "library", name: "a", version: "1.0", purl: "pkg:npm/a?x=y" },
    {},
    [{ ids: ["pkg:npm/a@1.0?x=y"], subcomponents: [] }],
  ],
  [
    "in its package URL",
    { type: "library", name: "a", version: "1", purl: "pkg:npm/%40a/b@1.0#c" },
    {},
    [{ ids: ["pkg:npm/%40a/b@1.0#c"], subcomponents: [] }],
  ],
  [
    "nowhere",
    { type: "library", name: "b", purl: "pkg:npm/@a/b" },
    {},
    [{ ids: ["pkg:npm/@a/b"], subcomponents: [] }],
  ],
  [
    "by the entry",
    { type: "library", name: "a", version: "1.0", purl: "pkg:npm/a" },
    { versions: [{ version: "2.0" }] },
    [{ ids: ["pkg:npm/a"], subcomponents: [], versions: ["vers:npm/2.0"] }],
  ],
  [
    "beside the package URL of the whole",
    {
      type: "container",
      name: "app",
      version: `sha256:${"1".repeat(64)}`,
      purl: "pkg:oci/app?arch=amd64",
      components: [{ type: "library", "bom-ref": "part", name: "a", purl: "pkg:npm/a@1" }],
    },
    { ref: "part" },
    [{ ids: [`pkg:oci/app@sha256%3A${"1".repeat(64)}?arch=amd64`], subcomponents: ["pkg:npm/a@1"] }],
  ],
];

for (const [what, component, affects, products] of told) {
  test(`cyclonedx: a component whose version is told ${what}`, () => {
    const components = [{ "bom-ref": "told", ...component }];
    const { statements } = read({ affects: [{ ref: "told", ...affects }] }, { components });
    assert.deepEqual(statements[0]?.products, products);
  });
}

test("cyclonedx: the image that the document is about is that of its version", () => {
  const component = { type: "container", name: "app", version: "1.2", purl: "pkg:oci/app" };
  const metadata = { ...base.metadata, component };
  const { statements } = read({}, { metadata });
  assert.deepEqual(statements[0]?.products, [
    { ids: ["pkg:oci/app@1.2"], subcomponents: ["pkg:npm/lib@1.0.0"] },
  ]);
});
