import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { arch } from "./index.ts";

function read(groups: unknown): ReturnType<typeof arch.read> {
  return arch.read(feedDocument("json", Buffer.from(JSON.stringify(groups))));
}

const group = {
  name: "AVG-5",
  packages: ["libtiff", "lib32-libtiff"],
  status: "Fixed",
  severity: "Critical",
  type: "arbitrary code execution",
  affected: "4.0.8-1",
  fixed: "4.0.8-2",
  ticket: "54842",
  issues: ["CVE-2016-10095", "CVE-2015-7554"],
  advisories: ["ASA-201707-17"],
};

function rowsOf(groups: unknown): object[] {
  return read(groups).records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
}

describe("groups of Arch Linux", () => {
  it("are a row for each package and vulnerability", () => {
    const rows = rowsOf([group]);
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[0], {
      id: "CVE-2016-10095",
      space: "alpm:arch",
      name: "libtiff",
      aliases: [],
      summary: "AVG-5: arbitrary code execution",
      ranges: [{ scheme: "alpm", introduced: "0", fixed: "4.0.8-2", lastAffected: null }],
      versions: [],
      severities: [{ source: "arch", type: null, vector: null, score: null, severity: "critical" }],
      cwes: [],
      publishedAt: null,
      modifiedAt: null,
      url: "https://security.archlinux.org/AVG-5",
    });
    assert.deepEqual(read([group]).spaces, [{ part: "", space: "alpm:arch" }]);
  });

  const rows: readonly (readonly [string, object, object])[] = [
    [
      "vulnerable",
      { status: "Vulnerable", fixed: null },
      {
        fixState: "affected",
        ranges: [{ scheme: "alpm", introduced: "0", fixed: null, lastAffected: null }],
      },
    ],
    [
      "in testing",
      { status: "Testing" },
      {
        note: "fixed in testing",
        ranges: [{ scheme: "alpm", introduced: "0", fixed: "4.0.8-2", lastAffected: null }],
      },
    ],
    [
      "not affected",
      { status: "Not affected", fixed: null },
      { fixState: "not_affected", ranges: [], severities: [] },
    ],
    ["unknown", { status: "Unknown", fixed: null }, { fixState: "under_investigation", ranges: [] }],
    ["without an issue", { issues: [] }, { id: "AVG-5" }],
    ["rated by no word", { severity: "Unknown" }, { severities: [] }],
  ];
  for (const [name, change, expected] of rows) {
    it(`tell what is ${name}`, () =>
      assert.partialDeepStrictEqual(rowsOf([{ ...group, ...change }])[0], expected));
  }

  const refused: readonly (readonly [string, unknown])[] = [
    ["a status that is not known", { ...group, status: "Odd" }],
    ["a fix without a version", { ...group, fixed: null }],
    ["an id that is none", { ...group, name: "AVG" }],
    ["no object", 3],
    ["a package without a name", { ...group, packages: ["a\nb"] }],
  ];
  for (const [name, member] of refused) {
    it(`are rejected for ${name}, and the rest counts`, () => {
      const { records, rejected } = read([group, member]);
      assert.equal(rejected.length, 1);
      assert.ok(records.length >= 1);
    });
  }

  it("are told from other lists", () => {
    assert.equal(arch.recognises(feedDocument("a.json", Buffer.from("[]"))), false);
    assert.equal(
      arch.recognises(feedDocument("a.json", Buffer.from('[{"id":"GHSA-1","affected":[]}]'))),
      false,
    );
    assert.throws(() => read({ name: "AVG-5" }), { code: "FEED_INVALID" });
  });
});
