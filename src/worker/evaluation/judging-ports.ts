/** What a judgement asks of the outside, with the answers noted, so that it can be repeated without asking. */
import { createHash } from "node:crypto";
import type { BaseSupportSource, QualityGateSource } from "../../domain/policy-ports.ts";
import type { BaseByLayers, TagResolver } from "../../domain/ports.ts";

export interface JudgingPorts {
  readonly resolveTag: TagResolver;
  readonly findBaseByLayers: BaseByLayers;
  readonly qualityGates: QualityGateSource;
  readonly findBaseSupport: BaseSupportSource;
}

/** By the name of the port and a digest of the question. */
export type NotedAnswers = Readonly<Record<string, unknown>>;

/** The ports, and what they have answered by now. An error is no answer, and stands in no verdict. */
export function noteAnswers(ports: JudgingPorts): {
  readonly ports: JudgingPorts;
  answers(): NotedAnswers;
} {
  const answers: Record<string, unknown> = {};
  const noted =
    <Q extends readonly unknown[], A>(name: string, ask: (...question: Q) => Promise<A>) =>
    async (...question: Q): Promise<A> => {
      const answer = await ask(...question);
      answers[keyOf(name, question)] = answer;
      return answer;
    };
  return {
    ports: {
      resolveTag: noted("resolveTag", ports.resolveTag),
      findBaseByLayers: noted("findBaseByLayers", ports.findBaseByLayers),
      qualityGates: noted("qualityGates", ports.qualityGates),
      findBaseSupport: noted("findBaseSupport", ports.findBaseSupport),
    },
    answers: () => Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Ports that give the noted answers. What nobody asked then is not known, which the judgement says. */
export function repeatAnswers(answers: NotedAnswers): JudgingPorts {
  const noted = (name: string, question: readonly unknown[], otherwise: unknown): Promise<never> => {
    const key = keyOf(name, question);
    return Promise.resolve((key in answers ? answers[key] : otherwise) as never);
  };
  return {
    resolveTag: (...question) => noted("resolveTag", question, NOT_ASKED),
    findBaseByLayers: (...question) => noted("findBaseByLayers", question, null),
    qualityGates: (...question) => noted("qualityGates", question, NOT_ASKED),
    findBaseSupport: (...question) => noted("findBaseSupport", question, NOT_ASKED),
  };
}

const NOT_ASKED = { reason: "this was not asked when the verdict was made" };

function keyOf(name: string, question: readonly unknown[]): string {
  return `${name} ${createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 32)}`;
}
