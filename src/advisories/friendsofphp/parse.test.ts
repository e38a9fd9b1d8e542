import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { compareVersions } from "../shared/versions.ts";
import { friendsofphp } from "./index.ts";

function read(branches: readonly string[], more = "", reference = "composer://Vendor/Package") {
  const lines = branches.map(
    (versions, at) => `  ${at}.x:\n    time: 2023-02-0${at + 1} 08:00:00\n    versions: ${versions}\n`,
  );
  const yaml = `title: A flaw\nlink: https://example.com/a\nreference: ${reference}\n${more}branches:\n${lines.join("")}`;
  const document = feedDocument("master/vendor/package/2023-02-01.yaml", Buffer.from(yaml));
  assert.ok(friendsofphp.recognises(document));
  const reading = friendsofphp.read(document);
  const rows = reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
  return { ...reading, rows };
}

describe("branches", () => {
  const table: readonly (readonly [string, readonly string[], readonly string[] | "rejected"])[] = [
    ["one", ["['>=2.0.0','<2.0.11']"], ["2.0.0..2.0.11"]],
    ["without a lower end", ["['<2.0.11']"], ["0..2.0.11"]],
    ["with their last version", ["['>=1.0','<=1.4.3']"], ["1.0..1.4.3]"]],
    ["that touch", ["['>=2.0.0','<2.1.0']", "['>=2.1.0','<2.1.9']"], ["2.0.0..2.1.9"]],
    ["in any order", ["['>=3.0','<3.2']", "['>=2.0','<2.4']"], ["2.0..2.4", "3.0..3.2"]],
    ["behind a version", ["['>1.2.3','<2']"], ["1.2.3-patch..2"]],
    ["with no versions", ["[]"], "rejected"],
    ["that nothing meets", ["['>=2','<1']"], "rejected"],
    ["with a constraint of another kind", ["['^2.0']"], "rejected"],
    ["with a text in place of a list", ["'>=2.0'"], "rejected"],
    ["none", [], "rejected"],
  ];
  for (const [title, branches, expected] of table) {
    it(title, () => {
      if (branches.length === 0) {
        const text = "reference: composer://a/b\nbranches: {}\n";
        assert.equal(friendsofphp.read(feedDocument("a/b/c.yaml", Buffer.from(text))).rejected.length, 1);
        return;
      }
      const { rows, rejected } = read(branches);
      const ranges = (rows[0]?.ranges ?? []).map(
        ({ introduced, fixed, lastAffected }) =>
          `${introduced}..${fixed ?? ""}${lastAffected === null ? "" : `${lastAffected}]`}`,
      );
      assert.deepEqual(rejected.length === 0 ? ranges : "rejected", expected);
    });
  }

  it("begins behind a version, before all that count on", () => {
    assert.equal(compareVersions("composer", "1.2.3-patch", "1.2.3"), 1);
    assert.equal(compareVersions("composer", "1.2.3.1", "1.2.3-patch"), 1);
    assert.equal(compareVersions("composer", "1.2.4-beta1", "1.2.3-patch"), 1);
  });
});

describe("an advisory", () => {
  const branch = ["['<2']"];

  it("is known by its CVE, else by package and file; names are compared in lower case", () => {
    assert.deepEqual(
      ["cve: CVE-2023-1000\n", "cve: ~\n", "cve: null\n", ""].map((more) => read(branch, more).rows[0]?.id),
      ["CVE-2023-1000", ...Array.from({ length: 3 }, () => "FriendsOfPHP:vendor/package/2023-02-01")],
    );
    assert.deepEqual(
      [read(branch).rows[0]?.name, read(branch).rows[0]?.space],
      ["vendor/package", "composer"],
    );
  });

  it("is dated by its first fix", () => {
    assert.match(read(["['<1']", "['>=2','<3']"]).rows[0]?.publishedAt ?? "", /^2023-02-01T/);
  });
});

it("is no other YAML", () => {
  for (const text of [
    "reference: composer://a/b\n",
    "branches: {}\n",
    "reference: npm://a/b\nbranches: {}\n",
    "- a\n",
    "reference: composer://a/b/c\nbranches: {}\n",
  ]) {
    const document = feedDocument("a/b/c.yaml", Buffer.from(text));
    assert.equal(friendsofphp.recognises(document), false);
    assert.throws(() => friendsofphp.read(document), { code: "FEED_INVALID" });
  }
});
