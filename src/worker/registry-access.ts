/**
 * How a worker speaks to the registry of an organisation: with the organisation's own sign-in, which is sent to that registry only.
 * Nothing of the machine's own sign-ins is ever used, client certificates included: they belong to whoever runs the worker.
 */
import type { SecretBox } from "../io/secret-box.ts";
import { createRegistryClient, type RegistryClient } from "../oci/client.ts";
import { createCredentialSource, type ExplicitCredentials } from "../oci/credentials.ts";
import type { ResolveOptions } from "../image/types.ts";
import type { AnalysisPlace } from "../store/stores/analysis-places.ts";

export interface RegistryAccess {
  readonly client: RegistryClient;
  /** For `openImage`. */
  readonly options: Pick<ResolveOptions, "insecureRegistries" | "registry" | "signal" | "ref">;
}

/** What the operator says of registries, for all organisations. */
export interface RegistrySettings {
  /** Hosts that layers are fetched from first, by a registry's name. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>;
  /** Folders `certs.d`, of which the authorities are used. */
  readonly certificateFolders: readonly string[];
}

type SignedRegistry = Omit<AnalysisPlace, "repositoryId" | "name">;

/**
 * `client` asks the registry itself, never a mirror: what it answers to the organisation's sign-in is what the organisation may see.
 * Mirrors serve content that was named by its digest after that.
 * @throws PlimsollError SECRET_UNREADABLE
 */
export function openAccess(
  registry: SignedRegistry,
  secrets: SecretBox,
  {
    registries,
    signal,
  }: { readonly registries: RegistrySettings | null; readonly signal: AbortSignal | null },
): RegistryAccess {
  const explicit = signIn(registry, secrets);
  const insecureRegistries = registry.insecure ? [registry.host] : [];
  const certificates = {
    certificateFolders: registries?.certificateFolders ?? [],
    certificateUse: "authorities",
  } as const;
  return {
    client: createRegistryClient({
      credentials: createCredentialSource({ explicit, files: [], env: {}, signal }),
      insecureRegistries,
      signal,
      ...certificates,
    }),
    options: {
      insecureRegistries,
      registry: {
        credentialFiles: [],
        explicit,
        env: {},
        mirrors: registries?.mirrors ?? {},
        ...certificates,
      },
      signal,
      ref: null,
    },
  };
}

/** Purpose under which a registry's password is sealed. */
export function passwordPurpose(registryId: string): string {
  return `registry:${registryId}`;
}

function signIn(
  { host, registryId, username, passwordSealed }: SignedRegistry,
  secrets: SecretBox,
): ExplicitCredentials | null {
  if (passwordSealed === null) return null;
  const password = secrets.open(passwordSealed, passwordPurpose(registryId));
  // Without a user name it is a token, as registries of clouds give them.
  return username === null
    ? { registry: host, user: null, password: null, token: password }
    : { registry: host, user: username, password, token: null };
}
