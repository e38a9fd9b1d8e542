/** What a module says of itself, and modules that are none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { markPrints, readModule } from "./module.ts";

const body = "package docker.scout\n\nimport rego.v1\n\ndefault pass := false\n";

test("metadata: all of it", () => {
  const text = `# Copyright somebody\n\n# METADATA\n# title: No curl\n# description: Flags curl.\n# organizations:\n# - Acme\n# custom:\n#   name: no-curl\n#   weight: 5\n#   result_type: generic\n#   not_compliant_title: curl found\n#   details_order:\n#   - purl\n#   - reason\n${body}`;
  assert.deepEqual(readModule(text, "curl.rego"), {
    id: "no-curl",
    title: "No curl",
    description: "Flags curl.",
    weight: 5,
    columns: ["purl", "reason"],
    text,
    origin: "curl.rego",
  });
});

test("metadata: none, or a comment that is not right above the package", () => {
  for (const above of ["", "# a comment\n", "# METADATA\n# title: elsewhere\n\nimport data.x\n"]) {
    const { id, title, weight, columns } = readModule(above + body, "x.rego");
    assert.deepEqual([id, title, weight, columns], ["docker.scout", "docker.scout", 10, []]);
  }
});

const refused: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ["no package", "# METADATA\n# title: x\n", /has no package/],
  ["another package", "package other\n", /its package is other, and docker\.scout is needed/],
  ["metadata that is no YAML", `# METADATA\n# title: [\n${body}`, /METADATA is no YAML/],
  ["a weight that is none", `# METADATA\n# custom:\n#   weight: heavy\n${body}`, /METADATA: custom\.weight/],
  ["a kind of result that there is not", `# METADATA\n# custom:\n#   result_type: x\n${body}`, /result_type/],
  ["aliases without end", `# METADATA\n# title: &a [x]\n# custom: *a\n${body}`, /METADATA/],
];

for (const [name, text, message] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => readModule(text, "bad.rego"), { code: "POLICY_MODULE_INVALID", message });
  });
}

test("prints are marked with their line, and nothing else is", () => {
  const marked = (line: number): string => `"\\u0001plimsoll:${line}"`;
  const source = [
    'print("x")',
    '# print("x")',
    'a := "print(\\"x\\")"',
    "b := `print(",
    "print()`",
    "sprintf(x)",
    "data.print(x)",
    "print()",
    "  print ( y )",
  ].join("\n");
  const lines = markPrints(source).split("\n");
  assert.equal(lines[0], `print(${marked(1)}, "x")`);
  assert.deepEqual(lines.slice(1, 7), source.split("\n").slice(1, 7));
  assert.equal(lines[7], `print(${marked(8)})`);
  assert.equal(lines[8], `  print (${marked(9)}, y )`);
});
