import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { ubuntu } from "./index.ts";

function read(value: unknown) {
  const document = feedDocument("page.json", Buffer.from(JSON.stringify(value)));
  assert.ok(ubuntu.recognises(document));
  const reading = ubuntu.read(document);
  const rows = reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
  const unsupported = reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.unsupported : [],
  );
  return { ...reading, rows, unsupported };
}

function cve(statuses: readonly object[], more: object = {}) {
  return {
    id: "CVE-2024-1000",
    priority: "medium",
    status: "active",
    description: "A flaw.",
    published: "2024-01-02T10:00:00",
    updated_at: "2024-01-03T19:59:15.332794+00:00",
    packages: [{ name: "curl", statuses }],
    ...more,
  };
}

describe("a status of a vulnerability", () => {
  type Expected = readonly [range: string | null, fixState: string | null, note: string | null];
  const table: readonly (readonly [string, object, Expected | "rejected"])[] = [
    [
      "released",
      { status: "released", description: "7.81.0-1ubuntu1.15" },
      ["<7.81.0-1ubuntu1.15", null, null],
    ],
    [
      "released to those who pay",
      { status: "released", description: "7.81.0-1ubuntu1.15+esm1", pocket: "esm-infra" },
      ["<7.81.0-1ubuntu1.15+esm1", null, "only with Ubuntu Pro"],
    ],
    [
      "not affected, with a remark",
      { status: "not-affected", description: "windows specific" },
      [null, "not_affected", "windows specific"],
    ],
    ["needed", { status: "needed", description: "" }, ["all", "affected", null]],
    ["pending", { status: "pending", description: "7.81.1" }, ["all", "affected", "7.81.1"]],
    ["deferred", { status: "deferred", description: "2024-01-02" }, ["all", "deferred", "2024-01-02"]],
    [
      "ignored",
      { status: "ignored", description: "superseded by linux-6.2" },
      ["all", "will_not_fix", "superseded by linux-6.2"],
    ],
    [
      "ignored at the end of life",
      { status: "ignored", description: "end of standard support, was needed" },
      ["all", "end_of_life", "end of standard support, was needed"],
    ],
    [
      "ignored without support",
      { status: "ignored", description: "out of standard support" },
      ["all", "end_of_life", "out of standard support"],
    ],
    ["not looked into", { status: "needs-triage", description: "" }, [null, "under_investigation", null]],
    ["released without a version", { status: "released", description: "" }, "rejected"],
    ["released by a word", { status: "released", description: "next one" }, "rejected"],
    ["unknown", { status: "celebrated", description: "" }, "rejected"],
  ];
  for (const [title, status, expected] of table) {
    it(title, () => {
      const { rows, rejected } = read({
        cves: [cve([{ release_codename: "jammy", pocket: "security", ...status }])],
      });
      const [row] = rows;
      const range = row?.ranges[0];
      const written = range === undefined ? null : range.fixed === null ? "all" : `<${range.fixed}`;
      if (expected === "rejected") assert.deepEqual([rows.length, rejected.length], [0, 1]);
      else assert.deepEqual([written, row?.fixState ?? null, row?.note ?? null], expected);
    });
  }
});

