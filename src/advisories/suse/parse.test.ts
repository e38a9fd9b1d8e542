import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { AdvisoryRecord, FeedReading } from "../types.ts";
import { suse } from "./index.ts";

type Statements = Readonly<Record<string, readonly (readonly [product: string, component: string])[]>>;

function vex(statements: Statements, namespace = "https://www.suse.com/"): object {
  const all = Object.values(statements).flat();
  const idOf = ([product, component]: readonly [string, string]): string => `${product}:${component}`;
  return {
    document: {
      category: "csaf_vex",
      publisher: { namespace },
      tracking: { current_release_date: "2024-07-26T03:43:57Z" },
    },
    product_tree: {
      branches: all
        .flat()
        .map((id) => ({ name: id, product: { product_id: id, product_identification_helper: {} } })),
      relationships: all.map((each) => ({
        product_reference: each[1],
        relates_to_product_reference: each[0],
        full_product_name: { product_id: idOf(each) },
      })),
    },
    vulnerabilities: [
      {
        cve: "CVE-2023-5568",
        title: "CVE-2023-5568",
        product_status: Object.fromEntries(
          Object.entries(statements).map(([status, list]) => [status, list.map(idOf)]),
        ),
        threats: [{ category: "impact", details: "moderate" }],
      },
    ],
  };
}

function read(value: object): FeedReading & { readonly record: AdvisoryRecord } {
  const document = feedDocument("cve.json", Buffer.from(JSON.stringify(value)));
  assert.ok(suse.recognises(document));
  const reading = suse.read(document);
  const [record] = reading.records;
  assert.ok(record?.kind === "advisory");
  return { ...reading, record };
}

function told(statements: Statements): string[] {
  return read(vex(statements)).record.advisories.map(
    ({ advisory: { space, name, ranges, fixState = "-", severities, summary } }) =>
      [
        space,
        name,
        ranges.map((range) => range.fixed ?? "open").join(),
        fixState,
        severities[0]?.severity,
        summary,
      ].join(" "),
  );
}

describe("statements of SUSE", () => {
  const rows: readonly (readonly [string, Statements, readonly string[]])[] = [
    [
      "a fix",
      { recommended: [["openSUSE Tumbleweed", "samba-libs-32bit-4.19.2+git.322.7e92-1.1"]] },
      ["rpm:opensuse-tumbleweed samba-libs-32bit 4.19.2+git.322.7e92-1.1 - medium "],
    ],
    [
      "not affected, in a module",
      { known_not_affected: [["SUSE Linux Enterprise Module for Basesystem 15 SP4", "ctdb"]] },
      ["rpm:sles:15.4 ctdb  not_affected medium "],
    ],
    [
      "affected",
      { known_affected: [["SUSE Linux Enterprise Server 12 SP5", "ctdb"]] },
      ["rpm:sles:12.5 ctdb open affected medium "],
    ],
    [
      "under investigation",
      { under_investigation: [["SUSE Linux Enterprise Micro 5.5", "ctdb"]] },
      ["rpm:sle-micro:5.5 ctdb  under_investigation medium "],
    ],
    [
      "the lowest fix of a release and its extensions",
      {
        recommended: [
          ["SUSE Linux Enterprise Server 15 SP4-LTSS", "ctdb-4.15-2.1"],
          ["SUSE Linux Enterprise Module for Basesystem 15 SP4", "ctdb-4.15-1.1"],
        ],
      },
      ["rpm:sles:15.4 ctdb 4.15-1.1 - medium "],
    ],
  ];
  for (const [title, statements, expected] of rows) {
    it(title, () => assert.deepEqual(told(statements), expected));
  }

  it("about other products are counted, and a fix without a version is a fault", () => {
    const { record, rejected } = read(
      vex({
        known_not_affected: [["SUSE CaaS Platform 4.0", "ctdb"]],
        recommended: [["openSUSE Tumbleweed", "ctdb"]],
      }),
    );
    assert.deepEqual(record.unsupported, ["SUSE CaaS Platform"]);
    assert.deepEqual(rejected, [{ id: "CVE-2023-5568", reason: "a fixed package has no version" }]);
  });
});

it("documents of others are not SUSE's", () => {
  const document = feedDocument("x.json", Buffer.from(JSON.stringify(vex({}, "https://www.redhat.com"))));
  assert.equal(suse.recognises(document), false);
  assert.throws(() => suse.read(document), { code: "FEED_INVALID" });
});
