/** One image judged by what is stored about it, and by what its organisation's registries and the operator's settings tell. */
import type { TagResolver } from "../../domain/ports.ts";
import { findBase } from "../../store/stores/bases.ts";
import type { WorkerContext } from "../context.ts";
import { judgeInputs, type Judgement as JudgementOfInputs } from "./judge-inputs.ts";
import { judgedInputs, type JudgedInputs } from "./judged-inputs.ts";
import { noteAnswers, type NotedAnswers } from "./judging-ports.ts";
import type { EvaluationSources } from "./load-sources.ts";
import { baseSupport, qualityGates } from "./policy-sources.ts";

export interface Judgement extends JudgementOfInputs {
  /** What it was made of, with which it can be made once more. */
  readonly inputs: JudgedInputs;
  readonly answers: NotedAnswers;
}

export interface JudgeOptions {
  readonly orgId: string;
  readonly now: Date;
  readonly resolveTag: TagResolver;
}

/** Writes nothing. */
export async function judgeImage(
  { store, config }: Pick<WorkerContext, "store" | "config">,
  sources: EvaluationSources,
  { orgId, now, resolveTag }: JudgeOptions,
): Promise<Judgement> {
  const { digest } = sources.image;
  const { ports, answers } = noteAnswers({
    resolveTag,
    findBaseByLayers: async (chainIds, { historyIds }) => {
      const base = await findBase(store.engine, orgId, { chainIds, historyIds, digest, repository: null });
      if (base === null) return null;
      return { name: base.name, tag: base.tag, digest: base.digest, layerCount: base.layerCount };
    },
    qualityGates: qualityGates(config),
    findBaseSupport: baseSupport(config.supportedTags ?? []),
  });
  const inputs = judgedInputs(sources, config, now);
  return { ...(await judgeInputs(inputs, ports)), inputs, answers: answers() };
}
