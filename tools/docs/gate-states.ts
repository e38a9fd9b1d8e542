/** The table of states and exit codes in docs/reference/cli.md, computed by the gate itself. */
import { decideGate, type GateInput } from "../../src/policies/gate.ts";
import type { Verdict } from "../../src/domain/policy.ts";

interface State {
  readonly name: string;
  readonly change: Partial<GateInput>;
}

const result = {
  policy: "p",
  type: "t",
  title: "t",
  reason: null,
  deviations: [],
  weight: 1,
  lost: 0,
  debug: [],
} as const;

function verdict(status: Verdict["status"]): Verdict {
  const score = { grade: null, percent: null, scored: 0, total: 0, reason: "not scored" };
  return { status, results: [{ ...result, status }], score };
}

/** Every state that a gate looks at, one at a time. The end-to-end tests walk the same list. */
export const states: readonly State[] = [
  { name: "all met, everything known", change: {} },
  { name: "a policy is not met (`policy`)", change: { verdict: verdict("not_met") } },
  { name: "findings are left (`cves`)", change: { verdict: null, findingsLeft: 1 } },
  { name: "a policy has no data", change: { verdict: verdict("no_data") } },
  {
    name: "the inventory is incomplete, or the database has nothing for some packages",
    change: { completeness: "incomplete" },
  },
  { name: "the database is stale", change: { database: { stale: true, missingSpaces: [] } } },
  { name: "a finding is undetermined", change: { undeterminedCount: 1 } },
  { name: "content was not verified by its digest", change: { verification: "unverified" } },
];

const columns: readonly { readonly name: string; readonly options: GateInput["options"] }[] = [
  { name: "no option", options: { exitCode: false, failOn: [] } },
  { name: "`--exit-code`", options: { exitCode: true, failOn: [] } },
  { name: "`--fail-on no-data`", options: { exitCode: false, failOn: ["no-data"] } },
  { name: "`--fail-on incomplete`", options: { exitCode: false, failOn: ["incomplete"] } },
  { name: "`--fail-on stale`", options: { exitCode: false, failOn: ["stale"] } },
  { name: "`--fail-on undetermined`", options: { exitCode: false, failOn: ["undetermined"] } },
  {
    name: "`--strict`",
    options: { exitCode: true, failOn: ["no-data", "incomplete", "stale", "undetermined"] },
  },
];

/** The table as Markdown: exit code by state and option. */
export function gateStates(): string {
  const head = `| state | ${columns.map((column) => column.name).join(" | ")} |`;
  const rule = `|---|${columns.map(() => "---|").join("")}`;
  const rows = states.map(({ name, change }) => {
    const cells = columns.map(({ options }) =>
      decideGate({ ...CLEAN, ...change, options }).pass ? "0" : "**2**",
    );
    return `| ${name} | ${cells.join(" | ")} |`;
  });
  return `${[head, rule, ...rows].join("\n")}

Exit code 1 is an operational error, whatever the options: no database, no such image, bad flags.`;
}

const CLEAN: GateInput = {
  verdict: verdict("met"),
  findingsLeft: 0,
  completeness: "complete",
  verification: "verified",
  database: { stale: false, missingSpaces: [] },
  undeterminedCount: 0,
  options: { exitCode: false, failOn: [] },
};
