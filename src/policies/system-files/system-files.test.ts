import assert from "node:assert/strict";
import { test } from "node:test";
import type { SystemFiles } from "../../domain/package.ts";
import { evaluatePolicies } from "../evaluate.ts";
import { factsWith, systemFilesWith } from "../fixtures/facts.ts";
import { needComparedFiles } from "../policy-types.ts";
import { systemFiles } from "./index.ts";

const list = (...paths: readonly string[]) => ({ count: paths.length, paths });

type Row = readonly [
  name: string,
  options: Readonly<Record<string, unknown>>,
  files: Partial<SystemFiles>,
  status: "met" | "not_met" | "no_data",
  messages?: readonly string[],
];

const MODIFIED = "Other bytes than the package database says";
const MISSING = "Listed by a package and not there";
const UNOWNED = "In a folder of the system and listed by no package";

const rows: readonly Row[] = [
  ["untouched", {}, {}, "met"],
  ["not compared", {}, { compared: 0 }, "no_data"],
  ["not compared, and nobody asks", { kinds: ["missing", "unowned"] }, { compared: 0 }, "met"],
  [
    "not compared, yet one is missing",
    {},
    { compared: 0, missing: list("bin/ls") },
    "not_met",
    [`${MISSING}: bin/ls`],
  ],
  ["modified", {}, { modified: list("bin/ls") }, "not_met", [`${MODIFIED}: bin/ls`]],
  ["unowned", {}, { unowned: list("bin/x") }, "not_met", [`${UNOWNED}: bin/x`]],
  [
    "all three",
    {},
    { modified: list("bin/b"), missing: list("bin/c"), unowned: list("bin/a") },
    "not_met",
    [`${UNOWNED}: bin/a`, `${MISSING}: bin/c`, `${MODIFIED}: bin/b`],
  ],
  ["unowned files are allowed", { kinds: ["modified", "missing"] }, { unowned: list("bin/x") }, "met"],
  ["a file that is left alone", { ignored_paths: ["bin/x"] }, { unowned: list("bin/x") }, "met"],
  [
    "a folder that is left alone",
    { ignored_paths: ["usr/lib/v/"] },
    { unowned: list("usr/lib/v/a/b") },
    "met",
  ],
  [
    "a name that only begins alike",
    { ignored_paths: ["bin/x"] },
    { unowned: list("bin/xy") },
    "not_met",
    [`${UNOWNED}: bin/xy`],
  ],
  [
    "more than are named cannot be left alone",
    { ignored_paths: ["bin/x"] },
    { unowned: { count: 3, paths: ["bin/x"] } },
    "not_met",
    [`${UNOWNED}: 2 more`],
  ],
];

for (const [name, options, files, status, messages] of rows) {
  test(`system files: ${name}`, () => {
    const facts = factsWith({ systemFiles: systemFilesWith(files) });
    const outcome = systemFiles.evaluate(facts, systemFiles.options.parse(options), () => {});
    assert.equal(outcome.status, status);
    if (messages === undefined) return;
    assert.ok(outcome.status === "not_met");
    assert.deepEqual(
      outcome.deviations.map(({ message }) => message),
      messages,
    );
  });
}

test("system files: reasons of no data", () => {
  const definition = {
    id: "files",
    title: "Files",
    type: "system-files",
    weight: 0,
    enabled: true,
    config: {},
  };
  const [unknown] = evaluatePolicies(
    factsWith({ systemFiles: null, missing: { systemFiles: "no database lists files" } }),
    [definition],
  );
  assert.deepEqual([unknown?.status, unknown?.reason], ["no_data", "no database lists files"]);
  const [unasked] = evaluatePolicies(factsWith({ systemFiles: systemFilesWith({ compared: 0 }) }), [
    definition,
  ]);
  assert.match(unasked?.reason ?? "", /--check-files/);
});

test("system files: options that are refused", () => {
  for (const value of [{ kinds: [] }, { kinds: ["touched"] }, { ignored_paths: [""] }, { more: true }]) {
    assert.equal(systemFiles.options.safeParse(value).success, false, JSON.stringify(value));
  }
});

test("system files: paths of the image are printable", () => {
  const facts = factsWith({ systemFiles: systemFilesWith({ unowned: list("bin/\u202ex") }) });
  const outcome = systemFiles.evaluate(facts, systemFiles.options.parse({}), () => {});
  assert.ok(outcome.status === "not_met");
  assert.ok(!JSON.stringify(outcome).includes("\u202e"));
});

test("files are compared where modified ones are asked for, and by no policy that cannot be used", () => {
  const rows: readonly (readonly [type: string, config: Record<string, unknown>, expected: boolean])[] = [
    ["system-files", {}, true],
    ["system-files", { kinds: ["modified"] }, true],
    ["system-files", { kinds: ["missing", "unowned"] }, false],
    ["system-files", { kinds: ["other"] }, false],
    ["coverage", {}, false],
    ["of-nobody", {}, false],
  ];
  for (const [type, config, expected] of rows) {
    assert.equal(needComparedFiles([{ type, config }]), expected, `${type} ${JSON.stringify(config)}`);
  }
  assert.equal(needComparedFiles([]), false);
});
