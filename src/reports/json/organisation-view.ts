/** JSON of the view `organisation`; shape `organisationPolicyReport` in `src/api`. */
import { hasOtherDatabase, type JudgedImage, type Judgement } from "../../domain/judgement.ts";
import type { PolicyStatus, Verdict } from "../../domain/policy.ts";
import { findProposals } from "../shared/proposals.ts";
import type { RenderOptions } from "../types.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toOrganisationView(judgement: Judgement, options: RenderOptions) {
  const { organisation, judged, reason, page, effects, serverDatabase, images } = judgement;
  return {
    schema: "urn:plimsoll:report:organisation-policy:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    organisation,
    judged,
    reason,
    page,
    status: worstStatus(images),
    effects,
    serverDatabase,
    images: images.map((image) => toImageView(judgement, image)),
  };
}

function toImageView(judgement: Judgement, image: JudgedImage) {
  return {
    name: image.name,
    digest: image.digest,
    platform: image.platform,
    reason: image.reason,
    completeness: image.completeness,
    verification: image.verification,
    database: image.database,
    otherDatabase: hasOtherDatabase(judgement, image),
    verdict: image.verdict === null ? null : toVerdictView(withEffects(image.verdict, judgement)),
    proposals: findProposals(image.analysis?.findings ?? null),
  };
}

function withEffects(verdict: Verdict, { effects }: Judgement): Verdict {
  const results = verdict.results.map((result) => ({ ...result, effect: effects[result.policy] ?? "block" }));
  return { ...verdict, results };
}

function worstStatus(images: readonly JudgedImage[]): PolicyStatus {
  const statuses = images.map(({ verdict }) => verdict?.status ?? "no_data");
  const order: readonly PolicyStatus[] = ["not_met", "no_data", "met"];
  return order.find((status) => statuses.includes(status)) ?? "no_data";
}
