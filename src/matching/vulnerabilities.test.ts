/**
 * Which advisories are one vulnerability, and the rules of distributions.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, deb, findingsOf, npm, outcome, pkg, range } from "../../test/helpers/matching.ts";
import type { Advisory, AffectedRange } from "../domain/advisory.ts";
import type { Finding } from "../domain/finding.ts";
import { consider } from "./consider.ts";
import { match, type MatchSubject } from "./match.ts";

describe("aliases", () => {
  const holds = [range("0", "2.0.0")];
  const not = [range("0", "0.1.0")];
  const rows: readonly { name: string; advisories: readonly Advisory[]; is: readonly string[] }[] = [
    {
      name: "two sources of one CVE are one finding",
      advisories: [
        advisory("GHSA-a", { aliases: ["CVE-2024-0001"], ranges: holds }),
        advisory("CVE-2024-0001", { ranges: holds }),
      ],
      is: ["CVE-2024-0001 (GHSA-a) by GHSA-a, CVE-2024-0001"],
    },
    {
      name: "an advisory without a CVE joins through a GHSA",
      advisories: [
        advisory("PYSEC-1", { aliases: ["GHSA-a"], ranges: holds }),
        advisory("GHSA-a", { aliases: ["CVE-2024-0001"], ranges: holds }),
      ],
      is: ["CVE-2024-0001 (GHSA-a, PYSEC-1) by GHSA-a, PYSEC-1"],
    },
    {
      name: "an advisory that does not hold still knows the alias, but is no evidence",
      advisories: [
        advisory("PYSEC-1", { aliases: ["GHSA-a"], ranges: holds }),
        advisory("GHSA-a", { aliases: ["CVE-2024-0001"], ranges: not }),
      ],
      is: ["CVE-2024-0001 (GHSA-a, PYSEC-1) by PYSEC-1"],
    },
    {
      name: "no CVE: the GHSA is the id",
      advisories: [
        advisory("MAL-2024-1", { aliases: ["GHSA-a"], ranges: holds }),
        advisory("AAA-1", { aliases: ["MAL-2024-1"], ranges: holds }),
      ],
      is: ["GHSA-a (AAA-1, MAL-2024-1) by AAA-1, MAL-2024-1"],
    },
    {
      name: "a GHSA that lists two CVEs, alone: one finding with both",
      advisories: [advisory("GHSA-a", { aliases: ["CVE-2024-10000", "CVE-2024-9999"], ranges: holds })],
      is: ["CVE-2024-9999 (CVE-2024-10000, GHSA-a) by GHSA-a"],
    },
    {
      name: "two CVEs that only share a GHSA: two findings",
      advisories: [
        advisory("GHSA-a", { aliases: ["CVE-2024-0001"], ranges: holds }),
        advisory("CVE-2024-0002", { aliases: ["GHSA-a"], ranges: holds }),
      ],
      is: ["CVE-2024-0001 (GHSA-a) by GHSA-a", "CVE-2024-0002 (GHSA-a) by CVE-2024-0002"],
    },
    {
      name: "an advisory without a CVE that both share is evidence for both",
      advisories: [
        advisory("GHSA-a", { aliases: ["CVE-2024-0001"], ranges: holds }),
        advisory("CVE-2024-0002", { aliases: ["GHSA-a"], ranges: holds }),
        advisory("PYSEC-1", { aliases: ["GHSA-a"], ranges: holds }),
      ],
      is: [
        "CVE-2024-0001 (GHSA-a, PYSEC-1) by GHSA-a, PYSEC-1",
        "CVE-2024-0002 (GHSA-a, PYSEC-1) by PYSEC-1, CVE-2024-0002",
      ],
    },
    {
      name: "a bundle does not merge CVEs that others tell apart",
      advisories: [
        advisory("DSA-1", { aliases: ["CVE-2024-0001", "CVE-2024-0002"], ranges: holds }),
        advisory("CVE-2024-0001", { ranges: holds }),
        advisory("CVE-2024-0002", { ranges: not }),
      ],
      is: ["CVE-2024-0001 (DSA-1) by DSA-1, CVE-2024-0001", "CVE-2024-0002 (DSA-1) by DSA-1"],
    },
    {
      name: "unrelated advisories stay apart",
      advisories: [advisory("GHSA-a", { ranges: holds }), advisory("GHSA-b", { ranges: holds })],
      is: ["GHSA-a () by GHSA-a", "GHSA-b () by GHSA-b"],
    },
    {
      name: "a chain of aliases is one vulnerability",
      advisories: ["A-1:A-2", "A-3:A-4", "A-2:A-3"].map((pair) => {
        const [id = "", alias = ""] = pair.split(":");
        return advisory(id, { aliases: [alias], ranges: holds });
      }),
      is: ["A-1 (A-2, A-3, A-4) by A-1, A-2, A-3"],
    },
  ];
  const shown = (finding: Finding): string =>
    `${finding.vulnerability} (${finding.aliases.join(", ")}) by ${finding.evidence.map((each) => each.advisory.id).join(", ")}`;
  for (const { name, advisories, is } of rows) {
    it(name, () => {
      assert.deepEqual(findingsOf(npm("1.0.0"), advisories).map(shown), is);
      assert.deepEqual(
        findingsOf(npm("1.0.0"), advisories.toReversed()).map(shown),
        is,
        "whatever the order",
      );
    });
  }

  it("the same advisory by two keys is one evidence, by the package's own name", () => {
    const subject: MatchSubject = {
      package: pkg("thing", "1.0.0"),
      keys: [
        { space: "npm", name: "thing", version: "1.0.0", by: "package" },
        { space: "npm", name: "source", version: "1.0.0", by: "source-package" },
      ],
      scheme: "semver",
    };
    const both = [advisory("GHSA-a", { ranges: holds })];
    const advisories = new Map([
      ["npm\nthing", both],
      ["npm\nsource", both],
    ]);
    const { findings } = match({ packages: [subject], advisories });
    assert.deepEqual(
      findings.flatMap((finding) => finding.evidence.map((each) => each.key.name)),
      ["thing"],
    );
  });
});

describe("a source package as a whole and the packages built from it", () => {
  const subject: MatchSubject = {
    package: pkg("openssl-libs", "3.0.7-18.el9", { ecosystem: "rpm" }),
    keys: [
      { space: "rpm:rhel:9", name: "openssl-libs", version: "3.0.7-18.el9", by: "package" },
      { space: "rpm:rhel:9", name: "openssl", version: "3.0.7-18.el9", by: "source-package" },
    ],
    scheme: "rpm",
  };
  const vex = (name: string, more: Partial<Advisory>): Advisory =>
    advisory("CVE-2024-0001", { space: "rpm:rhel:9", feed: "redhat", name, ...more });
  const open = { ranges: [range("0", null, null, "rpm")], fixState: "affected" as const };
  const fixed = { ranges: [range("0", "3.0.7-18.el9", null, "rpm")] };
  const rows: readonly (readonly [name: string, advisories: readonly Advisory[], is: string[]])[] = [
    ["the source alone is named: it is what is built from it", [vex("openssl", open)], ["affected"]],
    ["the package is fixed, the source still open", [vex("openssl", open), vex("openssl-libs", fixed)], []],
    [
      "the package is not affected, the source is",
      [vex("openssl", open), vex("openssl-libs", { fixState: "not_affected" })],
      [],
    ],
    [
      "the same where the feed's own ids differ",
      [
        vex("openssl", open),
        vex("openssl-libs", { id: "RHSA-2024:1", aliases: ["CVE-2024-0001"], ...fixed }),
      ],
      [],
    ],
    [
      "the package is affected, the source not",
      [vex("openssl", { fixState: "not_affected" }), vex("openssl-libs", open)],
      ["affected"],
    ],
  ];
  for (const [name, list, is] of rows) {
    it(name, () => {
      const advisories = Map.groupBy(list, (each) => `${each.space}\n${each.name}`);
      const { findings } = match({ packages: [subject], advisories });
      assert.deepEqual(
        findings.map(({ state }) => state),
        is,
      );
    });
  }

  const headers: readonly (readonly [name: string, source: string, isFound: boolean])[] = [
    ["linux-libc-dev", "linux", false],
    ["linux-headers-6.1.0-18-amd64", "linux", false],
    ["linux-aws-headers-5.15.0-1", "linux-aws", false],
    ["linux-kbuild-6.1", "linux", false],
    ["kernel-headers", "kernel", false],
    ["linux-headers-6.8.0-31-generic", "linux-aws", false],
    ["linux-doc-6.1", "linux", false],
    ["linux-image-6.1.0-18-amd64", "linux", true],
    ["linux-image-6.1.0-18-amd64-unsigned", "linux", true],
    ["linux-modules-6.8.0-31-generic", "linux", true],
    ["linux-libc-dev", "glibc", true],
    ["linux-headers-x", "util-linux", true],
    ["libssl-dev", "openssl", true],
  ];
  for (const [name, source, isFound] of headers) {
    it(`${name} of ${source} ${isFound ? "has what its source has" : "holds nothing of it"}`, () => {
      const key = { space: "deb:debian:12", name: source, version: "1.0-1", by: "source-package" as const };
      const found = advisory("CVE-2024-0001", {
        space: "deb:debian:12",
        name: source,
        ranges: [range("0", null, null, "deb")],
      });
      const subject = { package: pkg(name, "1.0-1", { ecosystem: "deb" }), keys: [key], scheme: "deb" };
      const input = { packages: [subject], advisories: new Map([[`deb:debian:12\n${source}`, [found]]]) };
      assert.equal(match(input).findings.length, isFound ? 1 : 0);
      const [considered] = consider(input, "CVE-2024-0001");
      assert.equal(
        considered?.reasons[0] ?? null,
        isFound
          ? null
          : "the package comes from the source of the kernel and holds none of its code that runs",
      );
    });
  }
});

describe("distribution packages (classes of field-notes 3.2)", () => {
  const debRange = (fixed: string | null): AffectedRange => range("0", fixed, null, "deb");
  const inDebian = (id: string, more: Partial<Advisory>): Advisory =>
    advisory(id, { space: "deb:debian:12", feed: "debian", ...more });

  it("binary and source package name: the source package's version is compared", () => {
    const subject: MatchSubject = {
      package: pkg("libthing1", "7:1.0-1+b2", { ecosystem: "deb" }),
      keys: [{ space: "deb:debian:12", name: "thing", version: "1.0-1", by: "source-package" }],
      scheme: "deb",
    };
    const findings = findingsOf(subject, [
      inDebian("CVE-2024-0001", { ranges: [debRange("1.0-1+deb12u1")] }),
    ]);
    assert.equal(findings[0]?.evidence[0]?.comparison, "1.0-1 >= 0 and 1.0-1 < 1.0-1+deb12u1 (deb)");
    assert.equal(findings[0]?.fixedVersion, "1.0-1+deb12u1");
  });

  it("fix backported by the distribution is fixed", () => {
    assert.deepEqual(
      outcome(deb("1.1.1n-0+deb11u4"), inDebian("CVE-2024-0001", { ranges: [debRange("1.1.1n-0+deb11u4")] })),
      [],
    );
  });

  it("not affected by the distribution's word (fixed 0) is nothing", () => {
    assert.deepEqual(outcome(deb("1.0-1"), inDebian("CVE-2024-0001", { ranges: [debRange("0")] })), []);
  });

  it("no fix known: affected without a fixed version", () => {
    const [finding] = findingsOf(deb("1.0-1"), [inDebian("CVE-2024-0001", { ranges: [debRange(null)] })]);
    assert.deepEqual(
      [finding?.state, finding?.fixedVersion, finding?.affectedRange],
      ["affected", null, ">=0"],
    );
  });

  it("the distribution's own feed comes before the aggregator's copy", () => {
    const [finding] = findingsOf(deb("1.0-1"), [
      inDebian("CVE-2024-0001", { feed: "osv", ranges: [debRange(null)] }),
      inDebian("DEBIAN-1", { aliases: ["CVE-2024-0001"], ranges: [debRange("1.0-2")] }),
    ]);
    assert.deepEqual(
      finding?.evidence.map((each) => each.advisory.feed),
      ["debian", "osv"],
    );
    assert.equal(finding?.fixedVersion, "1.0-2");
  });

  it("no key (no distribution known) finds nothing and fails nothing", () => {
    const result = match({ packages: [{ ...deb("1.0-1"), keys: [] }], advisories: new Map() });
    assert.deepEqual(result, { findings: [], problems: [] });
  });
});
