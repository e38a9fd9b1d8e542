/**
 * What policies that people wrote leave unsaid: the layer of a package they name, the update that clears a finding, and what would
 * supply an answer that is missing. Told from the facts, as the other types tell it.
 */
import type { Deviation, FactName, ImageFacts, PolicyOutcome } from "../domain/policy.ts";
import { findingDeviation } from "./shared/deviation.ts";
import { supplies } from "./shared/supply.ts";
import type { PolicyDefinition } from "./types.ts";

/** Deviations with layer and remediation, where they name a package or a finding and do not say these themselves. */
export function completeDeviations(outcome: PolicyOutcome, facts: ImageFacts): PolicyOutcome {
  if (outcome.status !== "not_met") return outcome;
  const layers = new Map(facts.packages?.map(({ purl, evidence }) => [purl, evidence[0]?.layer ?? null]));
  const remediations = new Map(
    facts.findings?.map((finding) => [
      keyOf(finding.package.purl, finding.vulnerability),
      findingDeviation(finding, "").remediation,
    ]),
  );
  const complete = (given: Deviation): Deviation => ({
    ...given,
    layer: given.layer ?? layers.get(given.purl ?? "") ?? null,
    remediation: given.remediation ?? remediations.get(keyOf(given.purl, given.vulnerability)) ?? null,
  });
  return { ...outcome, deviations: outcome.deviations.map(complete) };
}

function keyOf(purl: string | null, vulnerability: string | null): string {
  return `${vulnerability ?? ""} ${purl ?? ""}`;
}

/** Facts that rules in CEL have to ask for, and their words for it. */
const asked: Partial<Readonly<Record<FactName, string>>> = {
  secrets: "secrets",
  hygiene: "hygiene",
  qualityGate: "quality_gate",
  baseAttestations: "base_attestations",
  systemFiles: "system_files",
};

/** What to do about a missing answer, by its reason. */
export function supplyOfReason(policy: PolicyDefinition, reason: string, facts: ImageFacts): string {
  const fact = (Object.keys(supplies) as FactName[]).find((name) => facts.missing[name] === reason);
  if (fact !== undefined) {
    const word = policy.type === "cel" ? asked[fact] : undefined;
    const asks = policy.config["asks"];
    const isAsked = word === undefined || (Array.isArray(asks) && asks.includes(word));
    return isAsked ? supplies[fact] : `List "${word}" under asks in the policy's config.`;
  }
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found?.[1] ?? (policy.type === "cel" ? CORRECT_RULES : CORRECT_MODULE);
}

const CORRECT_RULES =
  "Correct the rules: image.labels.?name.orValue('') asks for a label that may be missing, and facts that may be missing are listed under optional.";
const CORRECT_MODULE =
  'Correct the module; --debug with "debug": true in the configuration shows what it prints.';

const advice: readonly (readonly [RegExp, string])[] = [
  [/^rego engine missing/, "Install opa, the Open Policy Agent, or name it with PLIMSOLL_OPA."],
  [
    /^the policy (?:took longer|needed more)|steps on this image/,
    "Make the policy cheaper: fewer loops inside loops.",
  ],
  [
    /^(?:cosign|gpg|oci|scout)\.|is not known here$/,
    "Run plimsoll policy where what the reason names can be asked, with that registry or key named in the module or its configuration.",
  ],
  [/^the base image is only claimed/, supplies.baseImage],
  [/has no rules$/, "Add rules to the policy's config."],
  [
    /nobody did$|nobody looks outside/,
    "Run plimsoll policy on the image itself, where its registry can be asked.",
  ],
];
