/** The thread of `custom-policies.ts`, for one policy: an entry of its own in the built package (`policy-worker.mjs`). */
import { parentPort, workerData } from "node:worker_threads";
import { judgeByRules } from "../policies/cel/judge.ts";
import type { PolicyTask } from "./custom-policies.ts";

const { policy, facts } = workerData as PolicyTask;
parentPort?.postMessage(judgeByRules(policy, facts));
