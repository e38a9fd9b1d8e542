/** What a registry has: asked of it the way its product lists repositories, kept for people to choose from. */
import { PlimsollError } from "../../domain/error.ts";
import { fetchCatalog } from "../../oci/catalog.ts";
import { createCredentialSource } from "../../oci/credentials.ts";
import { NAMES_MAX } from "../../registries/api-pages.ts";
import { getRegistryKind, plainSettings } from "../../registries/kinds.ts";
import { asEngine } from "../../store/in-org.ts";
import { replaceListed, switchFitting } from "../../store/stores/listed-repositories.ts";
import type { PolledRegistry } from "../../store/stores/registry-polls.ts";
import type { WorkerContext } from "../context.ts";
import { passwordPurpose } from "../registry-access.ts";
import { createAsk } from "./ask-api.ts";

export interface ListTask {
  readonly orgId: string;
  readonly registry: PolledRegistry;
  readonly signal: AbortSignal;
}

/**
 * Keeps the list, and enables what fits the registry's pattern. How many names there are.
 * @throws PlimsollError REGISTRY_…, HTTP_FAILED, SECRET_UNREADABLE; LISTING_UNSUPPORTED where the product lists nothing
 */
export async function listRegistry(context: WorkerContext, task: ListTask): Promise<number> {
  const { store, queue, clock } = context;
  const { orgId, registry } = task;
  const names = [...new Set(await fetchNames(context, task))].filter((name) => NAME.test(name)).sort();
  if (names.length > NAMES_MAX) {
    throw new PlimsollError(
      "REGISTRY_PROTOCOL",
      `${registry.host} lists more than ${NAMES_MAX} repositories.`,
    );
  }
  await asEngine(store, async (tx) => {
    const { registryId, host, enablePattern } = registry;
    await replaceListed(tx, orgId, registryId, { names, at: clock() });
    if (enablePattern === null) return;
    await switchFitting(tx, queue, orgId, {
      registryId,
      host,
      pattern: enablePattern,
      enabled: true,
      backfillMax: null,
      actor: { kind: "system", id: null, name: "registry list" },
      now: clock(),
    });
  });
  return names.length;
}

const NAME = /^(?=.{1,255}$)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

async function fetchNames(
  { secrets, registries = null }: WorkerContext,
  { registry, signal }: ListTask,
): Promise<readonly string[]> {
  const { host, insecure, username, passwordSealed, registryId } = registry;
  const { listing, title } = getRegistryKind(registry.kind);
  const password = passwordSealed === null ? null : secrets.open(passwordSealed, passwordPurpose(registryId));
  const insecureHosts = insecure ? [host] : [];
  if (listing.kind === "none") {
    throw new PlimsollError("LISTING_UNSUPPORTED", `${title} lists no repositories: ${listing.reason}.`);
  }
  if (listing.kind === "api") {
    return listing.list(createAsk(insecureHosts, signal), {
      host,
      settings: { ...plainSettings, ...registry.settings },
      signIn: password === null ? null : { username, password },
    });
  }
  const explicit =
    password === null
      ? null
      : username === null
        ? { registry: host, user: null, password: null, token: password }
        : { registry: host, user: username, password, token: null };
  const credentials = createCredentialSource({ explicit, files: [], env: {}, signal });
  return fetchCatalog(
    {
      credentials,
      insecureRegistries: insecureHosts,
      signal,
      certificateFolders: registries?.certificateFolders ?? [],
      certificateUse: "authorities",
    },
    host,
  );
}
