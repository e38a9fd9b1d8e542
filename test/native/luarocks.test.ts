/** Rocks that LuaRocks installs from folders here, as it lists them itself. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { luarocks } from "../../src/ecosystems/luarocks/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-luarocks-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

const rockspecs: Readonly<Record<string, string>> = {
  "bar-0.3-2": `package = "bar"
version = "0.3-2"
source = { url = "https://example.org/bar-0.3.tar.gz" }
build = { type = "builtin", modules = { ["bar.core"] = "core.lua" } }`,
  "foo-scm-1": `package = "Foo"
version = "scm-1"
source = { url = "git+https://example.org/foo.git" }
description = { license = "MIT/X11" }
dependencies = { "lua >= 5.1", "bar >= 0.1, < 2" }
build = { type = "builtin", modules = { foo = "core.lua" } }`,
};

function run(cwd: string, ...args: readonly string[]): string {
  const env = { ...process.env, HOME: folder };
  const all = ["--lua-version", "5.4", "--tree", join(folder, "tree"), ...args];
  return execFileSync("luarocks", all, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }).toString("utf8");
}

test("luarocks list", { skip: skipWithoutPrograms("luarocks") }, () => {
  // LuaRocks looks for Lua's headers before it builds even what needs none.
  mkdirSync(join(folder, "include"));
  writeFileSync(
    join(folder, "include/lua.h"),
    '#define LUA_VERSION_NUM 504\n#define LUA_VERSION "Lua 5.4"\n',
  );
  for (const [name, text] of Object.entries(rockspecs)) {
    const source = join(folder, name);
    mkdirSync(source);
    writeFileSync(join(source, "core.lua"), "return {}\n");
    writeFileSync(join(source, `${name}.rockspec`), text);
    run(source, "make", `LUA_INCDIR=${join(folder, "include")}`, `${name}.rockspec`);
  }
  const listed = run(folder, "list", "--porcelain").trim().split("\n");
  const tree = join(folder, "tree");
  const paths = globSync("**/*", { cwd: tree }).filter((path) => luarocks.wants(path, "installed"));
  const files = paths.map((path) => wantedFile(path, readFileSync(join(tree, path))));
  const { packages, problems, claims } = luarocks.catalog(files, {
    mode: "installed",
    distro: null,
    inspected: [],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`).sort(),
    listed.map((line) => line.split("\t").slice(0, 2).join(" ")).sort(),
  );
  const claimed = [...(claims ?? [])].filter(({ kind }) => kind === "file").map(({ path }) => path);
  assert.deepEqual(claimed.sort(), globSync("share/**/*.lua", { cwd: tree }).sort());
});
