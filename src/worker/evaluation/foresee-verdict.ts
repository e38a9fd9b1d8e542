/**
 * One image judged as if it ran in an environment. Only the environment's own policies are kept: what the others say stands in the
 * image's evaluation, which stays as it is.
 */
import { asEngine } from "../../store/in-org.ts";
import { findEnvironment } from "../../store/stores/environments.ts";
import { recordForeseen, type ForeseenKey } from "../../store/stores/foreseen-verdicts.ts";
import type { WorkerContext } from "../context.ts";
import { judgeImage } from "./judge-image.ts";
import { loadSources } from "./load-sources.ts";
import { resolveBaseTag } from "./resolve-base-tag.ts";

/** `gone`: image or environment is not there any more; `unjudged`: the image has no evaluation at present. @throws as the store */
export async function foreseeVerdict(
  context: WorkerContext,
  key: ForeseenKey,
  signal: AbortSignal | null = null,
): Promise<"written" | "gone" | "unjudged"> {
  const { orgId, imageId, environmentId } = key;
  const { store } = context;
  const name = await findEnvironment(store.engine, orgId, environmentId);
  if (name === null) return "gone";
  const now = context.clock();
  const sources = await loadSources(context, orgId, imageId, { now, known: null, alsoIn: name });
  if (sources === null) return "gone";
  const { evaluationId } = sources.image;
  if (evaluationId === null) return "unjudged";
  const own = sources.policies.filter(({ environments }) => environments.includes(name));
  const resolveTag = resolveBaseTag(context, orgId, signal);
  const { verdict } = await judgeImage(context, { ...sources, policies: own }, { orgId, now, resolveTag });
  const versions = new Map(own.map((policy) => [policy.id, policy]));
  const results = verdict.results.flatMap(({ policy: policyId, debug: _debug, ...result }) => {
    const policy = versions.get(policyId);
    if (policy === undefined) return [];
    const { title, type, status, reason, deviations, weight, lost } = result;
    const said = { title, type, status, reason, deviations, weight, lost };
    return [{ ...said, policyId, policyVersion: policy.version, effect: policy.effect }];
  });
  await asEngine(store, (tx) => recordForeseen(tx, key, { evaluationId, results, foreseenAt: now }));
  return "written";
}
