/** What policies need from outside, as interfaces handed in by mains: asked only where a policy wants it. */
import type { Attestation, BaseImage } from "./image.ts";
import type { BaseSupport, QualityGate } from "./policy.ts";

/** What somebody outside told, or why it could not be told, for people. */
export type Answer<T> = { readonly value: T } | { readonly reason: string };

/** The quality gate's answer about a commit (`revision`: a hash, at least seven digits of it). Never throws. */
export type QualityGateSource = (revision: string) => Promise<Answer<QualityGate>>;

/** Whether the tag of the base image is one that its publisher keeps up. Asked only for a base that is more than claimed. */
export type BaseSupportSource = (base: Pick<BaseImage, "name" | "tag">) => Promise<Answer<BaseSupport>>;

/** Diff IDs of the base image's layers, from the bottom. Asked as `BaseSupportSource`; never throws. */
export type BaseLayersSource = (
  base: Pick<BaseImage, "name" | "tag" | "digest">,
) => Promise<Answer<readonly string[]>>;

/**
 * Attestations about the base image, verified as those of the image are; each names the base's digest among its subjects. Asked only
 * for a base that is more than claimed. Never throws.
 */
export type BaseAttestationSource = (
  base: Pick<BaseImage, "name" | "tag" | "digest">,
) => Promise<Answer<readonly Attestation[]>>;
