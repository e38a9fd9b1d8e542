/**
 * Results of checks by the controls of a standard. A control without a check is not checked: it is never left out, and never passed.
 */
import type { ControlResult, HygieneResult, StandardResult } from "../../domain/hygiene.ts";
import { cis } from "./cis.ts";
import { nist } from "./nist.ts";
import { stig } from "./stig.ts";
import type { Control, Standard } from "./types.ts";

export const standards: readonly Standard[] = [cis, nist, stig];

/** Null when there is no such standard. */
export function reportByStandard(id: string, results: readonly HygieneResult[]): StandardResult | null {
  const standard = standards.find((one) => one.id === id);
  if (standard === undefined) return null;
  const { title, url, controls } = standard;
  return { id, title, url, controls: controls.map((control) => judgeControl(control, results)) };
}

/** Failed when a check of it failed; passed only when every check of it had an answer. */
function judgeControl({ id, title, checks, why }: Control, results: readonly HygieneResult[]): ControlResult {
  const own = results.filter(({ check }) => checks.includes(check.id));
  if (own.some(({ status }) => status === "failed"))
    return { id, title, status: "failed", reason: null, checks };
  const open = own.find(({ status }) => status === "not_checked");
  if (own.length === checks.length && own.length > 0 && open === undefined) {
    return { id, title, status: "passed", reason: null, checks };
  }
  const reason =
    open === undefined ? (why ?? "no check looks at it") : `${open.check.id}: ${open.reason ?? ""}`;
  return { id, title, status: "not_checked", reason, checks };
}
