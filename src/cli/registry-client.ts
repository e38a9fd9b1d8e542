/** Registries that are asked beside that of the image: of base images, and those that policies ask about. */
import { createRegistryClient, type RegistryClient } from "../oci/client.ts";
import { createCredentialSource } from "../oci/credentials.ts";
import type { CliContext } from "./context.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";

/** Asks them with stored sign-ins; those given for the image itself are not sent elsewhere. */
export function registryClient(context: CliContext, options: ImageOptions): RegistryClient {
  const { registry, insecureRegistries } = resolveOptions(context, options, null);
  const credentials = createCredentialSource({
    explicit: null,
    files: registry?.credentialFiles ?? [],
    env: registry?.env ?? {},
    signal: null,
  });
  return createRegistryClient({
    credentials,
    insecureRegistries,
    signal: null,
    certificateFolders: registry?.certificateFolders ?? [],
    mirrors: registry?.mirrors ?? {},
  });
}
