import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "./config.ts";
import { settings } from "./settings.ts";

test("folders default below the user's data folder", () => {
  const config = readConfig({}, "/home/ada", "/srv/app");
  assert.equal(config.databaseDir, "/home/ada/.local/share/plimsoll/db");
  assert.equal(config.cacheDir, "/home/ada/.local/share/plimsoll/cache");
});

test("a relative folder is resolved against the caller's folder", () => {
  assert.equal(readConfig({ PLIMSOLL_DB_DIR: "x/db" }, "/home/ada", "/srv/app").databaseDir, "/srv/app/x/db");
});

const badHours = ["0", "-1", "soon", "NaN"];
for (const value of badHours) {
  test(`PLIMSOLL_DB_MAX_AGE_HOURS=${value} is refused`, () => {
    assert.throws(() => readConfig({ PLIMSOLL_DB_MAX_AGE_HOURS: value }, "/h", "/w"), {
      code: "CONFIG_INVALID",
    });
  });
}

const refused: readonly (readonly [name: string, env: Readonly<Record<string, string>>])[] = [
  ["a switch that is neither on nor off", { PLIMSOLL_NO_CACHE: "maybe" }],
  [
    "an address in place of a host",
    { PLIMSOLL_INSECURE_REGISTRIES: "localhost:5000,http://registry.example.com" },
  ],
  ["a path in place of a host", { PLIMSOLL_INSECURE_REGISTRIES: "registry.example.com/team" }],
  ["a user without a password", { PLIMSOLL_REGISTRY_USER: "ada" }],
  ["a password without a user", { PLIMSOLL_REGISTRY_PASSWORD: "secret" }],
];
for (const [name, env] of refused) {
  test(`${name} is refused`, () => {
    assert.throws(() => readConfig(env, "/h", "/w"), { code: "CONFIG_INVALID" });
  });
}

test("hosts with and without a port are accepted", () => {
  const env = {
    PLIMSOLL_INSECURE_REGISTRIES: "registry.example.com, localhost:5000,[::1]:5000",
    PLIMSOLL_NO_CACHE: "0",
  };
  const config = readConfig(env, "/h", "/w");
  assert.deepEqual(config.registry.insecureRegistries, [
    "registry.example.com",
    "localhost:5000",
    "[::1]:5000",
  ]);
  assert.equal(config.useCache, true);
});

test("every setting has a distinct variable", () => {
  assert.equal(new Set(settings.map((row) => row.variable)).size, settings.length);
});
