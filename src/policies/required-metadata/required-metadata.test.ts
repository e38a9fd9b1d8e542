import assert from "node:assert/strict";
import { test } from "node:test";
import { configWith } from "../fixtures/facts.ts";
import { run, words } from "../fixtures/run.ts";
import { requiredMetadata } from "./index.ts";

type Map = Readonly<Record<string, string>>;
type Row = [name: string, labels: Map, annotations: Map, config: object, status: string];
const rows: Row[] = [
  ["a label", { a: "1" }, {}, { labels: ["a"] }, "met"],
  ["no label", {}, {}, { labels: ["a"] }, "not_met"],
  ["an empty label", { a: " " }, {}, { labels: ["a"] }, "not_met"],
  [
    "a value that fits",
    { a: "https://git.example.com/x" },
    {},
    { labels: ["a=https://git.example.com/*"] },
    "met",
  ],
  ["a value that does not", { a: "http://git.example.com/x" }, {}, { labels: ["a=https://*"] }, "not_met"],
  ["an exact value", { a: "x" }, {}, { labels: ["a=x"] }, "met"],
  ["an equals sign in the value", { a: "b=c" }, {}, { labels: ["a=b=c"] }, "met"],
  ["an annotation for a label", {}, { a: "1" }, { labels: ["a"] }, "met"],
  ["no annotation for a label", {}, { a: "1" }, { labels: ["a"], accept_annotations: false }, "not_met"],
  ["an annotation", {}, { b: "1" }, { labels: [], annotations: ["b=1"] }, "met"],
  ["a label is no annotation", { b: "1" }, {}, { labels: [], annotations: ["b"] }, "not_met"],
  ["one of two is missing", { a: "1" }, {}, { labels: ["a", "c"] }, "not_met"],
  ["a name of every object", {}, {}, { labels: ["constructor"] }, "not_met"],
];
for (const [name, labels, annotations, config, status] of rows) {
  test(`required-metadata: ${name}`, () => {
    const facts = { config: { ...configWith("1"), labels }, annotations };
    assert.equal(run(requiredMetadata, facts, config).status, status);
  });
}

test("required-metadata: nothing asked for is refused", () => {
  assert.equal(requiredMetadata.options.safeParse({ labels: [] }).success, false);
  assert.equal(requiredMetadata.options.safeParse({ labels: ["=x"] }).success, false);
});

test("required-metadata: a deviation tells what to write, text of the image printable", () => {
  const facts = { config: { ...configWith("1"), labels: { a: "\u001b[31m" } } };
  const outcome = run(requiredMetadata, facts, { labels: ["a=x*"] });
  assert.equal(words(outcome), 'The label a is "\\u{1b}[31m", not x*');
  assert.match(outcome.status === "not_met" ? (outcome.deviations[0]?.remediation ?? "") : "", /LABEL a=/);
});
