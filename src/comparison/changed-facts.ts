/** An image's facts as they would be after a change. What a change does to anything that is not said here is not worked out. */
import type { BaseCandidate } from "../domain/base-advice.ts";
import type { TriedPackage } from "../domain/change-plan.ts";
import type { Deviation, ImageFacts } from "../domain/policy.ts";
import { placeText } from "../domain/secret.ts";

/** What one change does. */
export type Edit = (facts: ImageFacts) => ImageFacts;

/** The image on another base, built now; null where nobody could work out what it would hold. */
export function onBase(facts: ImageFacts, candidate: BaseCandidate): ImageFacts | null {
  const { rebase, analysis, name, tag, digest } = candidate;
  if (rebase === null || analysis === null || facts.baseImage === null) return null;
  const { image } = facts;
  return {
    ...facts,
    distro: analysis.sbom.distro,
    packages: rebase.packages,
    findings: rebase.findings,
    baseImage: {
      ...facts.baseImage,
      name,
      tag,
      digest,
      currentDigest: digest,
      currentReason: null,
      scratch: false,
      layerCount: analysis.image.layers.length,
    },
    // What is said of the old base says nothing of the new one.
    baseSupport: null,
    baseAttestations: null,
    image: image === null ? null : { ...image, sizeBytes: rebase.sizeBytes },
  };
}

export function upgraded({ package: pkg, as, findings }: TriedPackage): Edit {
  return (facts) => ({
    ...facts,
    packages: facts.packages?.map((each) => (each.purl === pkg.purl ? as : each)) ?? null,
    findings: facts.findings === null ? null : [...without(facts, pkg.purl), ...findings],
  });
}

export function dropped(purl: string): Edit {
  return (facts) => ({
    ...facts,
    packages: facts.packages?.filter((pkg) => pkg.purl !== purl) ?? null,
    findings: facts.findings === null ? null : without(facts, purl),
  });
}

function without({ findings }: ImageFacts, purl: string): NonNullable<ImageFacts["findings"]> {
  return (findings ?? []).filter((finding) => finding.package.purl !== purl);
}

/** Checks that ask for a user other than root. */
const ROOT_CHECKS: readonly string[] = ["CIS-DI-0001"];

export function withUser(user: string): Edit {
  return (facts) => {
    const named = { ...facts, config: facts.config === null ? null : { ...facts.config, user } };
    return ROOT_CHECKS.reduce<ImageFacts>((all, id) => passing(id)(all), named);
  };
}

/** `deviation` of a policy about metadata names the key, and the pattern that its value has to fit. */
export function withMetadata({ columns }: Deviation): Edit {
  const { Label: label, Annotation: annotation, Wanted: wanted = "" } = columns;
  const value = wanted === "a value" ? "set" : wanted.replaceAll("*", "x");
  return (facts) => {
    if (label !== undefined && facts.config !== null) {
      const labels = { ...facts.config.labels, [label]: value };
      return { ...facts, config: { ...facts.config, labels } };
    }
    return annotation === undefined
      ? facts
      : { ...facts, annotations: { ...facts.annotations, [annotation]: value } };
  };
}

/** A hygiene check that is passed. */
export function passing(id: string): Edit {
  return (facts) => ({
    ...facts,
    hygiene:
      facts.hygiene?.map((result) =>
        result.check.id === id && result.status === "failed"
          ? { ...result, status: "passed" as const, findings: [], findingCount: 0 }
          : result,
      ) ?? null,
  });
}

/** `deviation` of the policy about secrets names rule and place. */
export function withoutSecret({ columns }: Deviation): Edit {
  return ({ secrets, ...facts }) => ({
    ...facts,
    secrets:
      secrets === null
        ? null
        : {
            ...secrets,
            findings: secrets.findings.filter(
              ({ rule, place }) => rule !== columns["Rule"] || placeText(place) !== columns["Place"],
            ),
          },
  });
}

/** Built at the instant that is judged by. */
export const builtNow: Edit = (facts) => ({
  ...facts,
  image: facts.image === null ? null : { ...facts.image, createdAt: facts.now.toISOString() },
});
