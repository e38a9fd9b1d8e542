/**
 * Policy results and score of JSON reports.
 */
import type { PolicyResult, Verdict } from "../../domain/policy.ts";

export function toVerdictView({ status, results, score }: Verdict) {
  return {
    status,
    metCount: results.filter((result) => result.status === "met").length,
    noDataCount: results.filter((result) => result.status === "no_data").length,
    policyCount: results.length,
    score,
    results: results.map(toResultView),
  };
}

export function toResultView(result: PolicyResult) {
  return {
    policy: result.policy,
    type: result.type,
    title: result.title,
    status: result.status,
    effect: result.effect ?? "block",
    reason: result.reason,
    supply: result.supply ?? null,
    weight: result.weight,
    lost: result.lost,
    deviations: result.deviations.map(({ message, purl, vulnerability, layer, columns, remediation }) => ({
      message,
      purl,
      vulnerability,
      layer,
      columns: { ...columns },
      remediation,
    })),
    debug: [...result.debug],
  };
}
