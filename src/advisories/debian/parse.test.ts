import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { feedDocument } from "../shared/document.ts";
import { debian } from "./index.ts";

function read(content: unknown, name = "json") {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return debian.read(feedDocument(name, Buffer.from(text)));
}

function rowsOf(reading: ReturnType<typeof read>) {
  return reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
}

describe("a status of the tracker", () => {
  type Expected = readonly [range: string | null, fixState: string | null, note: string | null];
  const rows: readonly (readonly [string, object, Expected | "rejected"])[] = [
    ["fixed", { status: "resolved", fixed_version: "1.2-3", urgency: "low" }, ["<1.2-3", null, null]],
    [
      "fixed though it hardly mattered",
      { status: "resolved", fixed_version: "1:2", urgency: "unimportant" },
      ["<1:2", null, "unimportant"],
    ],
    [
      "never there",
      { status: "resolved", fixed_version: "0", urgency: "unimportant" },
      [null, "not_affected", null],
    ],
    ["open", { status: "open", urgency: "not yet assigned" }, ["all", "affected", null]],
    [
      "no advisory for it",
      { status: "open", urgency: "low", nodsa: "Minor issue", nodsa_reason: "" },
      ["all", "affected", "no-dsa: Minor issue"],
    ],
    [
      "postponed",
      { status: "open", urgency: "low", nodsa: "Minor issue", nodsa_reason: "postponed" },
      ["all", "deferred", "postponed: Minor issue"],
    ],
    [
      "ignored",
      { status: "open", urgency: "medium", nodsa: "Too intrusive", nodsa_reason: "ignored" },
      ["all", "will_not_fix", "ignored: Too intrusive"],
    ],
    ["unimportant", { status: "open", urgency: "unimportant" }, ["all", "will_not_fix", "unimportant"]],
    [
      "of a package without support",
      { status: "open", urgency: "end-of-life" },
      ["all", "end_of_life", "end-of-life"],
    ],
    ["not looked into", { status: "undetermined", urgency: "low" }, [null, "under_investigation", null]],
    ["fixed nowhere", { status: "resolved", urgency: "low" }, "rejected"],
    ["fixed by a word", { status: "resolved", fixed_version: "next one", urgency: "low" }, "rejected"],
    ["of an unknown kind", { status: "maybe", urgency: "low" }, "rejected"],
  ];
  for (const [title, release, expected] of rows) {
    it(title, () => {
      const entry = { releases: { bookworm: release, trixie: { status: "open", urgency: "low" } } };
      const reading = read({ curl: { "CVE-2024-1000": entry } });
      const row = rowsOf(reading).find(({ space }) => space === "deb:debian:12");
      // Whatever the one release says, the other one counts.
      assert.ok(rowsOf(reading).some(({ space }) => space === "deb:debian:13"));
      if (expected === "rejected") {
        assert.equal(row, undefined);
        assert.deepEqual(
          reading.rejected.map(({ id }) => id),
          ["curl CVE-2024-1000"],
        );
        return;
      }
      assert.ok(row !== undefined && reading.rejected.length === 0);
      const [range] = row.ranges;
      const written = range === undefined ? null : range.fixed === null ? "all" : `<${range.fixed}`;
      assert.deepEqual([written, row.fixState ?? null, row.note ?? null], expected);
    });
  }
});

describe("an entry of the tracker", () => {
  const open = { status: "open", urgency: "not yet assigned" };

  it("names source package, page and rating, asterisks or not", () => {
    const [row] = rowsOf(
      read({
        curl: {
          "CVE-2024-1000": {
            description: "A flaw. More words.",
            releases: { bullseye: { ...open, urgency: "low**" } },
          },
        },
      }),
    );
    assert.deepEqual(
      [
        row?.name,
        row?.space,
        row?.summary,
        row?.url,
        row?.severities.map(({ source, severity }) => [source, severity]),
      ],
      [
        "curl",
        "deb:debian:11",
        "A flaw.",
        "https://security-tracker.debian.org/tracker/CVE-2024-1000",
        [["debian", "low"]],
      ],
    );
  });

  it("rates nothing by 'not yet assigned'", () => {
    const [row] = rowsOf(read({ curl: { "CVE-2024-1000": { releases: { bullseye: open } } } }));
    assert.deepEqual(row?.severities, []);
  });

  it("takes temporary ids, and counts sid, which nothing looks up", () => {
    const { records, spaces } = read({
      curl: { "TEMP-0000000-0CA7E3": { releases: { sid: open, forky: open } } },
    });
    const [record] = records;
    assert.ok(record?.kind === "advisory");
    assert.deepEqual(record.unsupported, ["Debian sid"]);
    assert.deepEqual(spaces, [{ part: "tracker", space: "deb:debian:14" }]);
  });

  it("names what cannot be used and goes on", () => {
    const { records, rejected } = read({
      curl: {
        "CVE-2024-1000": { releases: { bullseye: open } },
        "a b": { releases: {} },
        "CVE-2024-1001": {},
      },
      "a\nb": {},
      zlib: null,
    });
    assert.deepEqual([records.length, rejected.length], [1, 4]);
  });
});

