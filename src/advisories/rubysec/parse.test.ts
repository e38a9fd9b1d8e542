import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { compareVersions } from "../shared/versions.ts";
import { rubysec } from "./index.ts";

const head = "title: A flaw\nurl: https://example.com/a\ndate: 2024-01-02\n";

function read(yaml: string, name = "gems/a/CVE-2024-1000.yml") {
  const document = feedDocument(name, Buffer.from(head + yaml));
  assert.ok(rubysec.recognises(document));
  const reading = rubysec.read(document);
  const rows = reading.records.flatMap((record) => (record.kind === "advisory" ? record.advisories : []));
  return { ...reading, rows };
}

function list(key: string, requirements: readonly string[]): string {
  return requirements.length === 0
    ? ""
    : `${key}:\n${requirements.map((each) => `  - "${each}"\n`).join("")}`;
}

describe("what is affected", () => {
  type Row = readonly [
    string,
    readonly string[],
    readonly string[],
    readonly string[] | "rejected" | "never",
  ];
  const table: readonly Row[] = [
    ["nothing is patched", [], [], ["0.."]],
    ["one fix", [">= 2.3.18"], [], ["0..2.3.18"]],
    ["fixes in branches", ["~> 2.1.3", ">= 2.2.2"], ["< 2.1.0"], ["2.1.0..2.1.3", "2.2.a..2.2.2"]],
    ["several constraints", [">= 1.0, < 1.5", ">= 2"], [], ["0..1.0", "1.5..2"]],
    ["a pre-release", [">= 4.0.0-beta.2"], [], ["0..4.0.0-beta.2"]],
    ["pessimistic about a pre-release", ["~> 4.0.0.beta.2"], [], ["0..4.0.0.beta.2", "4.1.a.."]],
    ["pessimistic about one number", ["~> 2"], [], ["0..2", "3.a.."]],
    ["patched behind a version", ["> 1.2"], [], ["0..1.2]"]],
    ["never affected up to a version", [">= 2"], ["<= 1.2"], ["1.2.0.0.1..2"]],
    ["one version is safe", ["= 1.2"], [], ["0..1.2", "1.2.0.0.1.."]],
    ["all are safe", [">= 0"], ["< 1"], "never"],
    ["exceptions", ["!= 1.2"], [], "rejected"],
    ["words", ["next one"], [], "rejected"],
  ];
  for (const [title, patched, unaffected, expected] of table) {
    it(title, () => {
      const { rows, rejected, records } = read(
        `gem: a\n${list("patched_versions", patched)}${list("unaffected_versions", unaffected)}`,
      );
      if (expected === "rejected") {
        assert.deepEqual([rows.length, rejected.length], [0, 1]);
        return;
      }
      if (expected === "never") {
        assert.deepEqual(
          [rows.length, records[0]?.kind === "advisory" && records[0].neverAffectedCount],
          [0, 1],
        );
        return;
      }
      const ranges = (rows[0]?.advisory.ranges ?? []).map(
        ({ introduced, fixed, lastAffected }) =>
          `${introduced}..${fixed ?? ""}${lastAffected === null ? "" : `${lastAffected}]`}`,
      );
      assert.deepEqual([ranges, rejected.length], [expected, 0]);
    });
  }

  it("ends a branch before the pre-releases of the next", () => {
    assert.equal(compareVersions("gem", "2.2.0.rc1", "2.2.a"), 1);
    assert.equal(compareVersions("gem", "2.1.99", "2.2.a"), -1);
    assert.equal(compareVersions("gem", "1.2.0.0.1", "1.2"), 1);
    assert.equal(compareVersions("gem", "1.2.1.rc1", "1.2.0.0.1"), 1);
  });
});

describe("an advisory", () => {
  it("puts prefixes to its ids and leaves related ones out", () => {
    const [row] = read(
      "gem: a\ncve: 2024-1000\nghsa: 8fqx-7pv4-3jwm\nosvdb: 12\nrelated:\n  cve:\n    - 2024-2000\n",
    ).rows;
    assert.deepEqual(
      [row?.part, row?.advisory.id, row?.advisory.aliases, row?.advisory.publishedAt],
      ["gems", "CVE-2024-1000", ["GHSA-8fqx-7pv4-3jwm", "OSVDB-12"], "2024-01-02T00:00:00.000Z"],
    );
  });

  it("is rated by the newest method, as a word", () => {
    const severities = (yaml: string) => read(`gem: a\n${yaml}`).rows[0]?.advisory.severities;
    const word = { source: "rubysec", type: null, vector: null, score: null };
    assert.deepEqual(severities("cvss_v2: 10.0\ncvss_v3: 6.8\n"), [{ ...word, severity: "medium" }]);
    assert.deepEqual(severities("cvss_v3: 6.8\ncvss_v4: 9.3\n"), [{ ...word, severity: "critical" }]);
    assert.deepEqual(severities("cvss_v3: high\n"), []);
    assert.deepEqual(severities(""), []);
  });

  it("about Ruby itself is kept by CPE, and about an unknown engine counted", () => {
    const ruby = read('engine: ruby\npatched_versions:\n  - "~> 3.2.0-rc"\n', "rubies/ruby/CVE-2024-1.yml");
    assert.deepEqual(
      ruby.rows.map(({ part, advisory: { space, name, ranges } }) => [part, space, name, ranges[0]?.scheme]),
      [["rubies", "cpe", "ruby-lang:ruby", "generic"]],
    );
    const other = read("engine: rbx\n", "rubies/rbx/CVE-2024-1.yml").records[0];
    assert.deepEqual(other?.kind === "advisory" && other.unsupported, ["Ruby engine rbx"]);
  });

  it("says on which platform", () => {
    const rows = [
      ["gem: a\nplatform: jruby\n", "only on platform jruby", ["java"]],
      ["gem: jruby-a\nplatform: jruby\n", "only on platform jruby", undefined],
      ["gem: a\n", undefined, undefined],
    ] as const;
    for (const [text, note, systems] of rows) {
      const advisory = read(text).rows[0]?.advisory;
      assert.deepEqual([advisory?.note, advisory?.systems], [note, systems]);
    }
  });

  it("without a usable name or id is rejected", () => {
    assert.equal(read('gem: "a\\nb"\n').rejected.length, 1);
    assert.equal(read("gem: a\n", "gems/a/notes.yml").rejected.length, 1);
  });
});

it("is no other YAML", () => {
  for (const text of ["title: a\n", "gem: a\n", `${head}`, "- gem: a\n", "library: a\nframework: rails\n"]) {
    const document = feedDocument("gems/a/CVE-2024-1.yml", Buffer.from(text));
    assert.equal(rubysec.recognises(document), false);
    assert.throws(() => rubysec.read(document), { code: "FEED_INVALID" });
  }
});
