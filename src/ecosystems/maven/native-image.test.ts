import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile, loadAddress } from "../../../test/helpers/elf-file.ts";
import { maven } from "./index.ts";

const library = (name: string, more: object = {}) => ({
  type: "library",
  group: "org.example",
  name,
  version: "1.0",
  "bom-ref": `pkg:maven/org.example/${name}@1.0`,
  ...more,
});
const document = {
  bomFormat: "CycloneDX",
  metadata: { component: library("app", { type: "application", "bom-ref": "app" }) },
  components: [library("a"), library("b")],
  dependencies: [
    { ref: "app", dependsOn: ["pkg:maven/org.example/a@1.0"] },
    { ref: "pkg:maven/org.example/a@1.0", dependsOn: ["pkg:maven/org.example/b@1.0"] },
  ],
};

interface Choices {
  readonly list?: Uint8Array;
  readonly length?: number;
  readonly names?: readonly [string, string];
  readonly tables?: readonly [string, string];
  readonly heap?: string;
}

/** A program as `native-image --enable-sbom` lays it out, as far as it is looked at. */
function program({
  list = gzipSync(JSON.stringify(document)),
  length = list.length,
  names = ["sbom", "sbom_length"],
  tables = [".dynsym", ".dynstr"],
  heap = ".svm_heap",
}: Choices = {}): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length));
  const marker = Buffer.from("the list follows");
  const texts = `\0${names.join("\0")}\0`;
  const build = (at: number): Buffer => {
    const symbols = Buffer.alloc(48);
    names.forEach((name, index) => {
      symbols.writeUInt32LE(texts.indexOf(`\0${name}\0`) + 1, 24 * index);
      symbols.writeBigUInt64LE(BigInt(loadAddress + at + (index === 0 ? 8 : 0)), 24 * index + 8);
    });
    const [symbolTable, nameTable] = tables;
    return elfFile(
      {
        [heap]: "heap",
        ".data": Buffer.concat([marker, size, list]),
        [symbolTable]: symbols,
        [nameTable]: texts,
      },
      { sizeBytes: 600_000 },
    );
  };
  return build(build(0).indexOf(marker) + marker.length);
}

function catalog(bytes: Buffer) {
  const { packages, problems } = catalogSample(maven, {
    mode: "installed",
    distro: null,
    files: { "usr/bin/app": bytes },
  });
  const edges = packages.map(({ name, dependsOn = [] }) => `${name} ${dependsOn.join()}`.trim());
  return { edges: edges.sort(), codes: problems.map(({ code }) => code) };
}

describe("programs compiled by GraalVM", () => {
  const a = "a pkg:maven/org.example/b@1.0";
  const all = [a, "app pkg:maven/org.example/a@1.0", "b"];
  const unnamed = { ...document, components: [...document.components, { name: "x" }, null] };
  const listed = (value: unknown): Choices => ({ list: gzipSync(JSON.stringify(value)) });
  const rows: readonly (readonly [string, Choices, readonly string[], readonly string[]])[] = [
    ["with a list", {}, all, []],
    ["whose symbols are not for others", { tables: [".symtab", ".strtab"] }, all, []],
    ["without a list", { names: ["other", "other_length"] }, [], ["BUILD_INFO_MISSING"]],
    ["without the length of the list", { names: ["sbom", "other"] }, [], ["BUILD_INFO_MISSING"]],
    ["of another compiler, with the same symbols", { heap: ".heap" }, [], []],
    ["entries without coordinates", listed(unnamed), all, ["PACKAGE_UNNAMED"]],
    ["a program without coordinates", listed({ components: document.components }), ["a", "b"], []],
    ["a list that is cut off", { length: 20 }, [], ["PARSE_FAILED"]],
    ["a list that goes on past the end", { length: 7_000_000 }, all, []],
    ["a list that is too long", { length: 2 ** 50 }, [], ["PARSE_FAILED"]],
    ["an empty list", { length: 0 }, [], ["PARSE_FAILED"]],
    ["a list that is no gzip", { list: Buffer.from("no gzip at all") }, [], ["PARSE_FAILED"]],
    ["a list that is no JSON", { list: gzipSync("{") }, [], ["PARSE_FAILED"]],
    ["a list that is no SBOM", listed([1]), [], ["PARSE_FAILED"]],
    [
      "a list that unpacks to more than anybody has",
      { list: gzipSync(Buffer.alloc(65 * 1024 ** 2)) },
      [],
      ["PARSE_FAILED"],
    ],
  ];
  for (const [name, choices, edges, codes] of rows) {
    it(name, () => assert.deepEqual(catalog(program(choices)), { edges, codes }));
  }

  it("cut off anywhere", () => {
    const bytes = program();
    for (let length = 0; length < bytes.length; length += 9_973) catalog(bytes.subarray(0, length));
  });
});
