import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import { readDocuments } from "../documents.ts";
import { feedDocument } from "../shared/document.ts";
import type { ContextRecord, FeedAdvisory, FeedReading, FeedRecord } from "../types.ts";
import { nvd } from "./index.ts";
import { nvdPart } from "./parse.ts";

function cve(more: Record<string, unknown> = {}): Record<string, unknown> {
  const metrics = { cvssMetricV31: [metric("nvd@nist.gov", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")] };
  const base = { id: "CVE-2024-0001", sourceIdentifier: "x@example.com", vulnStatus: "Analyzed", metrics };
  return { ...base, lastModified: "2024-02-03T04:05:06.789", ...more };
}

function metric(source: string, vectorString: string): object {
  return { source, type: "Primary", cvssData: { vectorString } };
}

function read(...entries: unknown[]): FeedReading {
  const value = { format: "NVD_CVE", vulnerabilities: entries.map((entry) => ({ cve: entry })) };
  const document = feedDocument("nvd.json", Buffer.from(JSON.stringify(value)));
  assert.ok(nvd.recognises(document));
  return nvd.read(document);
}

function context(entry: unknown): ContextRecord {
  const [record] = read(entry).records;
  assert.ok(record?.kind === "context");
  return record;
}

function rows(configurations: unknown): string[] {
  const { advisories = [] } = context(cve({ configurations }));
  return advisories.map(({ advisory }) => textOf(advisory));
}

function textOf({ space, name, ranges, versions, systems = [] }: FeedAdvisory): string {
  const intervals = ranges.map(
    ({ introduced, fixed, lastAffected }) => `${introduced}..${fixed ?? "-"}..${lastAffected ?? "-"}`,
  );
  const limit = systems.length > 0 ? [`on ${systems.join("+")}`] : [];
  return [`${space} ${name}`, ...intervals, ...versions, ...limit].join(" ");
}

function match(criteria: string, more: object = {}): object {
  return { vulnerable: true, criteria: `cpe:2.3:${criteria}`, ...more };
}

function nodes(...matches: object[]): object[] {
  return [{ operator: "OR", negate: false, cpeMatch: matches }];
}

const ANY = "*:*:*:*:*:*:*:*";
const node18 = match(`a:nodejs:node.js:${ANY}`, {
  versionStartIncluding: "18.0.0",
  versionEndExcluding: "18.1.0",
});

describe("nvd ratings", () => {
  it("keeps every version of CVSS with its source, each once", () => {
    const v3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    const metrics = {
      cvssMetricV40: [
        metric("security@Example.com", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
      ],
      cvssMetricV31: [
        metric("nvd@nist.gov", v3),
        metric("nvd@nist.gov", v3),
        metric("134c704f-9b21-4f2e-91b3-4a467353bcc0", v3),
      ],
      cvssMetricV30: [metric("6e1b0d1c-0000-4000-8000-000000000000", v3.replace("3.1", "3.0"))],
      cvssMetricV2: [metric("nvd@nist.gov", "AV:N/AC:L/Au:N/C:P/I:P/A:P"), metric("nvd@nist.gov", "AV:X")],
      ssvcV203: [{ source: "x" }],
    };
    assert.deepEqual(
      context(cve({ metrics })).context.ratings?.map(({ source, type, score }) => [source, type, score]),
      [
        ["example.com", "CVSS_V4", 9.3],
        ["NVD", "CVSS_V3", 9.8],
        ["CISA-ADP", "CVSS_V3", 9.8],
        ["CNA", "CVSS_V3", 9.8],
        ["NVD", "CVSS_V2", 7.5],
      ],
    );
  });

  it("keeps weaknesses that are some, and reads instants as UTC", () => {
    const weaknesses = [
      { description: [{ value: "NVD-CWE-noinfo" }, { value: "CWE-79" }] },
      { description: [{ value: "CWE-20" }, { value: "CWE-79" }] },
    ];
    const record = context(cve({ weaknesses }));
    assert.deepEqual(record.context.cwes, ["CWE-20", "CWE-79"]);
    assert.equal(record.modifiedAt, "2024-02-03T04:05:06.789Z");
    assert.equal(record.part, "2024");
  });

  it("puts CVEs before 2002 into the feed of 2002", () =>
    assert.deepEqual(["CVE-1999-0095", "CVE-2002-0001", "CVE-2026-10001"].map(nvdPart), [
      "2002",
      "2002",
      "2026",
    ]));

  const withdrawal: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
    ["rejected", { vulnStatus: "Rejected" }, true],
    ["awaiting analysis", { vulnStatus: "Received", metrics: {} }, false],
  ];
  for (const [name, more, withdrawn] of withdrawal) {
    it(`gives no row for what is ${name}`, () => {
      const [record] = read(
        cve({
          configurations: [{ nodes: nodes(node18) }],
          ...more,
          ...(!withdrawn && { configurations: [] }),
        }),
      ).records;
      assert.ok(record?.kind === "advisory");
      assert.deepEqual([record.withdrawn, record.advisories], [withdrawn, []]);
    });
  }

  it("rejects entries without a CVE id", () => {
    const reading = read(cve({ id: "CVE-1" }), null, cve());
    assert.deepEqual([reading.records.length, reading.rejected.length], [1, 2]);
  });
});

describe("nvd products", () => {
  const platform = (criteria: string): object => ({
    operator: "OR",
    cpeMatch: [{ vulnerable: false, criteria: `cpe:2.3:${criteria}` }],
  });
  const table: readonly (readonly [string, unknown, string[]])[] = [
    ["a range", [{ nodes: nodes(node18) }], ["cpe nodejs:node.js 18.0.0..18.1.0..-"]],
    [
      "ranges of one product, in one row, each once",
      [
        { nodes: nodes(node18, match(`a:nodejs:node.js:${ANY}`, { versionEndIncluding: "16.2.0" })) },
        { nodes: nodes(node18) },
      ],
      ["cpe nodejs:node.js 18.0.0..18.1.0..- 0..-..16.2.0"],
    ],
    [
      "an excluded start, taken as included",
      [{ nodes: nodes(match(`a:x:y:${ANY}`, { versionStartExcluding: "1.0", versionEndExcluding: "2" })) }],
      ["cpe x:y 1.0..2..-"],
    ],
    ["all versions", [{ nodes: nodes(match(`a:x:y:${ANY}`)) }], ["cpe x:y 0..-..-"]],
    [
      "versions one by one, with updates",
      [
        {
          nodes: nodes(
            match("a:openbsd:openssh:9.3:p1:*:*:*:*:*:*"),
            match("a:openbsd:openssh:9.3:-:*:*:*:*:*:*"),
            match("a:openbsd:openssh:9.3:-:*:*:*:*:*:*"),
          ),
        },
      ],
      ["cpe openbsd:openssh 9.3 9.3p1"],
    ],
    ["no version known", [{ nodes: nodes(match("a:x:y:-:*:*:*:*:*:*:*")) }], []],
    ["a plug-in of something", [{ nodes: nodes(match("a:x:y:*:*:*:*:*:wordpress:*:*")) }], []],
    ["the product on Linux", [{ nodes: nodes(match("a:x:y:1:*:*:*:*:linux:*:*")) }], ["cpe x:y 1"]],
    ["firmware", [{ nodes: nodes(match("o:x:y_firmware:1:*:*:*:*:*:*:*")) }], []],
    [
      "the kernel",
      [{ nodes: nodes(match("o:linux:linux_kernel:6.1:*:*:*:*:*:*:*")) }],
      ["cpe linux:linux_kernel 6.1"],
    ],
    ["not vulnerable", [{ nodes: nodes({ ...match("a:x:y:1:*:*:*:*:*:*:*"), vulnerable: false }) }], []],
    ["a negated node", [{ nodes: [{ negate: true, cpeMatch: [node18] }] }], []],
    ["a negated configuration", [{ negate: true, nodes: nodes(node18) }], []],
    [
      "on Windows only",
      [{ operator: "AND", nodes: [...nodes(node18), platform("o:microsoft:windows:-:*:*:*:*:*:*:*")] }],
      ["cpe nodejs:node.js 18.0.0..18.1.0..- on windows"],
    ],
    [
      "other versions on Windows than everywhere",
      [
        { nodes: nodes(match("a:x:y:1:*:*:*:*:*:*:*")) },
        {
          operator: "AND",
          nodes: [
            ...nodes(match("a:x:y:2:*:*:*:*:*:*:*")),
            platform("o:microsoft:windows_10:-:*:*:*:*:*:*:*"),
          ],
        },
      ],
      ["cpe x:y 1", "cpe x:y 2 on windows"],
    ],
    [
      "by its target software",
      [{ nodes: nodes(match("a:x:y:1:*:*:*:*:windows:*:*"), match("a:x:y:1:*:*:*:*:macos:*:*")) }],
      ["cpe x:y 1 on windows", "cpe x:y 1 on darwin"],
    ],
    [
      "on two systems at once",
      [
        {
          operator: "AND",
          nodes: [...nodes(match("a:x:y:1:*:*:*:*:windows:*:*")), platform("o:apple:macos:-:*:*:*:*:*:*:*")],
        },
      ],
      [],
    ],
    [
      "on Windows or Linux",
      [
        {
          operator: "AND",
          nodes: [
            ...nodes(node18),
            {
              operator: "OR",
              cpeMatch: ["o:microsoft:windows:-:*:*:*:*:*:*:*", "o:linux:linux_kernel:-:*:*:*:*:*:*:*"].map(
                (criteria) => ({ vulnerable: false, criteria: `cpe:2.3:${criteria}` }),
              ),
            },
          ],
        },
      ],
      ["cpe nodejs:node.js 18.0.0..18.1.0..-"],
    ],
    [
      "on an appliance only",
      [{ operator: "AND", nodes: [...nodes(node18), platform("h:acme:box:-:*:*:*:*:*:*:*")] }],
      [],
    ],
    [
      "on a distribution",
      [{ operator: "AND", nodes: [...nodes(node18), platform("o:debian:debian_linux:12:*:*:*:*:*:*:*")] }],
      ["cpe nodejs:node.js 18.0.0..18.1.0..-"],
    ],
    ["nonsense", [null, { nodes: [null, { cpeMatch: [null, {}, match("")] }] }], []],
  ];
  for (const [name, configurations, expected] of table)
    it(name, () => assert.deepEqual(rows(configurations), expected));
});

describe("documents of the nvd", () => {
  const mirror = feedDocument("CVE-2024.json", Buffer.from(JSON.stringify({ cve_items: [cve()] })));
  const single = feedDocument("CVE-2024-0001.json", Buffer.from(JSON.stringify(cve())));
  for (const document of [mirror, single]) {
    it(`reads ${document.name}`, () => {
      assert.ok(nvd.recognises(document));
      assert.equal(nvd.read(document).records.length, 1);
    });
  }

  it("refuses others", () => {
    const kev = feedDocument("kev.json", Buffer.from('{"catalogVersion":"1","vulnerabilities":[]}'));
    assert.equal(nvd.recognises(kev), false);
    assert.throws(() => nvd.read(kev), { code: "FEED_INVALID" });
  });
});

describe("samples of the nvd", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  it("reads every feed and answer of the collection, and no other document", async () => {
    const records: FeedRecord[] = [];
    const taken: string[] = [];
    await readDocuments(sharedPath("feeds/fixtures-vuls-data-update.tar.gz") ?? assert.fail(), {
      signal: null,
      onDocument(document) {
        if (!nvd.recognises(document)) return;
        taken.push(document.name);
        const reading = nvd.read(document);
        // One sample has an id that would climb out of a folder.
        assert.equal(
          reading.rejected.length,
          document.name.includes("/malformed-id/") ? 1 : 0,
          document.name,
        );
        records.push(...reading.records);
      },
    });
    assert.deepEqual(
      taken.filter((name) => !name.includes("/nvd/")),
      [],
    );
    const feeds = taken.filter((name) => name.includes("pkg/fetch/nvd/feed/cve/v2/"));
    assert.equal(feeds.length, 3);
    assert.deepEqual([taken.length, records.length], [39, 69]);
  });
});
