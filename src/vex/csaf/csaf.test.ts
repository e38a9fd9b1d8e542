import assert from "node:assert/strict";
import { test } from "node:test";
import { assess } from "../assess.ts";
import { findingWith, packageWith } from "../fixtures/findings.ts";
import { csaf } from "./index.ts";

const tracking = { id: "CVE-2026-1", current_release_date: "2026-01-19T00:00:00+00:00" };
const publisher = { category: "vendor", name: "Example Vendor", namespace: "https://example.com" };
const document = { category: "csaf_vex", csaf_version: "2.0", publisher, tracking };
const branch = (id: string, helper: object, more: object = {}) => ({
  category: "product_version",
  name: id,
  product: { product_id: id, name: id, product_identification_helper: helper },
  ...more,
});
const related = (part: string, whole: string) => ({
  category: "default_component_of",
  product_reference: part,
  relates_to_product_reference: whole,
  full_product_name: { product_id: `${whole}:${part}`, name: `${part} in ${whole}` },
});
const inWholes = ["1.2", "0.9", "ranged-whole", "any"].map((whole) => related("new", whole));
const product_tree = {
  branches: [
    {
      category: "vendor",
      name: "Example",
      branches: [
        branch("rhel9", { cpe: "cpe:/o:redhat:enterprise_linux:9" }),
        branch("lib", { purl: "pkg:rpm/redhat/lib@1.2-3.el9?arch=x86_64&epoch=1" }),
        branch("any", { purl: "pkg:npm/any" }),
        branch(
          "range",
          { purl: "pkg:npm/ranged" },
          { category: "product_version_range", name: "vers:npm/<2.0.0" },
        ),
        branch("words", { purl: "pkg:npm/worded" }, { category: "product_version_range", name: "<= 4.2" }),
        branch("2.5", { purl: "pkg:npm/exact" }),
        branch("389-lib.src", { purl: "pkg:rpm/redhat/389-lib?arch=src" }),
        branch("1.2", { purl: "pkg:oci/tagged?repository_url=ghcr.io%2Forg%2Ftagged" }),
        branch("0.9", { purl: "pkg:npm/whole" }),
        branch(
          "ranged-whole",
          { purl: "pkg:npm/ranged-whole" },
          { category: "product_version_range", name: "vers:npm/<2.0.0" },
        ),
        branch("new", { purls: ["pkg:npm/a@1", "pkg:npm/b@1"] }),
      ],
    },
  ],
  full_product_names: [{ product_id: "bare", name: "Something" }],
  relationships: [
    related("rhel9:lib", "outer"),
    related("lib", "rhel9"),
    related("range", "image"),
    ...inWholes,
  ],
  product_groups: [{ group_id: "group", product_ids: ["any", "range"] }],
};

function read(vulnerability: object, more: object = {}) {
  return csaf.read(
    { document, product_tree, vulnerabilities: [{ cve: "CVE-2026-1", ...vulnerability }], ...more },
    "a.json",
  );
}

