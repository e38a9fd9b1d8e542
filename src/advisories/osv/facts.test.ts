import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import { readDocuments } from "../documents.ts";
import { readFacts } from "./facts.ts";
import { osv } from "./index.ts";

type Member = Readonly<Record<string, unknown>>;

function facts(id: string, record: Member, affected: readonly Member[] = [{}]): object {
  return readFacts(id, record, affected, "https://example.com/page");
}

function imports(...list: object[]): Member {
  return { ecosystem_specific: { imports: list } };
}

function informational(word: string | null): Member {
  return { database_specific: { informational: word, categories: [] } };
}

describe("osv facts", () => {
  const kinds: readonly (readonly [string, string, Member, readonly Member[], string | undefined])[] = [
    ["MAL- ids", "MAL-2024-1", {}, [{}], "malicious"],
    [
      "crates of that category",
      "RUSTSEC-2024-1",
      {},
      [{ database_specific: { categories: ["malicious"] } }],
      "malicious",
    ],
    [
      "GitHub's malware",
      "GHSA-a",
      { summary: "Malware in left", database_specific: { cwe_ids: ["CWE-506"] } },
      [{}],
      "malicious",
    ],
    [
      "no malware: embedded code of another kind",
      "GHSA-a",
      { summary: "Backdoor in left", database_specific: { cwe_ids: ["CWE-506"] } },
      [{}],
      undefined,
    ],
    ["unmaintained", "RUSTSEC-2024-1", {}, [informational("unmaintained")], "informational"],
    ["not informational", "RUSTSEC-2024-1", {}, [informational(null)], undefined],
    [
      "informational in part",
      "RUSTSEC-2024-1",
      {},
      [informational("unsound"), informational(null)],
      undefined,
    ],
    ["an ordinary record", "GHSA-a", {}, [{}], undefined],
  ];
  for (const [name, id, record, affected, kind] of kinds) {
    it(`kind: ${name}`, () =>
      assert.deepEqual(facts(id, record, affected), kind === undefined ? {} : { kind }));
  }

  const symbols: readonly (readonly [string, readonly Member[], unknown])[] = [
    ["names", [imports({ path: "a/b", symbols: ["T.F", "E", "E"] })], [{ path: "a/b", names: ["E", "T.F"] }]],
    ["all names of a path", [imports({ path: "a/b" })], [{ path: "a/b", names: [] }]],
    [
      "two members, one of which means all names",
      [
        imports({ path: "a", symbols: ["E"] }, { path: "b", symbols: ["F"] }),
        imports({ path: "a" }, { path: "b", symbols: ["G"] }),
      ],
      [
        { path: "a", names: [] },
        { path: "b", names: ["F", "G"] },
      ],
    ],
    ["a member that does not tell", [imports({ path: "a", symbols: ["E"] }), {}], undefined],
    ["a path that is none", [imports({ path: 1, symbols: ["E"] })], undefined],
    [
      "too many",
      [imports({ path: "a", symbols: Array.from({ length: 2_001 }, (_, index) => `F${index}`) })],
      [{ path: "a", names: [] }],
    ],
  ];
  for (const [name, affected, expected] of symbols) {
    it(`symbols: ${name}`, () =>
      assert.deepEqual(facts("GO-1", {}, affected), expected === undefined ? {} : { symbols: expected }));
  }

  const systems: readonly (readonly [string, readonly Member[], readonly string[] | undefined])[] = [
    ["one alone", [imports({ path: "os", goos: ["windows"] })], ["windows"]],
    [
      "several",
      [imports({ path: "os", goos: ["windows"] }, { path: "net", goos: ["plan9", "windows"] })],
      ["plan9", "windows"],
    ],
    ["Linux too", [imports({ path: "os", goos: ["windows", "linux"] })], ["linux", "windows"]],
    ["one package on all", [imports({ path: "os", goos: ["windows"] }, { path: "net" })], undefined],
    ["a member that does not tell", [imports({ path: "os", goos: ["windows"] }), {}], undefined],
    ["none told", [imports({ path: "os", goos: [] })], undefined],
    [
      "more than there are",
      [imports({ path: "os", goos: Array.from({ length: 51 }, (_, at) => `s${at}`) })],
      undefined,
    ],
  ];
  for (const [name, affected, told] of systems) {
    it(`operating systems: ${name}`, () => {
      const found = facts("GO-1", {}, affected);
      assert.deepEqual("systems" in found ? found.systems : undefined, told);
    });
  }

  it("references: pages only, each once, fixes first, ten at most, without the page itself", () => {
    const references = [
      { type: "WEB", url: "https://example.com/web" },
      { type: "FIX", url: "https://example.com/fix" },
      { type: "FIX", url: "https://example.com/fix" },
      { type: "ADVISORY", url: "https://example.com/page" },
      { type: "WEB", url: "javascript:alert(1)" },
      { type: "WEB", url: `https://example.com/${"x".repeat(300)}` },
      null,
      ...Array.from({ length: 12 }, (_, index) => ({ type: "WEB", url: `http://example.com/${index}` })),
    ];
    const found = facts("GHSA-a", { references }) as { references: string[] };
    assert.equal(found.references.length, 10);
    assert.deepEqual(found.references.slice(0, 3), [
      "https://example.com/fix",
      "https://example.com/web",
      "http://example.com/0",
    ]);
  });
});

describe("facts of whole databases", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  const rows: readonly (readonly [string, Member])[] = [
    // The manifest says about 476 informational ones: 267 unmaintained, 203 unsound, 6 notices, some of them withdrawn.
    ["crates-rustsec-osv.tar.gz", { informational: 466, malicious: 73, symbols: 0 }],
    ["go-vulndb-osv.tar.gz", { informational: 0, malicious: 0, symbols: 1_088 }],
    ["dhi-advisories-osv-vex.tar.gz", { informational: 0, malicious: 0, symbols: 0 }],
  ];
  for (const [name, expected] of rows) {
    it(name, async () => {
      const counts = { informational: 0, malicious: 0, symbols: 0 };
      await readDocuments(sharedPath(`feeds/${name}`) ?? assert.fail(name), {
        signal: null,
        onDocument(document) {
          if (!osv.recognises(document)) return;
          for (const record of osv.read(document).records) {
            if (record.kind !== "advisory") continue;
            for (const { advisory } of record.advisories) {
              if (advisory.kind !== undefined) counts[advisory.kind] += 1;
              if (advisory.symbols !== undefined) counts.symbols += 1;
            }
          }
        },
      });
      assert.deepEqual(counts, expected);
    });
  }
});
