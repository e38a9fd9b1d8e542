import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { readFixEntry } from "./fix-entry.ts";
import { alpine } from "./index.ts";

describe("entries of a secfixes list", () => {
  const rows: readonly (readonly [string, string[]])[] = [
    ["CVE-2017-2620", ["CVE-2017-2620"]],
    ["CVE-2017-2620 XSA-209", ["CVE-2017-2620"]],
    ["CVE-2021-1 CVE-2021-1000 CVE-2021-1001", ["CVE-2021-1000", "CVE-2021-1001"]],
    ["CVE-2020-1000 GHSA-aaaa-bbbb-cccc", ["CVE-2020-1000=GHSA-aaaa-bbbb-cccc"]],
    ["CVE_2019-2426", ["CVE-2019-2426"]],
    ["CVE 2018-16859", ["CVE-2018-16859"]],
    ["CVE-2017-8073.patch", ["CVE-2017-8073"]],
    ["CVE-2017-17434-2", ["CVE-2017-17434"]],
    ["CVE-2018-10105 (SMB - too unreliably reproduced, SMB printing disabled)", ["CVE-2018-10105"]],
    ["XSA-207", ["XSA-207"]],
    ["wnpa-sec-2017-21", ["wnpa-sec-2017-21"]],
    ["ZBX-11023", ["ZBX-11023"]],
    ["no id here", []],
    ["", []],
  ];
  for (const [entry, expected] of rows) {
    it(JSON.stringify(entry), () =>
      assert.deepEqual(
        readFixEntry(entry).map(({ id, aliases }) => [id, ...aliases].join("=")),
        expected,
      ),
    );
  }
});

function read(yaml: string, name = "main.yaml") {
  return alpine.read(feedDocument(name, Buffer.from(yaml)));
}

const head = "distroversion: v3.5\nreponame: main\n";

describe("an Alpine security database", () => {
  it("reads null packages, null lists and null fixes, and still speaks for its space", () => {
    for (const packages of [
      "packages:\n",
      "packages: null\n",
      "packages:\n  - pkg:\n      name: a\n      secfixes:\n",
      "packages:\n  - pkg:\n      name: a\n      secfixes:\n        1.0-r0:\n",
    ]) {
      const reading = read(head + packages);
      assert.deepEqual(reading.records, []);
      assert.deepEqual(reading.spaces, [{ part: "v3.5/main", space: "apk:alpine:3.5" }]);
    }
  });

  it("keeps versions as written: 1.10 is not 1.1, 2.0 is not 2", () => {
    const { records } = read(
      `${head}packages:\n  - pkg:\n      name: a\n      secfixes:\n        1.10:\n        - CVE-2020-0001\n        2.0:\n        - CVE-2020-0002\n`,
    );
    const fixed = records.flatMap((record) =>
      record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory.ranges[0]?.fixed) : [],
    );
    assert.deepEqual(fixed, ["1.10", "2.0"]);
  });

  it("reads version 0 as never affected, unless another version fixed it", () => {
    const { records } = read(
      `${head}packages:\n  - pkg:\n      name: a\n      secfixes:\n        "0":\n        - CVE-2020-0001\n        - CVE-2020-0002\n        1.0-r0:\n        - CVE-2020-0002\n`,
    );
    assert.deepEqual(
      records.map((record) =>
        record.kind === "advisory" ? [record.id, record.advisories.length, record.neverAffectedCount] : [],
      ),
      [
        ["CVE-2020-0001 a", 0, 1],
        ["CVE-2020-0002 a", 1, 0],
      ],
    );
  });

  it("ends at the highest of several fixes", () => {
    const json = JSON.stringify({
      distroversion: "edge",
      reponame: "community",
      packages: [
        {
          pkg: {
            name: "a",
            secfixes: {
              "1.9-r0": ["CVE-2020-1000"],
              "1.10-r0": ["CVE-2020-1000"],
              "1.2-r0": ["CVE-2020-1000"],
            },
          },
        },
      ],
    });
    const [record] = read(json, "community.json").records;
    assert.ok(record?.kind === "advisory");
    const [{ part, advisory } = assert.fail()] = record.advisories;
    assert.deepEqual(
      [part, advisory.space, advisory.ranges],
      [
        "edge/community",
        "apk:alpine:edge",
        [{ scheme: "apk", introduced: "0", fixed: "1.10-r0", lastAffected: null }],
      ],
    );
  });

  it("names a package without a name and goes on", () => {
    const { records, rejected } = read(
      `${head}packages:\n  - pkg:\n      secfixes: {}\n  - pkg:\n      name: a\n      secfixes:\n        1.0-r0:\n        - CVE-2020-0001\n        - nothing\n`,
    );
    assert.equal(rejected.length, 2);
    assert.equal(records.length, 1);
  });

  it("refuses names that would break the keys of rows", () => {
    for (const name of ["a\\0b", "a\\nb", "x".repeat(513)]) {
      const { records, rejected } = read(
        `${head}packages:\n  - pkg:\n      name: "${name}"\n      secfixes:\n        1.0-r0:\n        - CVE-2020-0001\n`,
      );
      assert.deepEqual([records.length, rejected.length], [0, 1], name.slice(0, 9));
    }
  });
});
