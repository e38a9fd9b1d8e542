/**
 * Gathers what is known of an image's bases and of others it could have. A registry is asked for a base that provenance, layers or the user
 * name, never for one that only a label claims (ADR 11).
 */
import { findKnownBases } from "../analysis/known-bases.ts";
import { baseFacts, baseLayerCount, buildChain } from "../comparison/base-chain.ts";
import type { CurrentBase } from "../comparison/recommend.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { BaseAdvice } from "../domain/base-advice.ts";
import { formatPlatform } from "../domain/image.ts";
import type { KnownImage } from "../domain/known-image.ts";
import { parseReference } from "../oci/reference.ts";
import { candidatesOf, isImage, type AdviceQuestion, type Base } from "./base-candidates.ts";
import { findBaseLayers, type BaseLayers } from "./base-layers.ts";
import type { CliContext } from "./context.ts";
import { findInventory, knownImages, listKnown } from "./known-images.ts";
import { runStoredAnalysis } from "./run-analysis.ts";

export async function gatherAdvice(
  context: CliContext,
  image: Analysis,
  question: AdviceQuestion,
): Promise<BaseAdvice> {
  const layers = await findBaseLayers(context, {
    image: image.image,
    baseImage: image.baseImage,
    baseImageReason: image.baseImageReason,
    named: question.named,
    options: question.request.options,
  });
  const below = await findKnownBases(image.image, knownImages(context));
  const chain = buildChain(image, below, layers.kind === "known" ? layers.layerCount : null);
  const layerCount = baseLayerCount(chain) ?? (layers.kind === "known" ? layers.layerCount : null);
  const base = baseOf(context, image, question);
  const platform = formatPlatform(image.image.config.platform);
  const all = await listKnown(context);
  const known = all.filter((each) => each.repository === base?.name && each.platform === platform);
  const baseAnalysis = await analyzeBase(context, question, known, base);
  const facts = layerCount === null || layerCount === 0 ? null : baseFacts(image, layerCount);
  const current: CurrentBase = {
    tag: base?.tag ?? null,
    createdAt: baseAnalysis?.image.config.createdAt ?? null,
    facts,
    distro: image.sbom.distro,
    endOfLife: image.endOfLife ?? null,
  };
  const setting = { context, image, question, layerCount, current, baseAnalysis, known };
  return {
    chain,
    base: facts,
    reason: facts === null ? reasonOf(layers, image) : null,
    ...(base === null ? NO_BASE : await candidatesOf(setting, base)),
  };
}

const NO_BASE = {
  refresh: null,
  refreshReason: "the base image is not known",
  updates: [],
  updateReason: "the base image is not known",
} as const;

function reasonOf(layers: BaseLayers, { baseImage }: Analysis): string {
  if (layers.kind === "unknown") return layers.reason;
  return baseImage?.scratch === true ? "it starts from nothing" : "it has no layers";
}

function baseOf(context: CliContext, { baseImage }: Analysis, { named, tag }: AdviceQuestion): Base | null {
  if (named !== null) {
    if (named.includes("://") && !named.startsWith("registry://")) return null;
    const { repository, tag: written, digest } = parseReference(named.replace(/^registry:\/\//, ""));
    return { name: repository, tag: tag ?? written, digest, ...mayAsk(context, true) };
  }
  if (baseImage === null || baseImage.scratch) return null;
  const { name, tag: known, digest, evidence, claimedBy } = baseImage;
  const isTold = evidence !== "claimed" || claimedBy === "layers";
  return { name, tag: tag ?? known, digest, ...mayAsk(context, isTold) };
}

function mayAsk(context: CliContext, isTold: boolean): Pick<Base, "mayAsk" | "reason"> {
  if (!isTold)
    return { mayAsk: false, reason: "the base image is only claimed; --base-image names it for certain" };
  if (context.config.isOffline)
    return { mayAsk: false, reason: "PLIMSOLL_OFFLINE is set, so no registry was asked" };
  return { mayAsk: true, reason: "" };
}

async function analyzeBase(
  context: CliContext,
  { request }: AdviceQuestion,
  known: readonly KnownImage[],
  base: Base | null,
): Promise<Analysis | null> {
  const found = known.find((image) => base !== null && isImage(image, base.digest));
  const stored = found === undefined ? null : await findInventory(context, found.digest);
  return stored === null ? null : runStoredAnalysis(context, request, stored);
}
