/** The fields of a form from a schema, what they start with, and what is wrong with what is filled in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { policyTypes } from "../../../../src/policies/policy-types.ts";
import { checkValues, errorsBelow, startValues } from "./check-values.ts";
import { readSchema, type FormField } from "./read-schema.ts";
import { entryNoun, nameInWords } from "./words.ts";

const nested = z.strictObject({
  title: z.string().min(1).max(10),
  note: z.string().nullable().default(null),
  level: z.enum(["report", "warn", "block"]).default("warn"),
  age_days: z.int().min(0).max(30).default(7).describe("how old it may be"),
  share: z.number().optional(),
  severities: z
    .array(z.enum(["critical", "high"]))
    .min(1)
    .default(["critical"]),
  patterns: z
    .array(z.string().regex(/^[a-z*]+$/))
    .max(3)
    .default(["*"]),
  scope: z.strictObject({ names: z.array(z.string()).default([]), deep: z.boolean().default(true) }),
  weights: z.record(z.string(), z.number()).default({}),
});
const fields = readSchema(z.toJSONSchema(nested, { io: "input" }) as Record<string, unknown>);
const good = { ...startValues(fields), title: "ok" };

test("every kind of field is recognised", () => {
  assert.deepEqual(
    fields.map(({ name, kind, nullable, required }) => [name, kind, nullable, required]),
    [
      ["title", "text", false, true],
      ["note", "text", true, false],
      ["level", "choice", false, false],
      ["age_days", "number", false, false],
      ["share", "number", false, false],
      ["severities", "choices", false, false],
      ["patterns", "texts", false, false],
      ["scope", "group", false, true],
      ["weights", "json", false, false],
    ],
  );
});

test("titles, hints and bounds come from the schema", () => {
  const age = fields.find(({ name }) => name === "age_days") as Extract<FormField, { kind: "number" }>;
  assert.deepEqual(
    [age.label, age.unit, age.hint, age.min, age.max, age.whole],
    ["Age", "days", "How old it may be", 0, 30, true],
  );
  const [titled] = readSchema({ properties: { x_days: { type: "integer", title: "Age in days" } } });
  assert.deepEqual([titled!.label, titled?.kind === "number" && titled.unit], ["Age in days", null]);
});

test("a form starts with the defaults, and they are accepted by the schema", () => {
  assert.deepEqual(startValues(fields), {
    title: "",
    note: null,
    level: "warn",
    age_days: 7,
    severities: ["critical"],
    patterns: ["*"],
    scope: { names: [], deep: true },
    weights: {},
  });
  assert.equal(nested.safeParse(good).success, true);
});

test("starting values are copies, so that filling in a form changes no schema", () => {
  (startValues(fields)["patterns"] as string[]).push("x");
  assert.deepEqual(startValues(fields)["patterns"], ["*"]);
});

const wrong: [name: string, change: Record<string, unknown>, path: string][] = [
  ["nothing written where something is needed", { title: "" }, "title"],
  ["too long", { title: "x".repeat(11) }, "title"],
  ["no choice that exists", { level: "shout" }, "level"],
  ["below the least", { age_days: -1 }, "age_days"],
  ["above the most", { age_days: 31 }, "age_days"],
  ["not whole", { age_days: 1.5 }, "age_days"],
  ["too few choices", { severities: [] }, "severities"],
  ["an entry that does not match", { patterns: ["*", "UPPER"] }, "patterns.1"],
  ["too many entries", { patterns: ["a", "b", "c", "d"] }, "patterns"],
  ["no null allowed", { age_days: null }, "age_days"],
];
for (const [name, change, path] of wrong) {
  test(`checkValues: ${name}, where the schema agrees`, () => {
    const values = { ...good, ...change };
    assert.deepEqual(Object.keys(checkValues(fields, values)), [path]);
    assert.deepEqual(
      nested.safeParse(values).error?.issues.map((issue) => issue.path.join(".")),
      [path],
    );
  });
}

test("errors inside of a group carry the whole path", () => {
  const [group] = readSchema({
    properties: { a: { type: "object", required: ["b"], properties: { b: { type: "integer" } } } },
  });
  assert.deepEqual(Object.keys(checkValues([group!], { a: {} })), ["a.b"]);
});

for (const type of policyTypes) {
  test(`${type.id}: its options make a form without JSON, and its defaults are accepted`, () => {
    const own = readSchema(z.toJSONSchema(type.options, { io: "input" }) as Record<string, unknown>);
    assert.equal(own.filter(({ kind }) => kind === "json").length, 0);
    const values = startValues(own);
    assert.deepEqual(checkValues(own, values), {});
    assert.equal(type.options.safeParse(values).success, true);
  });
}

test("references are followed, and those that lead in a circle end in JSON", () => {
  const found = readSchema({
    $defs: { list: { type: "array", items: { type: "string" } }, loop: { $ref: "#/$defs/loop" } },
    properties: { a: { $ref: "#/$defs/list", default: ["x"] }, b: { $ref: "#/$defs/loop" } },
  });
  assert.deepEqual(
    found.map(({ kind, standard }) => [kind, standard]),
    [
      ["texts", ["x"]],
      ["json", undefined],
    ],
  );
});

test("choices with words of their own", () => {
  const [field] = readSchema({
    properties: { a: { oneOf: [{ const: "b", title: "Block the push" }, { const: "w" }] } },
  });
  assert.deepEqual(field?.kind === "choice" && field.choices, [
    { value: "b", label: "Block the push" },
    { value: "w", label: "W" },
  ]);
});

test("the server's errors lose the name of the field that holds the options", () => {
  assert.deepEqual(errorsBelow("config", { "config.a.0": "x", title: "y", configuration: "z" }), {
    "a.0": "x",
  });
});

const names: [name: string, words: string, noun: string][] = [
  ["allowed_base_images", "Allowed base images", "base image"],
  ["include_cisa_kev", "Include CISA KEV", "entry"],
  ["cves", "CVEs", "CVE"],
  ["ignored_cves", "Ignored CVEs", "CVE"],
  ["licenses", "Licenses", "license"],
  ["package_types", "Package types", "type"],
  ["policies", "Policies", "policy"],
  ["maxAge", "Max age", "entry"],
];
for (const [name, words, noun] of names) {
  test(`words of ${name}`, () => assert.deepEqual([nameInWords(name), entryNoun(name)], [words, noun]));
}
