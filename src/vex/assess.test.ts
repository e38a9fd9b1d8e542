import assert from "node:assert/strict";
import { test } from "node:test";
import type { VexStatement, VexStatus } from "../domain/vex.ts";
import { assess, explainVex } from "./assess.ts";
import type { AssessOptions } from "./decide.ts";
import { findingWith, packageWith, statementWith } from "./fixtures/findings.ts";

const digest = `sha256:${"1".repeat(64)}`;
const options: AssessOptions = {
  image: { repository: "docker.io/org/app", tag: "1.2", digests: [digest] },
  now: new Date("2026-11-21T12:00:00Z"),
  trustsAuthor: null,
};
const old = { timestamp: "2026-01-01T00:00:00Z" };
const recent = { timestamp: "2026-06-01T00:00:00Z" };
const future = { timestamp: "2026-11-21T12:00:01Z" };
const affected: Partial<VexStatement> = { status: "affected", justification: null };
const fixed: Partial<VexStatement> = { status: "fixed", justification: null };
const open: Partial<VexStatement> = { status: "under_investigation", justification: null };
const wholeImage = { products: [{ ids: ["pkg:docker/org/app"], subcomponents: [] }] };
const byTag = { products: [{ ids: ["pkg:docker/org/app@1.2"], subcomponents: [] }] };
const versionless = {
  products: [{ ids: ["pkg:docker/org/app"], subcomponents: ["pkg:deb/debian/libssl3"] }],
};
const exact = { products: [{ ids: ["pkg:deb/debian/libssl3@3.0.11-1~deb12u2"], subcomponents: [] }] };
const otherPackage = { products: [{ ids: ["pkg:deb/debian/curl"], subcomponents: [] }] };
const otherImage = { products: [{ ids: ["pkg:docker/org/other"], subcomponents: [] }] };

const rows: [
  name: string,
  statements: Partial<VexStatement>[],
  status: VexStatus | "undetermined",
  by: number | null,
][] = [
  ["no statements", [], "affected", null],
  ["not_affected", [{}], "not_affected", 0],
  ["fixed, in the version that it names", [{ ...exact, ...fixed }], "fixed", 0],
  ["fixed, in the tag that it names", [{ ...byTag, ...fixed }], "fixed", 0],
  ["fixed, of every version of a package", [{ ...versionless, ...fixed }], "affected", null],
  ["fixed, of every image of a repository", [fixed], "affected", null],
  ["affected", [affected], "affected", 0],
  ["under_investigation", [open], "under_investigation", 0],
  ["by an alias of the finding", [{ vulnerabilities: ["dsa-1-1"] }], "not_affected", 0],
  ["by an alias of the statement", [{ vulnerabilities: ["GHSA-9", "cve-2026-1"] }], "not_affected", 0],
  ["another vulnerability", [{ vulnerabilities: ["CVE-2026-2"] }], "affected", null],
  ["another image", [otherImage], "affected", null],
  ["another package", [otherPackage], "affected", null],
  ["the newest wins, whatever the order", [{ ...recent, ...affected }, old], "affected", 0],
  ["the newest wins, whatever the order (2)", [old, { ...recent, ...affected }], "affected", 1],
  ["a newer not_affected beats affected", [{ ...old, ...affected }, recent], "not_affected", 1],
  [
    "an older one about a package beats a newer one about the image",
    [
      { ...old, ...exact },
      { ...recent, ...wholeImage, ...affected },
    ],
    "not_affected",
    0,
  ],
  [
    "a newer one about the package beats the image",
    [
      { ...old, ...wholeImage, ...affected },
      { ...recent, ...versionless },
    ],
    "not_affected",
    1,
  ],
  [
    "at equal time a package beats the image",
    [{ ...wholeImage, ...affected }, versionless],
    "not_affected",
    1,
  ],
  ["at equal time a version beats none", [exact, { ...versionless, ...affected }], "not_affected", 0],
  ["at equal time a tag beats a repository", [{ ...wholeImage, ...affected }, byTag], "not_affected", 1],
  ["equal in all, the cautious one wins", [{}, affected, open], "affected", 1],
  [
    "equal in all, an open question beats fixed",
    [
      { ...exact, ...fixed },
      { ...exact, ...open },
    ],
    "under_investigation",
    1,
  ],
  [
    "approved beats a newer and more exact one that was only configured",
    [
      { ...old, ...wholeImage, ...affected, tier: "approved" },
      { ...recent, ...exact },
    ],
    "affected",
    0,
  ],
  ["configured beats proposed", [{ ...recent, ...affected, tier: "proposed" }, old], "not_affected", 1],
  ["proposed decides where nobody else does", [{ tier: "proposed" }], "not_affected", 0],
  [
    "the same instant in two zones",
    [{ timestamp: "2026-01-01T01:00:00+01:00" }, { ...old, ...affected }],
    "affected",
    1,
  ],
  ["another image never supersedes", [old, { ...recent, ...affected, ...otherImage }], "not_affected", 0],
  ["the future has not come", [future], "affected", null],
  ["the future does not hide the present", [{ ...future, ...affected }, old], "not_affected", 1],
  ["this very instant has come", [{ timestamp: "2026-11-21T12:00:00Z" }], "not_affected", 0],
  ["not_affected without a reason", [{ justification: null }], "affected", null],
  ["not_affected with a blank reason", [{ justification: null, impactStatement: "  " }], "affected", null],
  [
    "not_affected with an impact statement",
    [{ justification: null, impactStatement: "not loaded" }],
    "not_affected",
    0,
  ],
  [
    "a newer one without a reason changes nothing",
    [
      { ...old, ...affected },
      { ...recent, justification: null },
    ],
    "affected",
    0,
  ],
  ["an unreadable time has not come", [{ timestamp: "soon" }], "affected", null],
];

