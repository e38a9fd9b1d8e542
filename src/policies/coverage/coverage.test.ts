import assert from "node:assert/strict";
import { test } from "node:test";
import type { InventoryFacts } from "../../domain/policy.ts";
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import { factsWith, inventoryWith } from "../fixtures/facts.ts";
import { coverage } from "./index.ts";

const problem = (code: ProblemCode, message = "why"): Problem => ({ code, message, path: "a", layer: null });
const share = (total: number, byNothing: number): InventoryFacts["coverage"] => {
  const counts = { total, byPackage: total - byNothing, bySignature: 0, byNothing };
  const unexplained = Array.from({ length: byNothing }, (_, index) => `opt/tool-${index}`);
  return { files: counts, executables: counts, unexplained };
};

type Row = readonly [
  name: string,
  options: Readonly<Record<string, unknown>>,
  inventory: Partial<InventoryFacts>,
  status: "met" | "not_met" | "no_data",
  text?: RegExp,
];

const rows: readonly Row[] = [
  ["all is well", {}, {}, "met", /10 of 10 executables/],
  ["a notice hides nothing", {}, { problems: [problem("DISTRO_UNKNOWN")] }, "met"],
  [
    "a lost file",
    {},
    { completeness: "incomplete", problems: [problem("PARSE_FAILED")] },
    "not_met",
    /PARSE_FAILED: why/,
  ],
  ["incomplete without a problem", {}, { completeness: "incomplete" }, "not_met", /says of itself/],
  [
    "a lost file that is accepted",
    { allowed_problems: ["PARSE_FAILED"] },
    { completeness: "incomplete", problems: [problem("PARSE_FAILED")] },
    "met",
  ],
  [
    "another than the accepted one",
    { allowed_problems: ["PARSE_FAILED"] },
    { completeness: "incomplete", problems: [problem("PARSE_FAILED"), problem("RECORD_INVALID")] },
    "not_met",
    /RECORD_INVALID/,
  ],
  [
    "incomplete, and nobody asks",
    { require_complete: false },
    { completeness: "incomplete", problems: [problem("PARSE_FAILED")] },
    "met",
  ],
  [
    "no package database",
    {},
    { completeness: "incomplete", problems: [problem("NO_PACKAGE_DATABASE")] },
    "not_met",
    /NO_PACKAGE_DATABASE/,
  ],
  [
    "from scratch, which is accepted",
    { require_package_database: false },
    { completeness: "incomplete", problems: [problem("NO_PACKAGE_DATABASE")] },
    "met",
  ],
  ["a list of somebody else", {}, { fromFiles: false, coverage: null }, "no_data", /does not tell/],
  [
    "a list of somebody else that is incomplete",
    {},
    { fromFiles: false, coverage: null, completeness: "incomplete" },
    "not_met",
  ],
  [
    "a list of somebody else, asked for no database",
    { require_package_database: false },
    { fromFiles: false, coverage: null },
    "met",
    /not seen/,
  ],
  [
    "a source tree asked for a share",
    { min_explained_percent: 1 },
    { coverage: null },
    "no_data",
    /not seen/,
  ],
  ["exactly the share", { min_explained_percent: 95 }, { coverage: share(100, 5) }, "met"],
  [
    "one less",
    { min_explained_percent: 95 },
    { coverage: share(100, 6) },
    "not_met",
    /94\.00 %.*less than 95 %/,
  ],
  [
    "rounded it would be enough",
    { min_explained_percent: 95 },
    { coverage: share(100_000, 5001) },
    "not_met",
    /94\.99 %/,
  ],
  ["no executables", { min_explained_percent: 100 }, { coverage: share(0, 0) }, "met"],
  ["nothing asked of the share", {}, { coverage: share(10, 10) }, "met"],
];

for (const [name, options, inventory, status, text] of rows) {
  test(`coverage: ${name}`, () => {
    const facts = factsWith({ inventory: inventoryWith(inventory) });
    const outcome = coverage.evaluate(facts, coverage.options.parse(options), () => {});
    assert.equal(outcome.status, status);
    if (text !== undefined) assert.match(JSON.stringify(outcome), text);
  });
}

test("coverage: options that are refused", () => {
  for (const value of [
    { require_complete: false, require_package_database: false },
    { min_explained_percent: 101 },
    { min_explained_percent: -1 },
    { allowed_problems: ["DISTRO_UNKNOWN"] },
    { allowed_problems: ["NO_PACKAGE_DATABASE"] },
    { other: 1 },
  ]) {
    assert.equal(coverage.options.safeParse(value).success, false, JSON.stringify(value));
  }
});

test("coverage: paths of the image are printable, and few", () => {
  const known = share(100, 50);
  assert.ok(known !== null);
  const hostile = { ...known, unexplained: ["a\u001b[2J", ...known.unexplained] };
  const facts = factsWith({ inventory: inventoryWith({ coverage: hostile }) });
  const outcome = coverage.evaluate(facts, coverage.options.parse({ min_explained_percent: 99 }), () => {});
  assert.ok(outcome.status === "not_met");
  const [deviation] = outcome.deviations;
  assert.match(deviation?.columns["Path"] ?? "", /^a\\u\{1b\}\[2J, opt\/tool-0/);
  assert.equal(deviation?.columns["Path"]?.split(", ").length, 10);
  assert.equal(deviation?.columns["Unexplained"], "50 of 100");
});
