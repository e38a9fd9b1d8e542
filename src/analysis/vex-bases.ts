/**
 * Which base images' statements count for an image (ADR 11): a base that is proven and whose layers are known to be the lowest
 * ones. What is only claimed brings nothing, because whoever builds an image can write it.
 */
import type { ResolvedImage } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import type { BaseByLayers, KnownBase } from "../domain/ports.ts";
import type { BaseSubject } from "../vex/decide.ts";
import { findBaseImage, type BaseEvidence } from "./base-image.ts";
import { withLayerSources } from "./layer-sources.ts";

/** The bases of `image`, the nearest first; empty where none is proven. Asks the known images, as the base's facts do. */
export async function vexBases(
  image: ResolvedImage,
  evidence: BaseEvidence,
): Promise<readonly BaseSubject[]> {
  const answer = await findBaseImage(image, evidence);
  if (answer.kind !== "base" || answer.base.evidence === "claimed") return [];
  const { name, tag, digest } = answer.base;
  const layerCount =
    answer.base.evidence === "layers" ? await countByLayers(image, evidence) : countFrom(image);
  if (layerCount === 0) return [];
  const named = tag === null ? name : `${name}:${tag}`;
  return [
    {
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

/** The same question is asked once: facts and statements both need the answer. */
export function rememberBase(findBaseByLayers: BaseByLayers | null): BaseByLayers | null {
  if (findBaseByLayers === null) return null;
  let answer: Promise<KnownBase | null> | null = null;
  return (...asked) => {
    answer ??= findBaseByLayers(...asked);
    return answer;
  };
}
