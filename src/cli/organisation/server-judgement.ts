/** The server's answer as a judgement. */
import type { JudgedImage, Judgement } from "../../domain/judgement.ts";
import type { Grade, PolicyResult, Score, Verdict } from "../../domain/policy.ts";
import type { KnownVerdict } from "./ask-verdict.ts";

/** `server`: its origin, before the path of the page. */
export function serverJudgement(organisation: string, server: string, view: KnownVerdict): Judgement {
  return {
    organisation,
    judged: "server",
    reason: null,
    page: `${server}${view.path}`,
    effects: Object.fromEntries(view.verdict.results.map(({ policyId, effect }) => [policyId, effect])),
    serverDatabase: null,
    images: [toImage(view)],
  };
}

function toImage(view: KnownVerdict): JudgedImage {
  const { repository, digest, platform, completeness, verification, database } = view;
  return {
    name: repository,
    digest,
    platform,
    verdict: toVerdict(view.verdict),
    reason: null,
    // What the server does not say for certain is not read as good.
    completeness: completeness === "complete" ? "complete" : "incomplete",
    verification:
      verification === "verified" || verification === "not_applicable" ? verification : "unverified",
    database: database === null ? null : { digest: null, ...database },
    analysis: null,
  };
}

function toVerdict({ status, grade, percent, scoreReason, results }: KnownVerdict["verdict"]): Verdict {
  const rows = results.map((row): PolicyResult => ({
    policy: row.policyId,
    type: row.type,
    title: row.title,
    status: row.status,
    reason: row.reason,
    deviations: row.deviations.map(({ layerIndex: _layerIndex, ...deviation }) => deviation),
    weight: row.weight,
    lost: row.lost,
    debug: [],
  }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  const score: Score = {
    grade: grades.find((known) => known === grade) ?? null,
    percent,
    scored: total - lost,
    total,
    reason: scoreReason,
  };
  return { status, results: rows, score };
}

const grades: readonly Grade[] = ["A", "B", "C", "D", "E", "F"];
