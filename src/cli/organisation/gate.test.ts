import assert from "node:assert/strict";
import { test } from "node:test";
import type { JudgedImage, Judgement } from "../../domain/judgement.ts";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { PolicyEffect } from "../../domain/verdict-history.ts";
import { decideJudgement } from "./gate.ts";

function judgement(
  results: readonly (readonly [PolicyStatus, PolicyEffect])[],
  image: Partial<JudgedImage> = {},
): Judgement {
  return {
    organisation: "acme",
    judged: "server",
    reason: null,
    page: null,
    serverDatabase: null,
    effects: Object.fromEntries(results.map(([, effect], index) => [`p${index}`, effect])),
    images: [
      {
        name: "registry.example.com/acme/app",
        digest: null,
        platform: "linux/amd64",
        reason: null,
        completeness: "complete",
        verification: "verified",
        database: { digest: null, updatedAt: "2026-01-01T00:00:00Z", stale: false, demonstration: false },
        analysis: null,
        verdict: {
          status: "not_met",
          score: { grade: null, percent: null, scored: 0, total: 0, reason: null },
          results: results.map(([status], index) => ({
            policy: `p${index}`,
            type: "non-root",
            title: `policy ${index}`,
            status,
            reason: null,
            deviations: [],
            weight: 1,
            lost: 0,
            debug: [],
          })),
        },
        ...image,
      },
    ],
  };
}

const exitCode = { exitCode: true, failOn: [] } as const;
const strict = { exitCode: true, failOn: ["no-data", "incomplete", "stale", "undetermined"] } as const;

const rows: readonly (readonly [
  name: string,
  judged: Judgement,
  options: typeof exitCode | typeof strict | { exitCode: false; failOn: [] },
  causes: readonly string[],
])[] = [
  ["a policy that blocks", judgement([["not_met", "block"]]), exitCode, ["policy"]],
  ["a policy that warns", judgement([["not_met", "warn"]]), exitCode, []],
  ["a policy that is reported", judgement([["not_met", "report"]]), strict, []],
  ["no gate", judgement([["not_met", "block"]]), { exitCode: false, failOn: [] }, []],
  ["no data", judgement([["no_data", "block"]]), exitCode, []],
  ["no data, strictly", judgement([["no_data", "block"]]), strict, ["no-data"]],
  ["no data of one that warns, strictly", judgement([["no_data", "warn"]]), strict, []],
  ["no policies at all, strictly", judgement([]), strict, ["no-data"]],
  ["all met", judgement([["met", "block"]]), strict, []],
  [
    "content not verified",
    judgement([["met", "block"]], { verification: "unverified" }),
    exitCode,
    ["unverified"],
  ],
  ["no verdict, strictly", judgement([["met", "block"]], { verdict: null }), strict, ["no-data"]],
  ["no database, strictly", judgement([["met", "block"]], { database: null }), strict, ["incomplete"]],
];

for (const [name, judged, options, causes] of rows) {
  test(`${name}: ${causes.join(", ") || "passes"}`, () => {
    const decision = decideJudgement(judged, { options, undeterminedCount: 0 });
    assert.deepEqual(
      decision.causes.map(({ cause }) => cause),
      causes,
    );
    assert.equal(decision.pass, causes.length === 0);
  });
}

test("findings that the server could not determine count, strictly", () => {
  const judged = judgement([["met", "block"]]);
  assert.equal(decideJudgement(judged, { options: strict, undeterminedCount: 1 }).pass, false);
  assert.equal(decideJudgement(judged, { options: exitCode, undeterminedCount: 1 }).pass, true);
});
