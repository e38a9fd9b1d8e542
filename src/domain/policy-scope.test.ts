import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsPattern, isInScope, type ImagePlaces, type PolicyScope } from "./policy-scope.ts";

const patterns: readonly (readonly [pattern: string, text: string, fits: boolean])[] = [
  ["*", "", true],
  ["*", "registry.example.com/acme/app", true],
  ["", "", true],
  ["", "a", false],
  ["registry.example.com/acme/app", "registry.example.com/acme/app", true],
  ["registry.example.com/acme/app", "registry.example.com/acme/app2", false],
  ["registry.example.com/acme", "registry.example.com/acme/app", false],
  ["registry.example.com/acme/*", "registry.example.com/acme/app", true],
  ["registry.example.com/acme/*", "registry.example.com/acme/team/app", true],
  ["registry.example.com/acme/*", "registry.example.com/acme2/app", false],
  ["*/app", "registry.example.com/acme/app", true],
  ["*/app", "registry.example.com/acme/app/x", false],
  ["*-app-*", "host/my-app-1", true],
  ["*-app-*", "host/my-app", false],
  ["a*b*c", "aXbYc", true],
  ["a*b*c", "abc", true],
  ["a*b*c", "acb", false],
  // The end is not taken twice.
  ["ab*ba", "aba", false],
  ["*a*a", "a", false],
  ["host/(a+)+$", "host/aaaa", false],
  ["host/a.c", "host/abc", false],
];

for (const [pattern, text, fits] of patterns) {
  test(`scope: ${pattern || "(empty)"} ${fits ? "takes" : "refuses"} ${text || "(empty)"}`, () => {
    assert.equal(fitsPattern(pattern, text), fits);
  });
}

const places: ImagePlaces = {
  repositories: ["host/acme/app", "host/acme/copy"],
  environments: ["production"],
};
const scopes: readonly (readonly [
  name: string,
  scope: Partial<PolicyScope>,
  places: ImagePlaces,
  is: boolean,
])[] = [
  ["everything", {}, places, true],
  ["everything, of an image that is nowhere", {}, { repositories: [], environments: [] }, true],
  ["one of its repositories", { repositories: ["x/*", "host/acme/copy"] }, places, true],
  ["other repositories", { repositories: ["host/other/*"] }, places, false],
  ["its environment", { environments: ["staging", "production"] }, places, true],
  ["another environment", { environments: ["staging"] }, places, false],
  ["a part of the name of its environment", { environments: ["prod*"] }, places, false],
  ["both", { repositories: ["host/acme/*"], environments: ["production"] }, places, true],
  ["the repository alone", { repositories: ["host/acme/*"], environments: ["staging"] }, places, false],
  ["the environment alone", { repositories: ["x"], environments: ["production"] }, places, false],
];

for (const [name, scope, where, is] of scopes) {
  test(`scope: ${name}`, () => {
    assert.equal(isInScope({ repositories: [], environments: [], ...scope }, where), is);
  });
}

test("scope: many stars on a long text are one walk", () => {
  assert.equal(fitsPattern(`${"*a".repeat(200)}*b*`, "a".repeat(1_000_000)), false);
});
