/**
 * The base image as far as a policy may rely on it.
 */
import type { BaseClaim } from "../../domain/image.ts";
import type { BaseImageFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";

/**
 * The base image, or the outcome that its state decides: `FROM scratch` has no base that could be old or unapproved, so
 * it is met; a base that is only claimed, or not known at all, is `no_data`.
 */
export function knownBase(facts: ImageFacts): BaseImageFacts | PolicyOutcome {
  const base = facts.baseImage;
  if (base === null)
    return { status: "no_data", reason: facts.missing.baseImage ?? "the base image is not known" };
  if (base.evidence === "claimed") {
    const by = base.claimedBy ?? "label";
    return {
      status: "no_data",
      reason: `base only claimed${CLAIMS[by]}`,
      ...(by === "layers" ? { supply: COMPARE_LAYERS } : {}),
    };
  }
  if (base.scratch) return { status: "met", note: "built FROM scratch" };
  return base;
}

const COMPARE_LAYERS =
  "Run it again with --verify, which compares the content of the layers with that of the known base.";

const CLAIMS: Readonly<Record<BaseClaim, string>> = {
  annotation: "",
  label: "",
  provenance: ": named only by unsigned provenance",
  layers: ": by the list of its layers, whose content --verify compares",
};
