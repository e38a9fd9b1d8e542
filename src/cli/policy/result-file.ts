/** `policy --result-file`: the whole evaluation as JSON, with the facts that were judged. */
import type { PolicyResultFile } from "../../api/policy-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import { blockingVerdict } from "../../policies/gate.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { PlatformVerdict } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import { writeResult } from "../options/output.ts";

export interface ResultFileRequest {
  readonly file: string;
  readonly reference: string;
  readonly policies: readonly PolicyDefinition[];
  readonly platforms: readonly PlatformVerdict[];
}

/** @throws PlimsollError OUTPUT_FAILED */
export async function writeResultFile(context: CliContext, request: ResultFileRequest): Promise<void> {
  const { validatePolicy } = await import("../../policies/policy-types.ts");
  const { recordFacts } = await import("../../policies/record-facts.ts");
  const configs = new Map(
    request.policies
      .filter(({ enabled }) => enabled)
      .map((policy) => [policy.id, { ...policy, config: validatePolicy(policy) }]),
  );
  const images = request.platforms.map(({ platform, analysis, reason }) => {
    const verdict = analysis?.verdict ?? null;
    const facts = analysis?.facts ?? null;
    return {
      platform,
      digest: analysis?.image.digest ?? null,
      reason,
      status: verdict?.status ?? ("no_data" as const),
      pass: verdict !== null && blockingVerdict(verdict)?.status !== "not_met",
      score: verdict?.score ?? null,
      policies: (verdict?.results ?? []).map((result) => toPolicy(result, configs.get(result.policy))),
      inputs: facts === null ? null : { ...recordFacts(facts) },
    };
  });
  const document: PolicyResultFile = {
    schema: "urn:plimsoll:report:policy-result:1",
    tool: { name: "plimsoll", version: context.version },
    evaluatedAt: context.clock().toISOString(),
    reference: request.reference,
    pass: images.every(({ pass }) => pass),
    images,
  };
  await writeResult(context, { output: request.file }, jsonText(document));
}

function toPolicy(
  result: PolicyResult,
  definition: PolicyDefinition | undefined,
): PolicyResultFile["images"][number]["policies"][number] {
  const { policy, title, type, status, reason, supply = null, weight, lost, effect = "block" } = result;
  return {
    id: policy,
    title,
    description: definition?.description ?? null,
    type,
    config: { ...definition?.config },
    effect,
    weight,
    lost,
    status,
    pass: status === "no_data" ? null : status === "met",
    reason,
    supply,
    violations: result.deviations.map(({ message, columns, remediation, purl, vulnerability, layer }) => ({
      message,
      detail: { ...columns },
      remediation,
      purl,
      vulnerability,
      layer,
    })),
    debug: [...result.debug],
  };
}
