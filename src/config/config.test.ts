import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "./config.ts";
import { settings } from "./settings.ts";

test("folders default below the user's data folder", () => {
  const config = readConfig({}, "/home/ada", "/work");
  assert.equal(config.databaseDir, "/home/ada/.local/share/plimsoll/db");
  assert.equal(config.cacheDir, "/home/ada/.local/share/plimsoll/cache");
});

test("a relative folder is resolved against the caller's folder", () => {
  assert.equal(readConfig({ PLIMSOLL_DB_DIR: "x/db" }, "/home/ada", "/work").databaseDir, "/work/x/db");
});

const badHours = ["0", "-1", "soon", "NaN"];
for (const value of badHours) {
  test(`PLIMSOLL_DB_MAX_AGE_HOURS=${value} is refused`, () => {
    assert.throws(() => readConfig({ PLIMSOLL_DB_MAX_AGE_HOURS: value }, "/h", "/w"), { code: "CONFIG_INVALID" });
  });
}

test("every setting has a distinct variable", () => {
  assert.equal(new Set(settings.map((row) => row.variable)).size, settings.length);
});
