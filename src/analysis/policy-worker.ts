/** The thread of `custom-policies.ts`, for one policy after the other: an entry of its own in the built package (`policy-worker.mjs`). */
import { parentPort } from "node:worker_threads";
import type { PolicyTask, WorkerAnswer } from "./custom-policies.ts";

// What fails here ends the thread, and who started it is told.
parentPort?.on("message", (task: PolicyTask) => {
  void answer(task).then((answered) => parentPort?.postMessage(answered));
});

/** The languages are loaded only by who judges in them. */
async function answer(task: PolicyTask): Promise<WorkerAnswer> {
  if (task.language === "cel") {
    const { judgeByRules } = await import("../policies/cel/judge.ts");
    return { outcome: judgeByRules(task.policy, task.facts), lines: [], bindings: null };
  }
  const { judgeByModule } = await import("../policies/rego/judge.ts");
  const start = process.hrtime.bigint();
  const { calls, ...answer } = await judgeByModule(task.policy, task.facts, task.answers);
  const metrics = {
    counter_rego_builtin_calls: calls,
    timer_rego_query_eval_ns: Number(process.hrtime.bigint() - start),
  };
  return { ...answer, metrics };
}
