import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode } from "../types.ts";
import { lock, samples } from "./fixtures/sample.ts";
import { luarocks } from "./index.ts";
import { readLuaStrings } from "./lua-tables.ts";

describe("luarocks: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["usr/local/lib/luarocks/rocks-5.4/say/1.4.1-3/say-1.4.1-3.rockspec", "installed", true],
    ["usr/local/lib/luarocks/rocks-5.4/say/1.4.1-3/rock_manifest", "installed", true],
    ["usr/local/lib/luarocks/rocks-5.4/manifest", "installed", false],
    ["app/say-1.4.1-3.rockspec", "installed", false],
    ["luarocks.lock", "sources", true],
    ["luarocks.lock", "installed", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(luarocks.wants(path, mode), expected));
  }
});

describe("luarocks: rocks", () => {
  it("installed, with files and needs", () => {
    const { packages, problems, claims } = catalogSample(luarocks, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses, author, description, dependsOn = [] }) => [
        purl,
        licenses,
        author,
        description,
        dependsOn,
      ]),
      [
        ["pkg:luarocks/bar@0.3-2", ["Apache-2.0"], null, 'It\'s "bar"', []],
        [
          "pkg:luarocks/foo@1.2.0-1",
          ["MIT"],
          "Ann <ann@example.org>",
          "Does foo",
          ["pkg:luarocks/bar@0.3-2"],
        ],
      ],
    );
    assert.deepEqual(
      [...(claims ?? [])]
        .filter(({ kind }) => kind === "file")
        .map(({ path, digest }) => [path, digest?.algorithm]),
      [
        ["usr/local/share/lua/5.4/bar.lua", "md5"],
        ["usr/local/share/lua/5.4/foo.lua", "md5"],
      ],
    );
  });

  it("pinned", () => {
    const { packages } = luarocks.catalog([wantedFile("luarocks.lock", lock)], {
      mode: "sources",
      distro: null,
      inspected: [],
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:luarocks/bar@0.3-2", "pkg:luarocks/lua-term@0.7-1"],
    );
  });

  it("bad ones lose only themselves", () => {
    const at = (name: string) => `lib/luarocks/rocks-5.4/${name}/1-1/${name}-1-1.rockspec`;
    const { packages, problems } = luarocks.catalog(
      [
        wantedFile(at("a"), 'package = "a"\nversion = 1\n'),
        wantedFile(at("b"), "package = 'b'; version = '1-1'"),
        ...["{", "--[[\n", "[[\n", '\\"', "'\\'"].map((piece, index) =>
          wantedFile(at(`c${index}`), piece.repeat(300_000)),
        ),
      ],
      { mode: "installed", distro: null, inspected: [] },
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:luarocks/b@1-1"],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID", ...Array.from({ length: 5 }, () => "RECORD_INVALID")],
    );
  });
});

describe("luarocks: Lua's tables", () => {
  const rows: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['a = "x"', [["a", "x"]]],
    [
      'a = { b = { "x", "y" }, ["c.d"] = \'z\' }',
      [
        ["a b #", "x"],
        ["a b #", "y"],
        ["a c.d", "z"],
      ],
    ],
    ["-- a = 'x'\n--[[ b = 'y'\n]] c = [[z]]", [["c", "z"]]],
    [String.raw`a = "x\"y\n"`, [["a", 'x"y\n']]],
    ["a = 1, b = f('x')", [["b", "x"]]],
  ];
  for (const [text, strings] of rows) {
    it(text, () => {
      assert.deepEqual(
        readLuaStrings(text).map(({ keys, value }) => [keys.join(" "), value]),
        strings,
      );
    });
  }
});
