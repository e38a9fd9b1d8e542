import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exception, ExceptionScope } from "../domain/exception.ts";
import type { AssessedFinding } from "../domain/finding.ts";
import { applyExceptions, type ExceptionOptions } from "./exceptions.ts";
import { exceptionWith, findingWith, packageWith, statementWith } from "./fixtures/findings.ts";
import { label } from "./label.ts";

const digest = `sha256:${"1".repeat(64)}`;
const indexDigest = `sha256:${"2".repeat(64)}`;
const options: ExceptionOptions = {
  image: { repository: "docker.io/org/app", tag: "1.2", digests: [digest, indexDigest] },
  now: new Date("2026-11-21T12:00:00Z"),
};
const acceptedRisk: Partial<Exception> = { kind: "accepted_risk", justification: null };

function within(scope: Partial<ExceptionScope>): Partial<Exception> {
  return { scope: { repository: null, digest: null, purl: null, ...scope } };
}

function ruleFor(scope: Partial<ExceptionScope>): Partial<Exception> {
  return { ...within(scope), vulnerability: "*", location: ".plimsoll.yaml" };
}

function among(...repositories: readonly string[]): Partial<Exception> {
  return within({ repositories });
}

test("exception: of an organisation only an approved one decides, and another is proposed", () => {
  const proposed = exceptionWith({ tier: "proposed", location: ".plimsoll.yaml" });
  const strict = { ...options, tierMin: "approved" } as const;
  const [told] = applyExceptions([label(findingWith(), null)], [proposed], strict);
  assert.deepEqual([told?.suppressed, told?.exception], [false, null]);
  assert.deepEqual(told?.proposed, { kind: "exception", exception: proposed });
  const approved = exceptionWith({ id: "2", decidedAt: "2025-01-01T00:00:00Z" });
  for (const each of [strict, options]) {
    const [decided] = applyExceptions([label(findingWith(), null)], [proposed, approved], each);
    assert.equal(decided?.exception, approved);
  }
  assert.equal(applyExceptions([label(findingWith(), null)], [proposed], options)[0]?.suppressed, true);
});

test("exception: a rule for a place is for packages that are nowhere else", () => {
  const at = (...paths: readonly string[]) =>
    label(
      findingWith({
        package: packageWith({ evidence: paths.map((path) => ({ path, layer: null, layerIndex: null })) }),
      }),
      null,
    );
  const rule = exceptionWith(ruleFor({ pathPattern: "/srv/test/*" }));
  const suppressed = [at("srv/test/a"), at("/srv/test/a"), at("/srv/a"), at("/srv/test/a", "/srv/a")].map(
    (finding) => applyExceptions([finding], [rule], options)[0]?.suppressed,
  );
  assert.deepEqual(suppressed, [true, true, false, false]);
});