for (const [name, changes, status, by] of rows) {
  test(`assess: ${name}`, () => {
    const statements = changes.map(statementWith);
    const [assessed] = assess([findingWith()], statements, options).findings;
    assert.equal(assessed?.status, status);
    assert.equal(assessed?.statement, by === null ? null : statements[by]);
    assert.equal(assessed?.suppressed, status === "not_affected" || status === "fixed");
  });
}

test("assess: an undetermined finding stays so unless a statement decides", () => {
  const undetermined = findingWith({ state: "undetermined", reason: "no version" });
  const without = assess([undetermined], [], options).findings[0];
  assert.deepEqual([without?.status, without?.suppressed], ["undetermined", false]);
  const decided = assess([undetermined], [statementWith()], options).findings[0];
  assert.deepEqual([decided?.status, decided?.suppressed], ["not_affected", true]);
});

test("assess: findings keep their number and order, and are not changed", () => {
  const curl = packageWith({
    name: "curl",
    purl: "pkg:deb/debian/curl@8",
    version: "8",
    sourcePackage: null,
  });
  const findings = [
    findingWith({ package: curl }),
    findingWith(),
    findingWith({ vulnerability: "CVE-2026-2", aliases: [] }),
  ];
  const before = structuredClone(findings);
  const assessed = assess(findings, [statementWith(versionless)], options).findings;
  assert.deepEqual(
    assessed.map(({ status }) => status),
    ["affected", "not_affected", "affected"],
  );
  assert.deepEqual(findings, before);
});

test("assess: only trusted authors count", () => {
  const trusting = (author: string) => ({ ...options, trustsAuthor: (each: string) => each === author });
  const status = (author: string) =>
    assess([findingWith()], [statementWith()], trusting(author)).findings[0]?.status;
  assert.equal(status("Example <vex@example.com>"), "not_affected");
  assert.equal(status("Somebody"), "affected");
});

test("assess: a document of which nothing applied is a notice, one that applied is none", () => {
  const statements = [
    statementWith({ ...otherImage, location: "b.json" }),
    statementWith({ ...otherImage, location: "b.json" }),
    statementWith({ ...otherPackage, location: "b\u001b.json" }),
    statementWith({ vulnerabilities: ["CVE-1"], location: "c.json" }),
    statementWith({ vulnerabilities: ["CVE-1"] }),
    statementWith(),
    statementWith({ ...old, location: "superseded.json" }),
    statementWith({ ...recent, location: "winner.json" }),
    statementWith({ ...recent, location: "part.json" }),
    statementWith({ ...future, location: "part.json" }),
  ];
  const { problems } = assess([findingWith()], statements, options);
  assert.ok(problems.every(({ code, message }) => code === "VEX_NOT_APPLIED" && !message.includes("\u001b")));
  assert.deepEqual(
    problems.map(({ message }) => message.split(":")[0]),
    ["b.json", "b\\u{1b}.json", "c.json", "part.json"],
  );
  assert.match(problems[0]?.message ?? "", /none of its 2 .* 2 because it is about another image/);
});

test("assess: notices are limited", () => {
  const statements = Array.from({ length: 60 }, (_, index) =>
    statementWith({ ...otherImage, location: `${index}.json` }),
  );
  const { problems } = assess([findingWith()], statements, options);
  assert.equal(problems.length, 51);
  assert.match(problems.at(-1)?.message ?? "", /10 more/);
});

test("assess: for an organisation only what is approved decides, and the rest is proposed", () => {
  const proposals = [statementWith({ ...exact, tier: "proposed" }), statementWith()];
  const strict = { ...options, tierMin: "approved" } as const;
  const [finding] = assess([findingWith()], proposals, strict).findings;
  assert.deepEqual([finding?.status, finding?.statement, finding?.suppressed], ["affected", null, false]);
  assert.deepEqual(finding?.proposed, { kind: "statement", statement: proposals[1] });
  const approved = statementWith({ ...open, tier: "approved" });
  const [decided] = assess([findingWith()], [...proposals, approved], strict).findings;
  assert.deepEqual([decided?.status, decided?.statement], ["under_investigation", approved]);
});

