/** The thread of `custom-policies.ts`, for one policy: an entry of its own in the built package (`policy-worker.mjs`). */
import { parentPort, workerData } from "node:worker_threads";
import type { ApartAnswer } from "../policies/evaluate.ts";
import type { PolicyTask } from "./custom-policies.ts";

parentPort?.postMessage(await answer(workerData as PolicyTask));

/** The languages are loaded only by who judges in them. */
async function answer(task: PolicyTask): Promise<ApartAnswer> {
  if (task.language === "cel") {
    const { judgeByRules } = await import("../policies/cel/judge.ts");
    return { outcome: judgeByRules(task.policy, task.facts), lines: [], bindings: null };
  }
  const { judgeByModule } = await import("../policies/rego/judge.ts");
  return judgeByModule(task.policy, task.facts);
}
