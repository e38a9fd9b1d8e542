import assert from "node:assert/strict";
import { test } from "node:test";
import { Command, Option } from "commander";
import { tableProblems, type Known, type Table } from "./parity.ts";

const program = new Command("plimsoll");
program
  .command("policy")
  .alias("pol")
  .option("-e, --exit-code")
  .addOption(new Option("--format <format>").choices(["table", "json"]))
  .command("publish")
  .option("--policy-dir <folder>");

const source = `
test("a gate stops", () => {});
describe("rows", () => it(\`exit code: \${state}, \${option}\`, () => {}));
const states = ["not met", "no data"];
`;
const known: Known = {
  program,
  settings: ["PLIMSOLL_OFFLINE"],
  sourceOf: (path) => (path === "test/gate.test.ts" ? source : null),
};
const table: Table = {
  name: "page.md",
  rows: 2,
  reasons: ["a vendor's closed service"],
  needed: [2],
  title: null,
};
const good = '`test/gate.test.ts` "a gate stops"';
const page = (first: string, second = `| 2 | b | \`plimsoll policy -e\` | ${good} |`): string =>
  `# Page\n\n| row | feature |\n|---|---|\n${first}\n${second}\n`;

const fine: readonly string[] = [
  `| 1 | a | \`plimsoll policy publish --policy-dir x r/p:1\`<br>\`plimsoll pol --format=json\` | ${good} |`,
  `| 1 | a \\| b | \`PLIMSOLL_OFFLINE\` | \`test/gate.test.ts\` "exit code: …, …"<br>${good} |`,
  '| 1 | a | `plimsoll policy -e image` | `test/gate.test.ts` "exit code: not met, no data" |',
  "| 1 | a | | a vendor's closed service |",
];
for (const row of fine)
  test(`parity: ${row}`, () => assert.deepEqual(tableProblems(page(row), table, known), []));

const wrong: readonly (readonly [row: string, problem: RegExp])[] = [
  ["", /row 1 must stand there once/],
  [`| 3 | a | \`plimsoll policy\` | ${good} |`, /row 1 must stand/],
  [`| 1 | a | \`plimsoll polish\` | ${good} |`, /no such verb/],
  [`| 1 | a | \`plimsoll policy publish --exit-code\` | ${good} |`, /publish has no --exit-code/],
  [`| 1 | a | \`plimsoll policy --format xml\` | ${good} |`, /--format does not take xml/],
  [`| 1 | a | \`PLIMSOLL_ONLINE\` | ${good} |`, /is no setting/],
  [`| 1 | a | | ${good} |`, /names no command/],
  ["| 1 | a | `plimsoll policy` | later |", /neither a test nor a known reason/],
  ['| 1 | a | `plimsoll policy` | `test/none.test.ts` "x" |', /there is no test\/none/],
  ['| 1 | a | `plimsoll policy` | `test/gate.test.ts` "a gate" |', /has no test "a gate"/],
  ['| 1 | a | `plimsoll policy` | `test/gate.test.ts` "exit code: stale, no data" |', /has no test/],
  [`| 1 | a | \`plimsoll policy\` | ${good} and more |`, /beside tests: andmore/],
];
for (const [row, problem] of wrong) {
  test(`parity, wrong: ${row || "a missing row"}`, () => {
    assert.match(tableProblems(page(row), table, known).join("\n"), problem);
  });
}

test("parity: what was asked for has no reason, and titles may have to begin with the row", () => {
  const reason = page(fine[3] ?? "", "| 2 | b | | a vendor's closed service |");
  assert.match(tableProblems(reason, table, known).join("\n"), /row 2: was asked for/);
  const titled = { ...table, title: (row: number) => `complaint ${row}: ` };
  assert.match(tableProblems(page(fine[3] ?? ""), titled, known).join("\n"), /is not "complaint 2: …"/);
});
