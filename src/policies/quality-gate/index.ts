/**
 * Policy type `quality-gate`: the commit that the image was built from passed its project's quality gate. The commit is what the
 * image's label or annotation claims; the gate's answer about it is the gate's own.
 */
import { z } from "zod";
import type { ImageFacts, PolicyOutcome, QualityGate } from "../../domain/policy.ts";
import { daysSince, daysText } from "../shared/days.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { dayCount } from "../shared/vulnerability-options.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  max_age_days: dayCount.default(0).meta({
    title: "Oldest analysis in days",
    description: "Of the commit; 0: not looked at.",
  }),
});
type Options = z.output<typeof options>;

export const qualityGate: PolicyType<Options> = Object.freeze({
  id: "quality-gate",
  title: "Quality gate passed",
  description: "The commit that the image was built from passed its quality gate.",
  specs: [
    "https://docs.sonarsource.com/sonarqube-server/latest/quality-standards-administration/managing-quality-gates/introduction-to-quality-gates/",
  ],
  version: 1,
  needs: ["qualityGate"],
  asksQualityGate: true,
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const gate = facts.qualityGate;
  if (gate === null) return { status: "no_data", reason: "no quality gate was asked" };
  debug(`${gate.provider} ${gate.project} at ${gate.revision}: ${gate.status}`);
  if (gate.status === "failed") return notMet(failures(gate));
  const age = daysSince(gate.analysedAt, facts.now);
  if (config.max_age_days === 0) return { status: "met", note: titleOf(gate) };
  if (age === null)
    return { status: "no_data", reason: "the quality gate does not tell when the commit was analysed" };
  if (age <= config.max_age_days) return { status: "met", note: titleOf(gate) };
  return notMet([
    deviation({
      message: `The commit was analysed ${daysText(age)} ago, more than ${config.max_age_days}`,
      columns: { Project: gate.project, Revision: gate.revision },
      remediation: "Analyse the commit again.",
    }),
  ]);
}

function titleOf({ provider, project, revision }: QualityGate): string {
  return `${provider} project ${project} at ${revision}`;
}

function failures(gate: QualityGate) {
  const columns = { Project: gate.project, Revision: gate.revision };
  const remediation = gate.url === null ? "Mend what the gate asks for." : `See ${gate.url}`;
  if (gate.conditions.length === 0) {
    return [deviation({ message: "The quality gate failed", columns, remediation })];
  }
  return gate.conditions.map(({ metric, actual, bound }) =>
    deviation({
      message: `${metric} is ${actual} (fails when ${bound})`,
      columns: { ...columns, Condition: metric, Is: actual, Fails: bound },
      remediation,
    }),
  );
}
