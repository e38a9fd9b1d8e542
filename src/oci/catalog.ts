/** The repositories of a registry, where it lists them: `_catalog` of the distribution API, which hosted registries often refuse. */
import { asRegistryError } from "./registry-failure.ts";
import type { RegistryClientOptions } from "./registry-options.ts";
import { fetchPages } from "./registry-pages.ts";
import { createSender } from "./registry-sender.ts";

/** Paths without the registry: `acme/my-app`. @throws OciError REGISTRY_…, CREDENTIALS_INVALID */
export async function fetchCatalog(
  options: RegistryClientOptions,
  registry: string,
): Promise<readonly string[]> {
  const send = createSender({ ...options, mirrors: {} });
  return fetchPages("/v2/_catalog?n=1000", "repositories", async (target) => {
    const response = await send(
      { registry, path: "" },
      { target, asked: `the list of repositories of ${registry}` },
    );
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of response.body) pieces.push(piece);
    } catch (error) {
      throw asRegistryError(error, registry);
    }
    return { response, bytes: Buffer.concat(pieces) };
  });
}
