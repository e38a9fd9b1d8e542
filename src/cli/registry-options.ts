/** How the registry that a command is about is spoken to: with the sign-in that was given, else with stored ones. */
import { createCredentialSource } from "../oci/credentials.ts";
import type { RegistryClientOptions } from "../oci/registry-options.ts";
import type { CliContext } from "./context.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";

/** `registryName` as in references: the sign-in that was given is for it alone. */
export function registryOptions(
  context: CliContext,
  options: ImageOptions,
  registryName: string,
  signal: AbortSignal | null = null,
): RegistryClientOptions {
  const { registry, insecureRegistries } = resolveOptions(context, options, null);
  const explicit = registry?.explicit ?? null;
  const credentials = createCredentialSource({
    explicit: explicit === null ? null : { ...explicit, registry: registryName },
    files: registry?.credentialFiles ?? [],
    env: registry?.env ?? {},
    signal,
  });
  return { credentials, insecureRegistries, signal, certificateFolders: registry?.certificateFolders ?? [] };
}
