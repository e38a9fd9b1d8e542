/**
 * A repository of a registry as a place of manifests and blobs.
 */
import type { RegistryClient } from "./client.ts";
import { OciError } from "./error.ts";
import type { RepositoryName } from "./registry-options.ts";
import type { Content } from "./content.ts";

/** `Content` of one repository. */
export function registryContent(client: RegistryClient, repository: RepositoryName): Content {
  return {
    fetchManifest: async (digest) => (await client.fetchManifest(repository, digest)).bytes,
    fetchBlob: (digest, bytesMax) => client.fetchBlob(repository, digest, bytesMax),
    findReferrers: (digest) => client.fetchReferrers(repository, digest),
    findTag: async (tag) => {
      try {
        return await client.fetchManifest(repository, tag);
      } catch (error) {
        if (error instanceof OciError && error.code === "SOURCE_NOT_FOUND") return null;
        throw error;
      }
    },
  };
}
