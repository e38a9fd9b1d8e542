/**
 * Files that are nothing but nesting, or one endless line, in place of every file that an ecosystem reads: no reader falls over its own
 * recursion, and none needs more than linear time (one that does would never end here).
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ecosystems } from "../../src/ecosystems/catalog.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import { PlimsollError } from "../../src/domain/error.ts";
import { catalogSample, type EcosystemSample } from "../helpers/ecosystem-sample.ts";

const DEPTH = 50_000;

const deep = (open: string, middle: string, close: string): string =>
  `${open.repeat(DEPTH)}${middle}${close.repeat(DEPTH)}`;

const contents: Readonly<Record<string, string>> = {
  "JSON lists": deep("[", "", "]"),
  "JSON objects": deep('{"packages":', "1", "}"),
  "JSON that is never closed": '{"dependencies":{"a":'.repeat(DEPTH),
  "YAML flow": `packages: ${deep("{a: ", "1", "}")}\n`,
  "YAML lists in one line": `packages:\n${"- ".repeat(DEPTH)}a\n`,
  "YAML steps": Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}a:\n`).join(""),
  "TOML lists": `a = ${deep("[", "1", "]")}\n`,
  "TOML tables": `[${"a.".repeat(DEPTH)}a]\nb = 1\n`,
  XML: deep("<a>", "b", "</a>"),
  "XML attributes": `<a ${'b="c" '.repeat(DEPTH)}/>`,
  "one line": `{"name":"${"a".repeat(2_000_000)}"}`,
  brackets: deep("(", "", ")"),
  lines: "\n".repeat(1_000_000),
};

describe("hostile: nesting", () => {
  for (const ecosystem of ecosystems) {
    it(`in every file of ${ecosystem.id}`, async () => {
      const { samples } = (await import(`../../src/ecosystems/${ecosystem.id}/fixtures/sample.ts`)) as {
        readonly samples: readonly EcosystemSample[];
      };
      for (const sample of samples) {
        for (const path of Object.keys(sample.files)) {
          for (const [name, content] of Object.entries(contents)) {
            const files = { ...sample.files, [path]: content };
            const { packages, problems } = catalogSample(ecosystem, { ...sample, files });
            const said = JSON.stringify(problems).length + JSON.stringify(packages).length;
            assert.ok(said < 1_000_000, `${path}, ${name}: an answer of ${said} signs`);
          }
        }
      }
    });
  }

  it("in an SBOM document", () => {
    for (const [name, content] of Object.entries(contents)) {
      for (const text of [
        content,
        `{"bomFormat":"CycloneDX","components":${content}}`,
        `<bom>${content}</bom>`,
      ]) {
        assert.throws(
          () => readSbom(Buffer.from(text)),
          (error) => error instanceof PlimsollError && error.code !== "INTERNAL",
          name,
        );
      }
    }
  });
});
