/** What is written in each format is valid by its schema and says the same when it is read back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import addFormatsModule from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Ajv } from "ajv";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import type { VexStatement } from "../domain/vex.ts";
import { statementWith } from "./fixtures/findings.ts";
import { readVexDocument, vexFormats } from "./read.ts";

const author = "Example Ltd <security@example.com>";
const timestamp = new Date("2026-11-21T12:00:00Z");
const digest = `sha256:${"1".repeat(64)}`;
const image = `pkg:oci/app@sha256%3A${"1".repeat(64)}?repository_url=ghcr.io%2Forg%2Fapp`;
const none = { justification: null, impactStatement: null, actionStatement: null };

/** One of each kind. */
const statements: readonly VexStatement[] = [
  statementWith({
    author,
    vulnerabilities: ["CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"],
    products: [{ ids: [image], subcomponents: ["pkg:npm/%40scope/lib@1.0.0", "pkg:deb/debian/openssl"] }],
    justification: "vulnerable_code_cannot_be_controlled_by_adversary",
    impactStatement: "only <administrators> & nobody else",
  }),
  statementWith({
    author,
    vulnerabilities: ["CVE-2026-0002"],
    products: [{ ids: ["pkg:npm/lib"], subcomponents: [], versions: ["vers:npm/>=1.0.0|<1.2.5"] }],
    ...none,
    status: "affected",
    actionStatement: "update to 1.2.5",
  }),
  statementWith({
    author,
    vulnerabilities: ["CVE-2026-0003"],
    products: [{ ids: [`ghcr.io/org/app@${digest}`], subcomponents: [] }],
    ...none,
    status: "under_investigation",
  }),
  statementWith({
    author,
    vulnerabilities: ["GHSA-dddd-eeee-ffff"],
    products: [{ ids: ["pkg:deb/debian/curl@8.0-1"], subcomponents: [] }],
    ...none,
    status: "fixed",
    timestamp: "2026-03-01T00:00:00Z",
  }),
];

/** What matters of a statement; ids as package URLs, since not every format keeps references. */
function gist({
  vulnerabilities,
  products,
  status,
  justification,
  impactStatement,
  actionStatement,
}: VexStatement) {
  const parts = products.flatMap(({ ids, subcomponents, versions }) =>
    (subcomponents.length === 0 ? [null] : subcomponents).map((part) => [
      String(ids.find((id) => id.startsWith("pkg:")) ?? ids[0]).replace("%3A", ":"),
      part,
      versions ?? null,
    ]),
  );
  return JSON.stringify([vulnerabilities, parts, status, justification, impactStatement, actionStatement]);
}

test("openvex: not_affected without a reason does not become one with a reason", () => {
  const openvex = vexFormats.find(({ id }) => id === "openvex");
  const unreasoned = statementWith({ ...none, author });
  const text = openvex?.write({ statements: [unreasoned], author, timestamp, id: null }) ?? "";
  const [statement] = readVexDocument(Buffer.from(text), "x.json").statements;
  assert.deepEqual(
    [statement?.status, statement?.statusNotes],
    ["under_investigation", "stated as not_affected without a reason"],
  );
});

test("openvex: an image is named by its package URL, a word that may be anything stays", () => {
  const openvex = vexFormats.find(({ id }) => id === "openvex");
  const ids = ["ghcr.io/org/app:1.2", "nginx", "https://example.com/a", "pkg:npm/a"];
  const products = ids.map((id) => ({ ids: [id], subcomponents: [] }));
  const statement = statementWith({ author, products });
  const text = openvex?.write({ statements: [statement], author, timestamp, id: null }) ?? "";
  const [read] = readVexDocument(Buffer.from(text), "x.json").statements;
  assert.deepEqual(
    read?.products.map((product) => product.ids[0]),
    ["pkg:oci/app?repository_url=ghcr.io%2Forg%2Fapp&tag=1.2", ...ids.slice(1)],
  );
});

test("csaf: of one product the newest status is written, and of the same time the more cautious", () => {
  const csaf = vexFormats.find(({ id }) => id === "csaf");
  const said = (status: VexStatement["status"], at: string) =>
    statementWith({ author, ...none, status, timestamp: at, impactStatement: "x" });
  const rows: readonly (readonly [list: readonly VexStatement[], status: string])[] = [
    [
      [said("not_affected", "2026-01-02T00:00:00Z"), said("affected", "2026-01-01T00:00:00Z")],
      "not_affected",
    ],
    [[said("not_affected", "2026-01-01T00:00:00Z"), said("affected", "2026-01-01T00:00:00Z")], "affected"],
    [
      [said("fixed", "2026-01-01T00:00:00Z"), said("under_investigation", "2026-01-01T00:00:00Z")],
      "under_investigation",
    ],
  ];
  for (const [list, status] of rows) {
    const text = csaf?.write({ statements: list, author, timestamp, id: null }) ?? "";
    const { statements: read } = readVexDocument(Buffer.from(text), "x.json");
    assert.deepEqual(
      read.map((each) => each.status),
      [status],
    );
  }
});

