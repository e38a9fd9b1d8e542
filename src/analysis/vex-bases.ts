/**
 * Which base images' statements count for an image (ADR 11): a base that is proven and whose layers are known to be the lowest
 * ones. What is only claimed brings nothing, because whoever builds an image can write it.
 */
import type { BaseImage, ResolvedImage } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import type { BaseByLayers } from "../domain/ports.ts";
import type { BaseSubject } from "../vex/decide.ts";
import { findBaseImage, type BaseEvidence } from "./base-image.ts";
import { withLayerSources } from "./layer-sources.ts";

/** A base whose statements count. */
export interface VexBase extends BaseSubject {
  readonly base: BaseImage;
}

/** The bases of `image`, the nearest first; empty where none is proven. Asks the known images, as the base's facts do. */
export async function vexBases(image: ResolvedImage, evidence: BaseEvidence): Promise<readonly VexBase[]> {
  const answer = await findBaseImage(image, evidence);
  if (answer.kind !== "base" || answer.base.evidence === "claimed") return [];
  const { name, tag, digest } = answer.base;
  const layerCount =
    answer.base.evidence === "layers" ? await countByLayers(image, evidence) : countFrom(image);
  if (layerCount === 0) return [];
  const named = tag === null ? name : `${name}:${tag}`;
  return [
    {
      base: answer.base,
      name: named,
      image: {
        repository: name,
        tag,
        digests: digest === null ? [] : [digest],
        architecture: image.config.platform.architecture,
      },
      holds: (pkg) => cameWith(pkg, layerCount),
    },
  ];
}

/**
 * Every place of the package lies in the base's layers: a file that a later layer wrote again lies in that one, and is not the
 * file that the base's author spoke about.
 */
function cameWith({ evidence, removedIn }: Package, layerCount: number): boolean {
  return (
    removedIn === undefined &&
    evidence.length > 0 &&
    evidence.every(({ layerIndex }) => layerIndex !== null && layerIndex < layerCount)
  );
}

async function countByLayers(image: ResolvedImage, evidence: BaseEvidence): Promise<number> {
  let count = 0;
  const counting: BaseByLayers = async (...asked) => {
    const base = (await evidence.findBaseByLayers?.(...asked)) ?? null;
    count = base?.layerCount ?? 0;
    return base;
  };
  await findBaseImage(image, { ...evidence, findBaseByLayers: counting });
  return count;
}

/** Layers that the last FROM brought, as the provenance that names the base tells. */
function countFrom(image: ResolvedImage): number {
  const { layers } = withLayerSources(image);
  const end = layers.findIndex(({ source }) => source === undefined || !FROM.test(source.text));
  return end === -1 ? layers.length : end;
}

const FROM = /^\s*FROM\s/i;

/** Asks once, whatever is asked again: for ports that are asked about one image. */
export function rememberAnswer<Asked extends readonly unknown[], T>(
  ask: (...asked: Asked) => Promise<T>,
): (...asked: Asked) => Promise<T> {
  let answer: Promise<T> | null = null;
  return (...asked) => {
    answer ??= ask(...asked);
    return answer;
  };
}
