/** What a gate says on standard error. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentContext } from "../../../test/helpers/silent-context.ts";
import type { CliContext } from "../context.ts";
import { closeGate } from "./gate.ts";

function said(decision: Parameters<typeof closeGate>[1]): readonly [exitCode: number, text: string] {
  const parts: string[] = [];
  const stderr = { ...silentContext.stderr, write: (text: string) => void parts.push(text) };
  const context: CliContext = { ...silentContext, stderr };
  return [closeGate(context, decision), parts.join("")];
}

test("gate: each cause is a line, and content that was not verified says how it is", () => {
  const causes = [
    { cause: "policy", message: "policies not met: A" },
    { cause: "unverified", message: "the content was not verified" },
  ] as const;
  assert.deepEqual(said({ pass: false, causes, warnings: ["B: no data"] }), [
    2,
    "warning: policy: B: no data\ngate: policy: policies not met: A\ngate: unverified: the content was not verified; with --verify it is\n",
  ]);
  assert.deepEqual(said({ pass: true, causes: [], warnings: [] }), [0, ""]);
});