test("csaf: every status, with its author, time and document", () => {
  const { statements, problems } = read({
    ids: [
      { system_name: "x", text: "GHSA-1" },
      { system_name: "bugs", text: "2247069" },
    ],
    product_status: {
      known_not_affected: ["any"],
      fixed: ["lib"],
      known_affected: ["range"],
      under_investigation: ["bare"],
      unknown: ["new"],
      recommended: ["2.5"],
    },
    flags: [{ label: "component_not_present", product_ids: ["any"] }],
    remediations: [{ category: "vendor_fix", details: "update", group_ids: ["group"] }],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    statements.map(({ status, products }) => [status, products[0]?.ids[0]]),
    [
      ["not_affected", "pkg:npm/any"],
      ["fixed", "pkg:rpm/redhat/lib@1.2-3.el9?arch=x86_64&epoch=1"],
      ["affected", "pkg:npm/ranged"],
      ["under_investigation", "csaf://bare"],
      ["under_investigation", "pkg:npm/a@1"],
    ],
  );
  assert.deepEqual(statements[0], {
    document: "CVE-2026-1",
    location: "a.json",
    author: "Example Vendor <https://example.com>",
    timestamp: tracking.current_release_date,
    vulnerabilities: ["CVE-2026-1", "GHSA-1"],
    products: [{ ids: ["pkg:npm/any"], subcomponents: [] }],
    status: "not_affected",
    justification: "component_not_present",
    impactStatement: null,
    actionStatement: null,
  });
  assert.equal(statements[2]?.actionStatement, "update");
});

test("csaf: products of which different things are said are different statements", () => {
  const { statements } = read({
    product_status: { known_not_affected: ["any", "range", "lib", "2.5"] },
    flags: [{ label: "component_not_present", product_ids: ["any", "lib"] }],
    threats: [
      { category: "impact", details: "never called", product_ids: ["range"] },
      { category: "exploit_status", details: "none", product_ids: ["2.5"] },
    ],
  });
  assert.deepEqual(
    statements.map(({ products, justification, impactStatement }) => [
      products.length,
      justification,
      impactStatement,
    ]),
    [
      [2, "component_not_present", null],
      [1, null, "never called"],
      [1, null, null],
    ],
  );
});

const rows: [id: string, name: string, version: string, matches: boolean][] = [
  ["any", "any", "9.9.9", true],
  ["range", "ranged", "1.9.9", true],
  ["range", "ranged", "2.0.0", false],
  ["words", "worded", "4.1.0", false],
  ["2.5", "exact", "2.5.0", true],
  ["2.5", "exact", "2.6.0", false],
];

for (const [id, name, version, matches] of rows) {
  test(`csaf: product ${id} and ${name} ${version}: ${matches ? "the same" : "another"}`, () => {
    const { statements } = read({
      product_status: { known_not_affected: [id] },
      flags: [{ label: "component_not_present", product_ids: [id] }],
    });
    const pkg = packageWith({
      ecosystem: "npm",
      namespace: null,
      name,
      version,
      purl: `pkg:npm/${name}@${version}`,
      sourcePackage: null,
    });
    const image = { repository: null, tag: null, digests: [] };
    const now = new Date("2026-11-21T12:00:00Z");
    const { findings } = assess([findingWith({ package: pkg })], statements, {
      image,
      now,
      trustsAuthor: null,
    });
    assert.equal(findings[0]?.suppressed, matches);
  });
}

const told: [id: string, ids: readonly string[], versions: readonly string[] | undefined][] = [
  // The name of a package is no version.
  ["389-lib.src", ["pkg:rpm/redhat/389-lib?arch=src"], undefined],
  ["1.2", ["pkg:oci/tagged@1.2?repository_url=ghcr.io%2Forg%2Ftagged"], undefined],
  ["1.2:new", ["pkg:oci/tagged@1.2?repository_url=ghcr.io%2Forg%2Ftagged"], undefined],
  ["0.9:new", ["pkg:npm/whole@0.9"], undefined],
  ["ranged-whole:new", ["csaf://ranged-whole:new"], undefined],
  ["any:new", ["pkg:npm/any"], undefined],
  ["range", ["pkg:npm/ranged"], ["vers:npm/<2.0.0"]],
];

for (const [id, ids, versions] of told) {
  test(`csaf: product ${id} is about no more versions than the tree tells`, () => {
    const [statement] = read({ product_status: { fixed: [id] } }).statements;
    assert.deepEqual([statement?.products[0]?.ids, statement?.products[0]?.versions], [ids, versions]);
  });
}

const platforms: [distro: string, namespace: string, version: string, matches: boolean][] = [
  ["rhel-9.2", "redhat", "1:1.2-3.el9", true],
  ["rhel-9.2", "redhat", "1.2-3.el9", true],
  ["rhel-8.9", "redhat", "1:1.2-3.el9", false],
  ["rocky-9.2", "redhat", "1:1.2-3.el9", false],
  ["rhel-9.2", "redhat", "1:1.2-4.el9", false],
];

for (const [distro, namespace, version, matches] of platforms) {
  test(`csaf: a component of Red Hat Enterprise Linux 9 on ${distro} in ${version}: ${matches}`, () => {
    const { statements } = read({ product_status: { fixed: ["rhel9:lib"] } });
    assert.deepEqual(statements[0]?.products[0]?.ids, ["cpe:/o:redhat:enterprise_linux:9"]);
    const purl = `pkg:rpm/${namespace}/lib@1.2-3.el9?arch=x86_64&distro=${distro}&epoch=1`;
    const exact = version.endsWith("1.2-3.el9") ? purl : purl.replace("1.2-3", "1.2-4");
    const pkg = packageWith({
      ecosystem: "rpm",
      namespace,
      name: "lib",
      version,
      purl: exact,
      sourcePackage: null,
      architecture: "x86_64",
    });
    const image = { repository: null, tag: null, digests: [] };
    const now = new Date("2026-11-21T12:00:00Z");
    const { findings } = assess([findingWith({ package: pkg })], statements, {
      image,
      now,
      trustsAuthor: null,
    });
    assert.equal(findings[0]?.status, matches ? "fixed" : "affected");
  });
}

test("csaf: statuses as some publishers write them, and such as nobody knows", () => {
  const { statements, problems } = read({ product_status: { "known not affected": ["any"], fine: ["lib"] } });
  assert.deepEqual(
    statements.map(({ status }) => status),
    ["not_affected"],
  );
  assert.match(problems[0]?.message ?? "", /fine is not a known status/);
});

test("csaf: a vulnerability that only a bug tracker numbers goes by that number", () => {
  const ids = [{ system_name: "bugs", text: "2247069" }];
  const { statements } = read({ cve: undefined, ids, product_status: { fixed: ["lib"] } });
  assert.deepEqual(statements[0]?.vulnerabilities, ["2247069"]);
});

test("csaf: what cannot be resolved is a problem, and the others count", () => {
  const { statements, problems } = read({
    product_status: { known_affected: ["lib", "nowhere", "outer:rhel9:lib"] },
  });
  assert.equal(statements[0]?.products.length, 1);
  assert.match(problems[0]?.message ?? "", /2 products are not in the product tree/);
  assert.equal(
    read({ cve: undefined, product_status: { fixed: ["lib"] } }).problems[0]?.code,
    "VEX_STATEMENT_INVALID",
  );
  assert.deepEqual(read({}), { statements: [], problems: [] });
});

test("csaf: documents that cannot be used as a whole", () => {
  const changes: object[] = [
    { csaf_version: "3.0" },
    { tracking: { id: "x" } },
    { tracking: { ...tracking, current_release_date: "soon" } },
    { publisher: {} },
  ];
  for (const change of changes)
    assert.throws(() => csaf.read({ document: { ...document, ...change } }, "a.json"), {
      code: "VEX_INVALID",
    });
  assert.equal(csaf.recognises({ document: { csaf_version: "2.1" } }), true);
  for (const other of [null, [], {}, { document: {} }, { document: "x" }])
    assert.equal(csaf.recognises(other), false);
});