const baseDigest = `sha256:${"b".repeat(64)}`;
const baseRows: [name: string, product: string, holds: boolean, status: string][] = [
  ["by digest", `pkg:oci/debian@${baseDigest}?repository_url=docker.io/library/debian`, true, "not_affected"],
  ["by tag", "pkg:docker/debian@12", true, "not_affected"],
  ["by repository", "pkg:docker/debian", true, "not_affected"],
  ["another tag", "pkg:docker/debian@11", true, "affected"],
  ["of a package that was changed since", "pkg:docker/debian@12", false, "affected"],
];

for (const [name, product, holds, status] of baseRows) {
  test(`assess: a statement about the base image, ${name}: ${status}`, () => {
    const base = {
      name: "docker.io/library/debian:12",
      image: { repository: "docker.io/library/debian", tag: "12", digests: [baseDigest] },
      holds: () => holds,
    };
    const products = [{ ids: [product], subcomponents: ["pkg:deb/debian/openssl"] }];
    const statements = [statementWith({ products })];
    const [finding] = assess([findingWith()], statements, { ...options, bases: [base] }).findings;
    assert.equal(finding?.status, status);
    assert.equal(finding?.inheritedFrom, status === "affected" ? undefined : base.name);
  });
}

test("assess: what is said of the image stands above what is said of its base", () => {
  const base = {
    name: "b",
    image: { repository: "docker.io/library/debian", tag: "12", digests: [baseDigest] },
    holds: () => true,
  };
  const part = ["pkg:deb/debian/openssl@3.0.11-1~deb12u2"];
  const statements = [
    statementWith({ ...recent, products: [{ ids: [`debian@${baseDigest}`], subcomponents: part }] }),
    statementWith({ ...old, ...affected, products: [{ ids: ["org/app"], subcomponents: part }] }),
  ];
  const [finding] = assess([findingWith()], statements, { ...options, bases: [base] }).findings;
  assert.equal(finding?.statement, statements[1]);
});

const explained: [change: Partial<VexStatement>, outcome: string][] = [
  [{}, "applied"],
  [old, "superseded"],
  [{ vulnerabilities: ["CVE-1"] }, "no-finding"],
  [{ author: "Somebody" }, "author-not-trusted"],
  [{ products: [{ ids: ["https://example.com/"], subcomponents: [] }] }, "product-unreadable"],
  [otherImage, "other-image"],
  [{ products: [{ ids: ["pkg:npm/tool"], subcomponents: ["pkg:npm/part"] }] }, "package-in-package"],
  [otherPackage, "other-package"],
  [{ justification: null }, "unjustified"],
  [fixed, "unversioned"],
  [{ tier: "proposed" }, "not-approved"],
  [future, "future"],
];

test("explain: each statement says how far it came", () => {
  const statements = explained.map(([change], index) =>
    statementWith({ ...(index === 0 ? recent : {}), ...change }),
  );
  const trustsAuthor = (author: string) => author !== "Somebody";
  const findings = [
    findingWith(),
    findingWith({ package: packageWith({ purl: "pkg:deb/debian/x@1", name: "x" }) }),
  ];
  const strict = { ...options, trustsAuthor, tierMin: "configured" } as const;
  const explanation = explainVex(findings, statements, strict);
  assert.deepEqual(
    explanation.map(({ outcome }) => outcome),
    explained.map(([, outcome]) => outcome),
  );
  assert.deepEqual(
    explanation.map(({ applied }) => applied.length),
    explained.map(([, outcome]) => (outcome === "applied" ? 2 : 0)),
  );
});

test("explain: a statement says to which findings it applied", () => {
  const [explanation] = explainVex([findingWith()], [statementWith()], options);
  assert.deepEqual(explanation?.applied, [{ vulnerability: "CVE-2026-1", purl: packageWith().purl }]);
});

test("assess: 300,000 statements are indexed, not searched", () => {
  const statements = Array.from({ length: 300_000 }, (_, index) =>
    statementWith({
      vulnerabilities: [`CVE-2020-${index % 1000}`],
      ...(index % 2 === 0 ? otherImage : wholeImage),
    }),
  );
  const findings = Array.from({ length: 2000 }, (_, index) =>
    findingWith({
      vulnerability: `CVE-2020-${index}`,
      aliases: [],
      package: packageWith({ purl: `pkg:deb/debian/p${index}@1`, name: `p${index}`, sourcePackage: null }),
    }),
  );
  // Searched one by one these would be 600 million comparisons of identities, which would not end here.
  const assessed = assess(findings, statements, options);
  assert.equal(assessed.findings.filter(({ suppressed }) => suppressed).length, 500);
});
