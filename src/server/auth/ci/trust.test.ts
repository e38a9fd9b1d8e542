/** Which rules are safe to keep, and which claims fit them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkClaims, fitsClaims } from "./trust.ts";

const GITHUB = "https://token.actions.githubusercontent.com";

describe("a rule", () => {
  const cases: readonly (readonly [issuer: string, claims: Record<string, string[]>, isFit: boolean])[] = [
    ["https://ci.example.com", { project: ["acme"] }, true],
    ["https://ci.example.com", {}, false],
    ["https://ci.example.com", { project: ["*"] }, false],
    ["https://ci.example.com", { project: ["acme", "**"] }, false],
    [GITHUB, { ref: ["refs/heads/main"] }, false],
    [GITHUB, { repository: ["acme*"] }, false],
    [GITHUB, { repository: ["*/app"] }, false],
    [GITHUB, { repository: ["acme/*", "other*"] }, false],
    [GITHUB, { repository: ["acme/*"] }, true],
    [`${GITHUB}/`, { ref: ["refs/heads/main"] }, false],
    [GITHUB, { repository_owner: ["acme"], ref: ["*main"] }, true],
    [GITHUB, { repository_owner: ["acme*"] }, false],
    [GITHUB, { sub: ["repo:*"] }, false],
    [GITHUB, { sub: ["repo:acme*"] }, false],
    [GITHUB, { sub: ["repo:acme/*"] }, true],
    ["https://gitlab.com", { namespace_path: ["acme"] }, true],
    ["https://gitlab.com", { sub: ["project_path:acme/*"] }, true],
    ["https://gitlab.com", { ref_protected: ["true"] }, false],
    ["https://agent.buildkite.com", { sub: ["organization:acme:*"] }, true],
    ["https://agent.buildkite.com", { sub: ["organization:acme*"] }, false],
  ];
  for (const [issuer, claims, isFit] of cases) {
    test(`${issuer} ${JSON.stringify(claims)} ${isFit ? "says whose" : "lets in too many"}`, () => {
      assert.equal(checkClaims(issuer, claims).length === 0, isFit);
    });
  }
});

describe("claims", () => {
  const cases: readonly (readonly [
    rule: Record<string, string[]>,
    claims: Record<string, unknown>,
    fits: boolean,
  ])[] = [
    [{ repository: ["acme/*"] }, { repository: "acme/app" }, true],
    [{ repository: ["acme/*"] }, { repository: "acme-evil/app" }, false],
    [{ repository: ["acme/*"] }, { repository: "x/acme/app" }, false],
    [{ repository: ["acme/*"] }, {}, false],
    [{ a: ["1"], b: ["2"] }, { a: "1" }, false],
    [{ a: ["1", "2"] }, { a: "2" }, true],
    [{ protected: ["true"] }, { protected: true }, true],
    [{ id: ["42"] }, { id: 42 }, true],
    [{ groups: ["dev"] }, { groups: ["ops", "dev"] }, true],
    [{ groups: ["dev"] }, { groups: { dev: true } }, false],
    [{ ref: ["refs/heads/main"] }, { ref: "refs/heads/MAIN" }, false],
    [{ constructor: ["*Object*"] }, {}, false],
    [{ a: ["x*"] }, { a: "x".repeat(2001) }, false],
  ];
  for (const [rule, claims, fits] of cases) {
    test(`${JSON.stringify(rule)} ${fits ? "fits" : "does not fit"} ${JSON.stringify(claims).slice(0, 80)}`, () => {
      assert.equal(fitsClaims(rule, claims), fits);
    });
  }
});
