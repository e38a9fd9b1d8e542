import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseRepository, parseRepositoryName } from "./repositories.ts";

const rows: readonly (readonly [word: string, flag: string | null, registry: string | null, name: string])[] =
  [
    ["acme/my-app", null, null, "acme/my-app"],
    ["my-app", null, null, "my-app"],
    ["registry.example.com/acme/my-app", null, "registry.example.com", "acme/my-app"],
    ["127.0.0.1:5000/acme/my-app", null, "127.0.0.1:5000", "acme/my-app"],
    ["localhost/acme/my-app", null, "localhost", "acme/my-app"],
    ["acme/my-app", "registry.example.com", "registry.example.com", "acme/my-app"],
  ];
for (const [word, flag, registry, name] of rows) {
  test(`${word} with ${flag ?? "no flag"}`, () => {
    assert.deepEqual(parseRepositoryName(word, flag), { registry, name });
  });
}

const refused: readonly (readonly [word: string, flag: string | null])[] = [
  ["acme/my-app:1.2", null],
  ["acme/my-app@sha256:00", null],
  ["registry.example.com/", null],
  ["registry.example.com/acme/my-app", "other.example.com"],
];
for (const [word, flag] of refused) {
  test(`${word} with ${flag ?? "no flag"} is refused`, () => {
    assert.throws(() => parseRepositoryName(word, flag), { code: "USAGE" });
  });
}

test("a name that two registries have must be told apart", () => {
  const row = (registry: string) => ({
    id: registry,
    registry,
    name: "acme/app",
    fullName: `${registry}/acme/app`,
    enabled: true,
    tagCount: 0,
    lastPushedAt: null,
    latestTag: null,
    grade: null,
    polledAt: null,
    failure: null,
  });
  const all = [row("a.example.com"), row("b.example.com")];
  assert.throws(() => chooseRepository(all, { registry: null, name: "acme/app" }), { code: "USAGE" });
  assert.equal(chooseRepository(all, { registry: "b.example.com", name: "acme/app" }).id, "b.example.com");
  assert.throws(() => chooseRepository(all, { registry: null, name: "acme/other" }), { code: "NOT_FOUND" });
});
