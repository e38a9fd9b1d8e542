/**
 * What a tag names now, for the policy on up-to-date base images: a port of the pure middle.
 */
import { PlimsollError } from "../domain/error.ts";
import type { TagResolver } from "../domain/ports.ts";
import type { RegistryClient } from "./client.ts";
import { parseReference } from "./reference.ts";

/** Asks the registry; what goes wrong becomes a reason. `repository` is canonical: `docker.io/library/alpine`. */
export function createTagResolver(client: RegistryClient): TagResolver {
  return async (repository, tag) => {
    try {
      const reference = parseReference(`${repository}:${tag}`);
      return { digest: await client.fetchDigest(reference, tag) };
    } catch (error) {
      if (error instanceof PlimsollError) return { reason: error.message };
      throw error;
    }
  };
}