for (const format of vexFormats) {
  test(`${format.id}: a product of which no version is left is not written as every version`, () => {
    const nothing = { ids: ["pkg:npm/lib"], subcomponents: [], versions: [] };
    const some = { ids: ["pkg:npm/some@1"], subcomponents: [] };
    const text = format.write({
      statements: [statementWith({ author, products: [nothing, some] })],
      author,
      timestamp,
      id: null,
    });
    const { statements: read } = readVexDocument(Buffer.from(text), "x.json");
    assert.deepEqual(read[0]?.products, [some]);
  });

  const write = (list: readonly VexStatement[]) =>
    format.write({ statements: list, author, timestamp, id: null });

  test(`${format.id}: of several ids of a product, those that others can apply are written`, () => {
    const ids = ["https://example.com/lib", "cpe:2.3:a:example:lib:1:*:*:*:*:*:*:*", "pkg:npm/lib@1"];
    const products = [
      { ids, subcomponents: [] },
      { ids: ["https://example.com/app", image], subcomponents: ["pkg:npm/part"] },
    ];
    const { statements: read } = readVexDocument(
      Buffer.from(write([statementWith({ author, products })])),
      "x",
    );
    const [lib, app] = read[0]?.products ?? [];
    assert.deepEqual(lib?.ids.filter((id) => !id.startsWith("https:")).toSorted(), ids.slice(1).toSorted());
    assert.ok(app?.ids.map((id) => id.replace("%3A", ":")).includes(image.replace("%3A", ":")));
    assert.deepEqual(app?.subcomponents, ["pkg:npm/part"]);
  });

  test(`${format.id}: read back, the statements say the same`, () => {
    const { statements: read, problems } = readVexDocument(Buffer.from(write(statements)), "x.json");
    assert.deepEqual(problems, []);
    const wanted = statements.map((statement, index) => {
      // OpenVEX has no ranges: what is written then names no package, and so never says more.
      if (format.id === "openvex" && index === 1)
        return {
          ...statement,
          products: [{ ids: ["vers:npm/>=1.0.0|<1.2.5#pkg:npm/lib"], subcomponents: [] }],
        };
      if (index !== 2) return statement;
      return { ...statement, products: [{ ids: [image], subcomponents: [] }] };
    });
    assert.deepEqual(read.map(gist).toSorted(), wanted.map(gist).toSorted());
    assert.ok(read.every((statement) => statement.author.startsWith("Example Ltd")));
  });

  test(`${format.id}: the same bytes whatever the order, and another id for another content`, () => {
    assert.equal(write(statements.toReversed()), write(statements));
    assert.equal(write([...statements, ...statements]), write(statements));
    const ids = [statements, statements.slice(1)].map((list) => {
      const root = JSON.parse(write(list)) as Record<string, unknown>;
      const tracking = (root["document"] as { tracking?: { id: unknown } } | undefined)?.tracking?.id;
      return root["@id"] ?? root["serialNumber"] ?? tracking;
    });
    assert.notEqual(ids[0], ids[1]);
    assert.match(String(ids[0]), /^urn:(?:plimsoll:vex:[0-9a-f]{64}|uuid:[0-9a-f-]{36})$/);
  });

  test(`${format.id}: another author's statement names that author`, () => {
    const other = statementWith({ author: "Somebody Else", ...none, status: "fixed" });
    assert.match(write([other]), /stated by Somebody Else/);
  });
}

const schemas: readonly [format: string, schema: string, others: readonly string[]][] = [
  ["openvex", "openvex-0.2.0", []],
  ["csaf", "csaf-2.0", ["cvss-v2.0", "cvss-v3.0", "cvss-v3.1"]],
  ["cyclonedx", "cyclonedx-1.6", ["cyclonedx-spdx", "cyclonedx-jsf-0.82"]],
];

for (const [id, name, others] of schemas) {
  const path = `schemas/${name}.schema.json`;
  test(`${id}: valid by the official schema`, { skip: skipWithout(path) }, () => {
    const schema = readSchema(name);
    const Maker = String(schema["$schema"]).includes("draft-07") ? Ajv : Ajv2020;
    const ajv = new Maker({ strict: false, validateFormats: true });
    (addFormatsModule as unknown as (ajv: unknown) => void)(ajv);
    for (const format of ["iri", "iri-reference", "idn-email"]) ajv.addFormat(format, true);
    for (const each of others.filter((other) => skipWithout(`schemas/${other}.schema.json`) === false)) {
      const other = readSchema(each);
      // CSAF names the draft of CVSS schemas that ajv does not carry; their own rules are the same in both.
      delete other["$schema"];
      delete other["id"];
      const name = each.startsWith("cvss") ? `https://www.first.org/cvss/${each}.json` : String(other["$id"]);
      delete other["$id"];
      ajv.addSchema(other, name);
    }
    const validate = ajv.compile(schema);
    const format = vexFormats.find((each) => each.id === id);
    const written = JSON.parse(format?.write({ statements, author, timestamp, id: null }) ?? "") as unknown;
    assert.equal(validate(written), true, JSON.stringify(validate.errors, null, 1));
    assert.equal(validate({ bomFormat: "x" }), false);
  });
}

function readSchema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(sharedPath(`schemas/${name}.schema.json`) ?? "", "utf8")) as Record<
    string,
    unknown
  >;
}
