/** The registry that a database is pushed to or pulled from, asked with stored sign-ins. */
import { PlimsollError } from "../../domain/error.ts";
import { createCredentialSource } from "../../oci/credentials.ts";
import type { RegistryClientOptions } from "../../oci/registry-options.ts";
import type { ImageReference } from "../../oci/reference.ts";
import type { CliContext } from "../context.ts";
import { resolveOptions } from "../options/image.ts";

/** @throws PlimsollError USAGE where nothing may be asked */
export function databaseRegistry(
  context: CliContext,
  reference: ImageReference,
  insecure: readonly string[] | undefined,
): RegistryClientOptions {
  if (context.config.isOffline)
    throw new PlimsollError("USAGE", "PLIMSOLL_OFFLINE is set, so no registry is asked.");
  return namedRegistry(context, reference, insecure);
}

/** A registry that the user named, which is asked in any case. */
export function namedRegistry(
  context: CliContext,
  { registry: host }: ImageReference,
  insecure: readonly string[] | undefined,
): RegistryClientOptions {
  const options = resolveOptions(context, { insecureRegistry: insecure ?? [] }, null);
  const { registry, insecureRegistries } = options;
  const explicit = registry?.explicit ?? null;
  const credentials = createCredentialSource({
    explicit: explicit === null ? null : { ...explicit, registry: host },
    files: registry?.credentialFiles ?? [],
    env: registry?.env ?? {},
    signal: null,
  });
  return {
    credentials,
    insecureRegistries,
    signal: null,
    certificateFolders: registry?.certificateFolders ?? [],
    mirrors: registry?.mirrors ?? {},
  };
}
