/**
 * What the tag of a proven base image names now. For repositories whose pushes are told to us it is known without asking; else the
 * organisation's own registries are asked with its own sign-in. No other registry is ever contacted.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { TagResolver } from "../../domain/ports.ts";
import { parseReference } from "../../oci/reference.ts";
import { createTagResolver } from "../../oci/tag-resolver.ts";
import { findOwnRegistry } from "../../store/stores/analysis-places.ts";
import { findTagDigest } from "../../store/stores/bases.ts";
import type { WorkerContext } from "../context.ts";
import { openAccess } from "../registry-access.ts";

/**
 * What a tag of a base image names now: among the organisation's own images, else asked of its registry. A host that the organisation has not
 * connected is never contacted.
 */
export function resolveBaseTag(
  { store, secrets, registries = null }: Pick<WorkerContext, "store" | "secrets" | "registries">,
  orgId: string,
  signal: AbortSignal | null,
): TagResolver {
  return async (repository, tag) => {
    const digest = await findTagDigest(store.engine, orgId, repository, tag);
    if (digest !== null) return { digest };
    const host = parseReference(`${repository}:${tag}`).registry;
    const registry = await findOwnRegistry(store.engine, orgId, host);
    if (registry === null) return { reason: `${host} is not a registry of the organisation` };
    try {
      return await createTagResolver(openAccess(registry, secrets, { registries, signal }).client)(
        repository,
        tag,
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof PlimsollError) return { reason: error.message };
      throw error;
    }
  };
}
