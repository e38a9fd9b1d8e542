import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDraft, exceptionRequestOf, type ExceptionDraft } from "./exception-draft.ts";

const draft: ExceptionDraft = {
  kind: "false_positive",
  justification: "vulnerable_code_not_present",
  reason: " never built in ",
  expires: "",
  where: "repository",
};
const subject = {
  vulnerability: "CVE-2026-1",
  purl: "pkg:deb/debian/zlib1g@1",
  digest: `sha256:${"a".repeat(64)}`,
  repository: "registry.example.com/acme/app",
};

const wrong: readonly (readonly [name: string, change: Partial<ExceptionDraft>, field: string])[] = [
  ["no reason", { reason: "  " }, "reason"],
  ["no justification", { justification: "" }, "justification"],
  ["a risk without an end", { kind: "accepted_risk" }, "expires"],
  ["an end today", { kind: "accepted_risk", expires: "2026-11-22" }, "expires"],
];
for (const [name, change, field] of wrong) {
  test(`a request with ${name} is not sent`, () => {
    assert.deepEqual(Object.keys(checkDraft({ ...draft, ...change }, "2026-11-22")), [field]);
  });
}

test("a whole draft has nothing wrong", () => assert.deepEqual(checkDraft(draft, "2026-11-22"), {}));

test("the scope follows the choice", () => {
  assert.equal(exceptionRequestOf(draft, subject).scope?.repository, subject.repository);
  const image = exceptionRequestOf({ ...draft, where: "image" }, subject);
  assert.deepEqual(image.scope, { repository: null, digest: subject.digest, purl: subject.purl });
});

test("an accepted risk ends with the day", () => {
  const request = exceptionRequestOf({ ...draft, kind: "accepted_risk", expires: "2026-12-31" }, subject);
  assert.equal(request.expiresAt, "2026-12-31T23:59:59Z");
  assert.equal(request.reason, "never built in");
});
