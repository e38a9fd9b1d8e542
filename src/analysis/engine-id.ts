/**
 * The program as far as it decides verdicts. Two of the same id judge the same inputs alike; where the ids differ, a verdict made once
 * more from the same inputs tells whether they do.
 */
import { createHash } from "node:crypto";
import { programVersion } from "../domain/program-version.ts";
import { policyTypes } from "../policies/policy-types.ts";
import { matchingProgram } from "./matching-id.ts";

/**
 * `1.4.0/0123456789abcdef`: the version, and a digest of what is counted up when something decides otherwise: cataloging, matching and
 * the policy types.
 */
export function engineId(): string {
  const types = policyTypes.map(({ id, version }) => [id, version] as const);
  const digest = createHash("sha256")
    .update(JSON.stringify([JUDGING_VERSION, matchingProgram(), types.toSorted(byId)]))
    .digest("hex");
  return `${programVersion}/${digest.slice(0, 16)}`;
}

/** Raised when statements, exceptions or the score decide otherwise about the same. */
const JUDGING_VERSION = 1;

function byId([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