describe("the whole export", () => {
  const packages = {
    curl: { "CVE-2024-1000": { releases: { bullseye: { status: "open", urgency: "low" } } } },
    zlib: { "CVE-2024-1001": { releases: { bookworm: { status: "open", urgency: "low" } } } },
  };
  const text = JSON.stringify(packages);

  it("is read package by package, and compressed too", () => {
    const pieces = [...(debian.readPieces?.(feedDocument("json", Buffer.from(text))) ?? [])];
    assert.deepEqual(
      pieces.map(({ records }) => records.map(({ id }) => id)),
      [["CVE-2024-1000 curl"], ["CVE-2024-1001 zlib"]],
    );
    const packed = feedDocument("tracker.json.gz", gzipSync(text));
    assert.equal(debian.recognises(packed), true);
    assert.deepEqual(debian.read(packed), read(text));
  });

  it("that is cut off is refused as a whole", () => {
    const cut = text.slice(0, -10);
    assert.equal(debian.recognises(feedDocument("json", Buffer.from(cut))), true);
    assert.throws(() => read(cut), { code: "FEED_INVALID", message: /ends early/ });
  });
});

const list = `[29 Mar 2023] DSA-5380-1 xorg-server - security update
	{CVE-2023-1393 CVE-2023-1394}
	[bullseye] - xorg-server 2:1.20.11-1+deb11u6
	NOTE: a remark
[17 Mar 2023] DSA-5356-2 sox - regression update
	[bullseye] - sox 14.4.2+git20190427-2+deb11u2
[02 Jan 2006] DSA-930-2 smstools - format string
	[sarge] - smstools 1.14.8-1sarge0 (bug #322591; medium)
        [woody] - smstools  <not-affected> (Vulnerable code not present)
[1 March 2010] DSA-2000-1 a - b
	{CVE-2010-1000}
	[lenny] - a <end-of-life> (see https://example.com)
	[etch] - a <unfixed>
	[sid] - a 1.0
`;

describe("a list of advisories", () => {
  it("gives each vulnerability of a notice its own row", () => {
    const reading = read(list, "data/DSA/list");
    assert.deepEqual(reading.rejected, []);
    assert.deepEqual(
      rowsOf(reading).map(({ id, space, name, ranges, fixState, note, fixedAt }) => [
        id,
        space,
        name,
        ranges.map(({ fixed }) => fixed),
        fixState ?? null,
        note ?? null,
        fixedAt ?? null,
      ]),
      [
        ["CVE-2023-1393", "deb:debian:11", "xorg-server", ["2:1.20.11-1+deb11u6"], null, null, "2023-03-29"],
        ["CVE-2023-1394", "deb:debian:11", "xorg-server", ["2:1.20.11-1+deb11u6"], null, null, "2023-03-29"],
        // Nothing for the repair of a regression; without CVEs the notice stands for itself.
        ["DSA-930-2", "deb:debian:3.1", "smstools", ["1.14.8-1sarge0"], null, null, "2006-01-02"],
        ["DSA-930-2", "deb:debian:3.0", "smstools", [], "not_affected", "Vulnerable code not present", null],
        ["CVE-2010-1000", "deb:debian:5.0", "a", [null], "end_of_life", "see https://example.com", null],
        ["CVE-2010-1000", "deb:debian:4.0", "a", [null], "affected", null, null],
      ],
    );
    assert.deepEqual(
      reading.records.map((record) => (record.kind === "advisory" ? record.unsupported : [])),
      [[], [], [], ["Debian sid"]],
    );
  });

  it("names lines that cannot be read and goes on", () => {
    const { records, rejected } = read(
      `[29 Mar 2023] DLA-1-1 a - b\n\t[bullseye] a\n\t[bullseye] - a <odd>\n[soon] DLA-2-1 a - b\n[30 Mar 2023] DLA-3-1 a - b\n\t[bullseye] - a 1\n`,
    );
    assert.deepEqual([records.length, rejected.length], [2, 3]);
  });
});

describe("documents that are not Debian's", () => {
  const others: readonly string[] = [
    "[26 August 2005] DTSA-1-1 kismet - various\n",
    "[1, 2]",
    "{}",
    '{"a":{"b":{"c":1}}}',
    '{"vulnerabilities":{"CVE-2024-1000":{"releases":{}}}}',
    "",
  ];
  for (const text of others) {
    it(JSON.stringify(text), () => {
      assert.equal(debian.recognises(feedDocument("json", Buffer.from(text))), false);
      assert.throws(() => read(text), { code: "FEED_INVALID" });
    });
  }
});
