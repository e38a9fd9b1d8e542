import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { nodejs } from "./index.ts";

function documentOf(value: unknown, name = "vuln/core/7.json") {
  return feedDocument(name, Buffer.from(JSON.stringify(value)));
}

function read(fields: object) {
  const value = {
    cve: ["CVE-2024-1000"],
    affectedEnvironments: ["all"],
    severity: "high",
    patched: "",
    ...fields,
  };
  assert.ok(nodejs.recognises(documentOf(value)));
  const reading = nodejs.read(documentOf(value));
  const rows = reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
  return { ...reading, rows };
}

describe("vulnerable and not patched", () => {
  const table: readonly (readonly [string, string, readonly string[] | "rejected"])[] = [
    ["8.x || 7.x || 6.x", "^8.1.4 || ^7.10.1 || ^6.11.1", ["6.0.0..6.11.1", "7.0.0..7.10.1", "8.0.0..8.1.4"]],
    ["5.x || 6.x", "^6.11.1", ["5.0.0..6.11.1"]],
    ["<= 10", "^6.14.4 || ^8.11.4 || >= 10.9.0", ["0..6.14.4", "7.0.0..8.11.4", "9.0.0..10.9.0"]],
    [">=6.0.0 <6.2.0 || 5.x", "^5.12.0", ["5.0.0..5.12.0", "6.0.0..6.2.0"]],
    [" 10.x ", " ^10.24.1", ["10.0.0..10.24.1"]],
    ["8.5.0", "^8.6.0", ["8.5.0..8.5.0]"]],
    ["^7.1.0", "^7.2.0", ["7.1.0..7.2.0"]],
    ["4.1.x", "", ["4.1.0..4.2.0"]],
    ["~0.10.3 || ^0.12.0", "", ["0.10.3..0.11.0", "0.12.0..0.13.0"]],
    ["> 8.x <10.0.0", "", ["9.0.0..10.0.0"]],
    ["*", ">=20.0.0", ["0..20.0.0"]],
    ["the newest", "", "rejected"],
    ["8.x", "soon", "rejected"],
  ];
  for (const [vulnerable, patched, expected] of table) {
    it(`${vulnerable} without ${patched}`, () => {
      const { rows, rejected } = read({ vulnerable, patched });
      const ranges = (rows[0]?.ranges ?? []).map(
        ({ introduced, fixed, lastAffected }) =>
          `${introduced}..${fixed ?? ""}${lastAffected === null ? "" : `${lastAffected}]`}`,
      );
      assert.deepEqual(rejected.length === 0 ? ranges : "rejected", expected);
    });
  }
});

describe("an advisory", () => {
  it("is one row for each CVE, by CPE, else known by its number", () => {
    const ids = (cve: unknown) =>
      read({ vulnerable: "8.x", cve }).rows.map(({ id, space, name }) => `${id} ${space} ${name}`);
    assert.deepEqual(ids(["CVE-2024-1000", "CVE-2024-1001"]), [
      "CVE-2024-1000 nodejs nodejs:node.js",
      "CVE-2024-1001 nodejs nodejs:node.js",
    ]);
    assert.deepEqual(ids([]), ["NSWG-COR-7 nodejs nodejs:node.js"]);
  });

  it("is left out when all are patched", () => {
    const { rows, records } = read({ vulnerable: "8.x", patched: ">=8.0.0" });
    assert.deepEqual([rows.length, records[0]?.kind === "advisory" && records[0].neverAffectedCount], [0, 1]);
  });

  it("keeps the operating systems that it is limited to", () => {
    const systemsOf = (affectedEnvironments: unknown) =>
      read({ vulnerable: "8.x", affectedEnvironments }).rows.map(({ systems }) => systems);
    assert.deepEqual(systemsOf(["win32"]), [["windows"]]);
    assert.deepEqual(systemsOf(["win32", "linux"]), [["linux", "windows"]]);
    for (const all of [["all"], ["all", "win32"], []]) assert.deepEqual(systemsOf(all), [undefined]);
  });

  it("is not rated by a word that rates nothing", () => {
    assert.deepEqual(read({ vulnerable: "8.x", severity: "unknown" }).rows[0]?.severities, []);
    assert.equal(read({ vulnerable: "8.x" }).rows[0]?.severities[0]?.severity, "high");
  });
});

it("reads the index as the files it is made of, and names what it cannot use", () => {
  const value = { vulnerable: "8.x", affectedEnvironments: ["all"], cve: ["CVE-2024-1000"] };
  const index = documentOf({ 7: value, 8: { vulnerable: null } }, "index.json");
  assert.ok(nodejs.recognises(index));
  const reading = nodejs.read(index);
  assert.deepEqual(reading.records, nodejs.read(documentOf(value)).records);
  assert.equal(reading.rejected.length, 1);
});

it("is neither an advisory on a package nor on a dependency", () => {
  for (const value of [
    { module_name: "a", vulnerable: "8.x", affectedEnvironments: ["all"] },
    { cve: ["CVE-2024-1000"], reason: "vulnerable_code_not_present" },
    { 1: { cve: ["CVE-2024-1000"], reason: "vulnerable_code_not_present" } },
    { name: { vulnerable: "8.x", affectedEnvironments: ["all"] } },
    {},
    [],
  ]) {
    assert.equal(nodejs.recognises(documentOf(value)), false);
    assert.throws(() => nodejs.read(documentOf(value)), { code: "FEED_INVALID" });
  }
});
