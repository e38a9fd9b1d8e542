import assert from "node:assert/strict";
import { test } from "node:test";
import { applyTemplate, type TemplateEscape } from "./template.ts";

const value = {
  name: 'a <b> & "c"',
  none: null,
  zero: 0,
  yes: true,
  image: { digest: "sha256:1", tags: ["x", "y"] },
  rows: [{ id: 1, name: "one" }, { id: 2 }],
  empty: [],
  bell: "\u0007",
};

const rows: readonly (readonly [
  name: string,
  template: string,
  expected: string,
  escape?: TemplateEscape,
])[] = [
  ["a value", "{{image.digest}}", "sha256:1\n"],
  [
    "escaped for HTML",
    "{{name}}|{{{name}}}|{{& name }}",
    `a &#60;b&#62; &#38; &#34;c&#34;|a <b> & "c"|a <b> & "c"\n`,
    "html",
  ],
  ["escaped for JSON", '"{{name}}"', `"a <b> & \\"c\\""\n`, "json"],
  ["as it is", "{{name}}", `a <b> & "c"\n`],
  ["never a control character", "{{{bell}}}", "\\u{7}\n"],
  ["nothing for what is not there", "[{{none}}{{absent}}{{image.absent.deep}}]", "[]\n"],
  ["zero is shown", "{{zero}}", "0\n"],
  ["a list, the name of an outer scope", "{{#rows}}{{id}}={{name}};{{/rows}}", `1=one;2=a <b> & "c";\n`],
  ["a list of words", "{{#image.tags}}{{.}},{{/image.tags}}", "x,y,\n"],
  ["an object", "{{#image}}{{digest}}{{/image}}", "sha256:1\n"],
  ["inverted", "{{^empty}}none{{/empty}}{{^rows}}x{{/rows}}{{^absent}}y{{/absent}}", "noney\n"],
  ["a comment", "a{{! words }}b", "ab\n"],
  ["tags alone take their line", "head\n{{#rows}}\n  {{id}}\n{{/rows}}\nend\n", "head\n  1\n  2\nend\n"],
  ["no inherited names", "[{{constructor}}{{image.toString}}{{image.hasOwnProperty}}{{__proto__}}]", "[]\n"],
];
for (const [name, template, expected, escape = "none"] of rows) {
  test(`template: ${name}`, () => {
    assert.equal(applyTemplate({ text: template, escape }, value), expected);
  });
}

const wrong: readonly (readonly [name: string, template: string])[] = [
  ["a tag without an end", "a\n{{name"],
  ["a section without an end", "\n{{#rows}}x"],
  ["an end without a section", "\n{{/rows}}"],
  ["crossed sections", "\n{{#rows}}{{#image}}{{/rows}}{{/image}}"],
  ["a partial", "\n{{> other}}"],
  ["other delimiters", "\n{{=<% %>=}}"],
  ["an expression", "\n{{1 + 1}}"],
  ["sections without end", `\n${"{{#rows}}".repeat(40)}`],
];
for (const [name, template] of wrong) {
  test(`template refused, with its line: ${name}`, () => {
    assert.throws(() => applyTemplate({ text: template, escape: "none" }, value), {
      code: "TEMPLATE_INVALID",
      message: /line 2/,
    });
  });
}
