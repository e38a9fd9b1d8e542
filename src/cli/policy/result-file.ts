/** `policy --result-file`: the whole evaluation as JSON, with the facts that were judged. */
import type { PolicyResultFile, ScoutResultFile } from "../../api/policy-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { recordOf } from "../../domain/json-record.ts";
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
  /** `scout`: the file that `docker scout policy` writes. */
  readonly format: "plimsoll" | "scout";
}

/** @throws PlimsollError OUTPUT_FAILED, USAGE */
export async function writeResultFile(context: CliContext, request: ResultFileRequest): Promise<void> {
  if (request.format === "scout") {
    await writeResult(context, { output: request.file }, jsonText(scoutDocument(request.platforms)));
    return;
  }
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
    bindings: result.bindings === undefined ? null : { ...result.bindings },
    metrics: result.metrics === undefined ? null : { ...result.metrics },
  };
}

/** @throws PlimsollError USAGE for several platforms, which the file has no place for */
function scoutDocument(platforms: readonly PlatformVerdict[]): ScoutResultFile {
  if (platforms.length > 1) {
    throw new PlimsollError("USAGE", "--result-format scout holds one platform: name it with --platform.");
  }
  const results = platforms[0]?.analysis?.verdict?.results ?? [];
  return Object.fromEntries(results.map((result) => [result.policy, toScout(result)]));
}

function toScout({ status, deviations, bindings, metrics = {} }: PolicyResult): ScoutResultFile[string] {
  const pass = status === "met";
  const made = deviations.map(({ message, columns, remediation }) => ({
    message,
    detail: { ...columns },
    ...(remediation === null ? {} : { remediation }),
  }));
  const written = bindings?.["violation"];
  const violations = Array.isArray(written) ? (written as readonly unknown[]).map(recordOf) : made;
  return {
    pass,
    violations: violations.map((violation) => recordOf(violation?.["detail"]) ?? {}),
    bindings: bindings ?? { pass, violation: made },
    metrics: { ...metrics },
  };
}
