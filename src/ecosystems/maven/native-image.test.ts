import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { nativeImage, nativeImageList, type NativeImageChoices } from "./fixtures/native-image.ts";
import { maven } from "./index.ts";

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
  const unnamed = { ...nativeImageList, components: [...nativeImageList.components, { name: "x" }, null] };
  const listed = (value: unknown): NativeImageChoices => ({ list: gzipSync(JSON.stringify(value)) });
  const rows: readonly (readonly [string, NativeImageChoices, readonly string[], readonly string[]])[] = [
    ["with a list", {}, all, []],
    ["whose symbols are not for others", { tables: [".symtab", ".strtab"] }, all, []],
    ["without a list", { names: ["other", "other_length"] }, [], ["BUILD_INFO_MISSING"]],
    ["without the length of the list", { names: ["sbom", "other"] }, [], ["BUILD_INFO_MISSING"]],
    ["of another compiler, with the same symbols", { heap: ".heap" }, [], []],
    ["entries without coordinates", listed(unnamed), all, ["PACKAGE_UNNAMED"]],
    ["a program without coordinates", listed({ components: nativeImageList.components }), ["a", "b"], []],
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
    it(name, () => assert.deepEqual(catalog(nativeImage(choices)), { edges, codes }));
  }

  it("cut off anywhere", () => {
    const bytes = nativeImage();
    for (let length = 0; length < bytes.length; length += 9_973) catalog(bytes.subarray(0, length));
  });
});
