/**
 * Chain IDs: one digest for a layer and all below it.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#layer-chainid
 */
import { createHash } from "node:crypto";

/**
 * The chain ID of every prefix of the layers, shortest first: as many as there are diff IDs. The first is the first diff ID;
 * each following one is `sha256:` of the one before, a space and its own diff ID.
 */
export function chainIds(diffIds: readonly string[]): readonly string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(
      below === undefined
        ? diffId
        : `sha256:${createHash("sha256").update(`${below} ${diffId}`).digest("hex")}`,
    );
  }
  return chain;
}
