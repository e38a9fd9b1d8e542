import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { wolfi } from "./index.ts";

function read(yaml: string) {
  const document = feedDocument("a.advisories.yaml", Buffer.from(yaml));
  assert.ok(wolfi.recognises(document));
  const reading = wolfi.read(document);
  const rows = reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
  return { ...reading, rows };
}

function advisory(events: readonly (readonly [time: string, type: string, facts: string])[]): string {
  const lines = events.map(
    ([time, type, facts]) =>
      `      - timestamp: ${time}\n        type: ${type}\n${facts === "" ? "" : `        data:\n          ${facts}\n`}`,
  );
  return `schema-version: 2.0.1\npackage:\n  name: a\nadvisories:\n  - id: CGA-2222-3333-4444\n    aliases:\n      - GHSA-jc36-42cf-vqwj\n      - CVE-2018-25032\n    events:\n${lines.join("")}`;
}

describe("the latest event of an advisory", () => {
  const early = "2023-01-01T00:00:00Z";
  const late = "2023-01-02T00:00:00Z";
  type Expected = readonly [range: string | null, fixState: string | null, note: string | null];
  const table: readonly (readonly [string, Parameters<typeof advisory>[0], Expected | null])[] = [
    ["fixed", [[early, "fixed", "fixed-version: 1.10"]], ["<1.10", null, null]],
    ["fixed by 0", [[early, "fixed", 'fixed-version: "0"']], [null, "not_affected", null]],
    ["a detection", [[early, "detection", "type: scan/v1"]], [null, "under_investigation", null]],
    [
      "a false positive, with its note",
      [[early, "false-positive-determination", "note: Only affects Windows"]],
      [null, "not_affected", "Only affects Windows"],
    ],
    [
      "a false positive, with its type",
      [[early, "false-positive-determination", "type: vulnerable-code-version-not-used"]],
      [null, "not_affected", "vulnerable-code-version-not-used"],
    ],
    ["a true positive", [[early, "true-positive-determination", ""]], ["all", "affected", null]],
    ["waiting", [[early, "pending-upstream-fix", "note: soon"]], ["all", "affected", "soon"]],
    ["given up", [[early, "fix-not-planned", "note: too old"]], ["all", "will_not_fix", "too old"]],
    ["not analysed", [[early, "analysis-not-planned", "note: no"]], [null, "under_investigation", "no"]],
    [
      "detected, then fixed",
      [
        [early, "detection", ""],
        [late, "fixed", "fixed-version: 2-r0"],
      ],
      ["<2-r0", null, null],
    ],
    [
      "fixed, written before what came first",
      [
        [late, "fixed", "fixed-version: 2-r0"],
        [early, "detection", ""],
      ],
      ["<2-r0", null, null],
    ],
    [
      "two at one time: the one written last",
      [
        [early, "fix-not-planned", "note: one"],
        [early, "fix-not-planned", "note: two"],
      ],
      ["all", "will_not_fix", "two"],
    ],
    ["no event", [], null],
    ["an unknown event", [[early, "celebrated", ""]], null],
    ["a fix without a version", [[early, "fixed", "note: yes"]], null],
    ["a time that cannot be read", [["soon", "fixed", "fixed-version: 1"]], null],
  ];
  for (const [title, events, expected] of table) {
    it(title, () => {
      const { rows, rejected } = read(advisory(events).replace(/events:\n$/, "events: []\n"));
      assert.equal(rejected.length, expected === null ? 1 : 0);
      const [row] = rows;
      const range = row?.ranges[0];
      const written = range === undefined ? null : range.fixed === null ? "all" : `<${range.fixed}`;
      assert.deepEqual(
        row === undefined ? null : [written, row.fixState ?? null, row.note ?? null],
        expected,
      );
    });
  }

  it("keeps the date of a fix, the package and both aliases", () => {
    const [row] = read(advisory([[late, "fixed", "fixed-version: 1.10"]])).rows;
    assert.deepEqual(
      [row?.id, row?.space, row?.name, row?.aliases, row?.fixedAt],
      ["CGA-2222-3333-4444", "apk:wolfi", "a", ["CVE-2018-25032", "GHSA-jc36-42cf-vqwj"], "2023-01-02"],
    );
  });
});

it("is not the database of another repository", () => {
  for (const value of [
    { reponame: "os", urlprefix: "https://packages.mini.dev", packages: [] },
    { "schema-version": "1.0", package: { name: "a" }, advisories: [] },
    { "schema-version": "2.0" },
  ]) {
    const document = feedDocument("a.json", Buffer.from(JSON.stringify(value)));
    assert.equal(wolfi.recognises(document), false);
    assert.throws(() => wolfi.read(document), { code: "FEED_INVALID" });
  }
});
