/** The table of functions of Go programs. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { elfFile } from "../../../test/helpers/elf-file.ts";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { goFunctions, goRecord, type FunctionTableChoices } from "../../../test/helpers/go-record.ts";
import { symbolTest } from "../../domain/symbol-filter.ts";
import { golang } from "./index.ts";

function tablesOf(pclntab: Uint8Array, path = "example.com/app/cmd/server", bits: 32 | 64 = 64) {
  const sections = { ".go.buildinfo": goRecord("go1.22.5", `path\t${path}\n`), ".gopclntab": pclntab };
  const files = { "usr/bin/app": elfFile(sections, { sizeBytes: 70_000, bits }) };
  return catalogSample(golang, { mode: "installed", distro: null, files }).functionTables ?? [];
}

const names = [
  "runtime.main",
  "main.main",
  "main.run.func1",
  "net/http.(*Server).Serve",
  "net/http.(*Server).Serve.func2",
  "net/http.Header.Get-fm",
  "golang.org/x/net/http2.ConfigureServer",
  "gopkg.in/yaml%2ev3.Unmarshal",
  "slices.SortFunc[...]",
  "example.com/list.(*List[...]).Push",
  "type:.eq.net/url.URL",
  "example.com/größe.Ändern",
  "example.com/%67r%c3%b6%c3%9fe%2ev2.Wiegen",
];

describe("the functions of a Go program", () => {
  const formats: readonly (readonly [name: string, choices: FunctionTableChoices])[] = [
    ["Go 1.16", { magic: 0xfffffffa }],
    ["Go 1.18", { magic: 0xfffffff0 }],
    ["Go 1.20", { magic: 0xfffffff1 }],
    ["pointers of four bytes", { pointer: 4 }],
  ];
  for (const [name, choices] of formats) {
    it(`are read from the table of ${name}`, () => {
      const [found] = tablesOf(goFunctions(names, choices), undefined, choices.pointer === 4 ? 32 : 64);
      assert.equal(found?.path, "usr/bin/app");
      const has = symbolTest(found.filter);
      const expected: readonly (readonly [key: string, isThere: boolean])[] = [
        ["net/http", true],
        ["net/http Server.Serve", true],
        ["net/http Server.RegisterOnShutdown", false],
        ["net/http Header.Get", true],
        ["golang.org/x/net/http2 ConfigureServer", true],
        ["golang.org/x/net/html", false],
        ["gopkg.in/yaml.v3 Unmarshal", true],
        ["slices SortFunc", true],
        ["example.com/list List.Push", true],
        ["example.com/app/cmd/server run", true],
        ["main run", false],
        ["net/url", false],
        ["example.com/größe Ändern", true],
        ["example.com/größe.v2 Wiegen", true],
      ];
      assert.deepEqual(
        expected.map(([key]) => [key, has(key)]),
        expected,
      );
    });
  }

  const unknown: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ["an older format", goFunctions(names, { magic: 0xfffffffb })],
    ["names that end behind the table", goFunctions(names, { missing: 1000 })],
    ["names that were made unreadable", goFunctions(["a.b", "c.d"])],
    ["a table that is cut off", goFunctions(names).subarray(0, 20)],
    [
      "more names than any program has",
      goFunctions(["runtime.main", ...Array.from({ length: 200_001 }, (_, at) => `a${at}.b`)]),
    ],
    ["a size of pointers that no machine has", Buffer.from(goFunctions(names)).fill(3, 7, 8)],
    ["nothing at all", new Uint8Array(0)],
  ];
  for (const [name, bytes] of unknown) {
    it(`are not known by ${name}`, () => assert.deepEqual(tablesOf(bytes), []));
  }
});