/** libssl3 3.0.11-1~deb12u2, built from openssl, has CVE-2026-1 alias DSA-1-1. */
const rows: [name: string, exception: Partial<Exception>, applies: boolean][] = [
  ["all of the organisation", {}, true],
  ["another vulnerability", { vulnerability: "CVE-2026-2" }, false],
  ["an alias, in another case", { vulnerability: "dsa-1-1" }, true],
  ["the beginning of an id", { vulnerability: "CVE-2026-" }, false],
  ["this repository", within({ repository: "docker.io/org/app" }), true],
  ["this repository in short", within({ repository: "org/app" }), true],
  ["another repository", within({ repository: "docker.io/org/other" }), false],
  ["several repositories, this among them", among("ghcr.io/x/y", "index.docker.io/org/app"), true],
  ["several repositories, all others", among("ghcr.io/x/y", "docker.io/org/other"), false],
  ["several repositories, which are none", among(), false],
  ["a repository above it", within({ repository: "docker.io/org" }), false],
  ["this image", within({ digest }), true],
  ["the index of this image", within({ digest: indexDigest }), true],
  ["this image by its reference", within({ digest: "org/app:1.2" }), true],
  ["this image by another tag", within({ digest: "org/app:1.3" }), false],
  ["another image by its reference", within({ digest: "ghcr.io/org/app:1.2" }), false],
  ["text that names no image", within({ digest: "a b" }), false],
  ["another image", within({ digest: `sha256:${"3".repeat(64)}` }), false],
  ["this image in another repository", within({ digest, repository: "docker.io/org/other" }), false],
  ["any version of the package", within({ purl: "pkg:deb/debian/libssl3" }), true],
  ["this version of the package", within({ purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u2" }), true],
  ["another version", within({ purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u1" }), false],
  ["its source package", within({ purl: "pkg:deb/debian/openssl" }), true],
  ["another package", within({ purl: "pkg:deb/debian/curl" }), false],
  ["a rule for names that are like it", ruleFor({ packagePattern: "libssl*" }), true],
  ["a rule for its package URL", ruleFor({ packagePattern: "pkg:deb/*/libssl3@*" }), true],
  ["a rule for other names", ruleFor({ packagePattern: "curl*" }), false],
  ["a rule for places, of a package without one", ruleFor({ pathPattern: "*" }), false],
  ["every vulnerability, in no file", { ...within({ packagePattern: "*" }), vulnerability: "*" }, false],
  ["another distribution", within({ purl: "pkg:deb/debian/libssl3?distro=debian-11" }), false],
  ["the package in another repository", within({ purl: "pkg:deb/debian/libssl3", repository: "x/y" }), false],
  ["text that is no package URL", within({ purl: "libssl3" }), false],
  ["an empty package URL", within({ purl: "" }), false],
  ["a moment before its end", { expiresAt: "2026-11-21T12:00:00.001Z" }, true],
  ["the instant of its end", { expiresAt: "2026-11-21T12:00:00Z" }, false],
  ["the same instant in another zone", { expiresAt: "2026-11-21T13:00:00+01:00" }, false],
  ["after its end", { expiresAt: "2026-11-20T00:00:00Z" }, false],
  ["an end that cannot be read", { expiresAt: "soon" }, false],
];

for (const [name, changes, applies] of rows) {
  for (const kind of ["false_positive", "accepted_risk"] as const) {
    test(`exception, ${kind}: ${name}`, () => {
      const exception = exceptionWith({ kind, ...changes });
      const [finding] = applyExceptions([label(findingWith(), null)], [exception], options);
      assert.equal(finding?.exception, applies ? exception : null);
      assert.equal(finding?.suppressed, applies);
      assert.equal(finding?.status, applies && kind === "false_positive" ? "not_affected" : "affected");
    });
  }
}

test("exception: an image without a repository is in no repository's scope", () => {
  const image = { ...options.image, repository: null };
  const applied = (scope: Partial<ExceptionScope>) =>
    applyExceptions([label(findingWith(), null)], [exceptionWith(within(scope))], { ...options, image })[0]
      ?.suppressed;
  assert.equal(applied({ repository: "docker.io/org/app" }), false);
  assert.equal(applied({ digest }), true);
});

test("exception: an undetermined finding stays so when its risk is accepted", () => {
  const finding = label(findingWith({ state: "undetermined", reason: "no version" }), null);
  const [accepted] = applyExceptions([finding], [exceptionWith(acceptedRisk)], options);
  assert.deepEqual([accepted?.status, accepted?.suppressed], ["undetermined", true]);
  const [refuted] = applyExceptions([finding], [exceptionWith()], options);
  assert.deepEqual([refuted?.status, refuted?.suppressed], ["not_affected", true]);
});

test("exception: what a statement suppressed stays suppressed, and keeps its statement", () => {
  const statement = statementWith({ status: "fixed", justification: null });
  const finding = label(findingWith(), statement);
  const [applied] = applyExceptions([finding], [exceptionWith(acceptedRisk)], options);
  assert.deepEqual([applied?.status, applied?.suppressed], ["fixed", true]);
  assert.equal(applied?.statement, statement);
  const ended = exceptionWith({ ...acceptedRisk, expiresAt: "2026-01-01T00:00:00Z" });
  assert.equal(applyExceptions([finding], [ended], options)[0]?.suppressed, true);
});

test("exception: it stands above a statement that says affected", () => {
  const finding = label(findingWith(), statementWith({ status: "affected", justification: null }));
  const [applied] = applyExceptions([finding], [exceptionWith()], options);
  assert.deepEqual([applied?.status, applied?.suppressed], ["not_affected", true]);
});

const newer = { decidedAt: "2026-03-01T00:00:00Z" };
const contests: [name: string, exceptions: Partial<Exception>[], winner: string][] = [
  ["the newest decision", [{ id: "a", ...newer }, { id: "b" }], "a"],
  [
    "the newest decision, whatever the scope",
    [
      { id: "a", ...within({ digest }) },
      { id: "b", ...newer },
    ],
    "b",
  ],
  [
    "the newest by another id of the finding",
    [{ id: "a" }, { id: "b", ...newer, vulnerability: "DSA-1-1" }],
    "b",
  ],
  ["one that has not ended", [{ id: "a", ...newer, expiresAt: "2026-04-01T00:00:00Z" }, { id: "b" }], "b"],
  ["the accepted risk at the same time", [{ id: "a" }, { id: "b", ...acceptedRisk }], "b"],
  ["the first id, equal in all", [{ id: "b" }, { id: "a" }], "a"],
  ["a time that can be read", [{ id: "a", decidedAt: "then" }, { id: "b" }], "b"],
];

for (const [name, changes, winner] of contests) {
  test(`exceptions: of several wins ${name}`, () => {
    const exceptions = changes.map(exceptionWith);
    for (const order of [exceptions, exceptions.toReversed()]) {
      const [finding] = applyExceptions([label(findingWith(), null)], order, options);
      assert.equal(finding?.exception?.id, winner);
    }
  });
}

test("exceptions: findings keep their number and order, and are not changed", () => {
  const curl = packageWith({
    name: "curl",
    purl: "pkg:deb/debian/curl@8",
    version: "8",
    sourcePackage: null,
  });
  const findings: AssessedFinding[] = [
    label(findingWith({ package: curl }), null),
    label(findingWith(), null),
    label(findingWith({ vulnerability: "CVE-2026-2", aliases: [] }), null),
  ];
  const before = structuredClone(findings);
  const applied = applyExceptions(
    findings,
    [exceptionWith(within({ purl: "pkg:deb/debian/libssl3" }))],
    options,
  );
  assert.deepEqual(
    applied.map(({ suppressed }) => suppressed),
    [false, true, false],
  );
  assert.deepEqual(findings, before);
});
