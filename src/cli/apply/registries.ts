/** Registries as the file has them, known by their host. A password is never read back, so it is sent where the account is new. */
import type { ApplyFile } from "../../api/apply-file.ts";
import { registryList, registryView, type RegistryView } from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import { differencesOf, type ApplyAccess, type Change, type PartPlan } from "./plan.ts";

type Wanted = NonNullable<ApplyFile["registries"]>[number];
type Environment = Readonly<Record<string, string | undefined>>;

/** @throws PlimsollError CONFIG_INVALID for a variable that is not set, and a kind that would change */
export async function planRegistries(
  access: ApplyAccess,
  wanted: readonly Wanted[],
  env: Environment,
): Promise<PartPlan> {
  const { client, below } = access;
  const { registries } = await client.ask({ path: `${below}/registries` }, registryList);
  const byHost = new Map(registries.map((registry) => [registry.host, registry]));
  const changes: Change[] = [];
  for (const registry of wanted) {
    const known = byHost.get(registry.host.toLowerCase());
    const change =
      known === undefined ? create(access, registry, env) : changeOf(access, known, registry, env);
    if (change !== null) changes.push(change);
  }
  const hosts = new Set(wanted.map(({ host }) => host.toLowerCase()));
  return {
    changes,
    unchanged: wanted.length - changes.length,
    beside: registries
      .filter(({ host }) => !hosts.has(host))
      .map(({ id, host }) => ({
        kind: "registry",
        name: host,
        remove: () => client.tell({ method: "DELETE", path: `${below}/registries/${id}` }),
      })),
  };
}

function create({ client, below }: ApplyAccess, registry: Wanted, env: Environment): Change {
  const { host, passwordFrom, ...content } = registry;
  const password = passwordOf(registry, env);
  return {
    kind: "registry",
    name: host,
    action: "create",
    differences: differencesOf(
      {},
      { ...content, ...(passwordFrom === null ? {} : { password: `from ${passwordFrom}` }) },
    ),
    run: async () => {
      const body = { ...content, host, password };
      await client.ask({ method: "POST", path: `${below}/registries`, body }, registryView);
    },
  };
}

/** Null: it is as it should be. */
function changeOf(
  { client, below }: ApplyAccess,
  known: RegistryView,
  wanted: Wanted,
  env: Environment,
): Change | null {
  if (known.kind !== wanted.kind)
    throw new PlimsollError(
      "CONFIG_INVALID",
      `${wanted.host} is connected as ${known.kind}, which cannot become ${wanted.kind}: remove it first.`,
    );
  const { host, kind: _kind, passwordFrom, ...content } = wanted;
  const { insecure, username, settings, pollSeconds, enablePattern } = known;
  const differences = differencesOf({ insecure, username, settings, pollSeconds, enablePattern }, content);
  if (differences.length === 0) return null;
  // The server asks for the password again where the account or the address that it goes to is another.
  const password = passwordFrom === null ? {} : { password: passwordOf(wanted, env) };
  return {
    kind: "registry",
    name: host,
    action: "change",
    differences,
    run: async () => {
      const path = `${below}/registries/${known.id}`;
      await client.ask({ method: "PATCH", path, body: { ...content, ...password } }, registryView);
    },
  };
}

function passwordOf({ host, passwordFrom }: Wanted, env: Environment): string | null {
  if (passwordFrom === null) return null;
  const password = env[passwordFrom];
  if (password !== undefined && password !== "") return password;
  throw new PlimsollError("CONFIG_INVALID", `${passwordFrom}, the password of ${host}, is not set.`);
}
