/**
 * Policy type `up-to-date-base`: the tag that the base image was taken by still names the same digest.
 * A base that only a label or annotation claims is never an answer: anybody who builds an image can write one.
 */
import { z } from "zod";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { knownBase } from "../shared/known-base.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({});
type Options = z.output<typeof options>;

export const upToDateBase: PolicyType<Options> = Object.freeze({
  id: "up-to-date-base",
  title: "Up-to-date base images",
  description: "The base image is the one its tag names today.",
  specs: ["https://slsa.dev/spec/v1.1/provenance"],
  version: 1,
  needs: ["baseImage"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, _options: Options, debug: (line: string) => void): PolicyOutcome {
  const base = knownBase(facts);
  if ("status" in base) return base;
  const { name, tag, digest, currentDigest, currentReason } = base;
  debug(`base ${name}:${tag ?? "?"} used ${digest ?? "?"}, now ${currentDigest ?? "?"}`);
  if (tag === null) return { status: "no_data", reason: "the tag of the base image is not known" };
  if (digest === null) return { status: "no_data", reason: "the digest of the base image is not known" };
  if (currentDigest === null) {
    return { status: "no_data", reason: currentReason ?? `${name}:${tag} could not be looked up` };
  }
  if (digest === currentDigest) return { status: "met" };
  return notMet([
    deviation({
      message: `${name}:${tag} has moved on since the image was built`,
      columns: { "Base image": `${name}:${tag}`, Used: digest, Current: currentDigest },
      remediation: `Rebuild on FROM ${name}:${tag}@${currentDigest}`,
    }),
  ]);
}