describe("a vulnerability", () => {
  const needed = { status: "needed", description: "", pocket: "security" };

  it("is one row for each source package and release, rated by its priority", () => {
    const { rows } = read({ cves: [cve([{ ...needed, release_codename: "noble" }])] });
    assert.deepEqual(
      rows.map(({ space, name, severities, publishedAt }) => [
        space,
        name,
        severities[0]?.severity,
        publishedAt,
      ]),
      [["deb:ubuntu:24.04", "curl", "medium", "2024-01-02T10:00:00.000Z"]],
    );
  });

  it("is not rated by a priority that nobody gave, and says nothing of upstream and of what does not exist", () => {
    const { rows, unsupported } = read({
      cves: [
        cve(
          [
            { ...needed, release_codename: "jammy" },
            { ...needed, release_codename: "upstream" },
            { ...needed, release_codename: "noble", status: "DNE" },
            { ...needed, release_codename: "jammy", pocket: "fips-updates" },
            { ...needed, release_codename: "warty" },
          ],
          { priority: "untriaged" },
        ),
      ],
    });
    assert.deepEqual([rows.length, rows[0]?.severities], [1, []]);
    assert.deepEqual(unsupported, ["Ubuntu jammy fips-updates", "Ubuntu warty"]);
  });

  it("that was rejected takes itself away", () => {
    const [record] = read({
      cves: [cve([{ ...needed, release_codename: "jammy" }], { status: "rejected" })],
    }).records;
    assert.ok(record?.kind === "advisory" && record.withdrawn && record.advisories.length === 0);
  });

  it("without a usable id is rejected, and the others count", () => {
    const { records, rejected } = read({ cves: [cve([]), cve([], { id: "none" }), null] });
    assert.deepEqual([records.length, rejected.length], [1, 2]);
  });
});

describe("a notice", () => {
  function notice(packages: object, more: object = {}) {
    return {
      id: "USN-7095-1",
      title: "curl vulnerabilities",
      published: "2024-11-07T08:23:12",
      cves_ids: ["CVE-2024-1001", "CVE-2024-1000"],
      release_packages: packages,
      ...more,
    };
  }
  const source = { is_source: true, name: "curl", version: "7.81.0-1" };

  it("is one row for each vulnerability and source package, and none for binaries", () => {
    const { rows } = read({
      notices: [
        notice({
          jammy: [source, { ...source, is_source: false, name: "libcurl4" }, { ...source, version: "" }],
        }),
      ],
    });
    assert.deepEqual(
      rows.map(({ id, space, name, ranges, summary, fixedAt }) => [
        id,
        space,
        name,
        ranges[0]?.fixed,
        summary,
        fixedAt,
      ]),
      ["CVE-2024-1000", "CVE-2024-1001"].map((id) => [
        id,
        "deb:ubuntu:22.04",
        "curl",
        "7.81.0-1",
        "USN-7095-1: curl vulnerabilities",
        "2024-11-07",
      ]),
    );
  });

  it("stands for itself without CVEs, unless it repairs a regression", () => {
    const ids = (title: string) =>
      read({ notices: [notice({ jammy: [source] }, { title, cves_ids: [] })] }).rows.map(({ id }) => id);
    assert.deepEqual(ids("curl vulnerability"), ["USN-7095-1"]);
    assert.deepEqual(ids("curl regression"), []);
  });

  it("says what only Ubuntu Pro has, and passes over builds of other kinds and unknown releases", () => {
    const { rows, unsupported } = read({
      notices: [
        notice({
          jammy: [
            { ...source, pocket: "esm-apps" },
            { ...source, pocket: "fips" },
          ],
          warty: [source],
        }),
      ],
    });
    assert.deepEqual(
      rows.map(({ note }) => note),
      ["only with Ubuntu Pro", "only with Ubuntu Pro"],
    );
    assert.deepEqual(unsupported, ["Ubuntu jammy", "Ubuntu warty"]);
  });

  it("with a version that cannot be read, or without an id, is rejected", () => {
    const { rejected } = read({
      notices: [notice({ jammy: [{ ...source, version: "next one" }] }), notice({}, { id: null })],
    });
    assert.equal(rejected.length, 2);
  });
});

it("is no other JSON", () => {
  for (const value of [
    { cves: [] },
    { notices: [{ id: "a" }] },
    { cves: [{ id: "CVE-2024-1000" }] },
    [],
    {},
  ]) {
    const document = feedDocument("page.json", Buffer.from(JSON.stringify(value)));
    assert.equal(ubuntu.recognises(document), false);
    assert.throws(() => ubuntu.read(document), { code: "FEED_INVALID" });
  }
});
