/** Which repositories `repo enable` and `repo disable` are about: those that are named, those that a pattern fits, or all. */
import { PlimsollError } from "../../domain/error.ts";
import { registryList, type RepositoryView } from "../../api/rest/registries.ts";
import type { CliContext } from "../context.ts";
import { registryText, getIntegration } from "../integrations.ts";
import type { ImageOptions } from "../options/image.ts";
import { registryOptions } from "../registry-options.ts";
import { accessOf } from "../watch/api-access.ts";
import { listWatchedRepositories } from "../watch/list-repositories.ts";
import { readWatchSource, type WatchSource } from "../watch/source.ts";
import type { ServerClient } from "./client.ts";
import { chooseRepository, parseRepositoryName, type RepositoryName } from "./repositories.ts";

export interface ChoiceOptions extends ImageOptions {
  readonly registry?: string;
  readonly all?: true;
  readonly filter?: RegExp;
  /** Of `plimsoll integration configure`: the registry that it names lists its repositories. */
  readonly integration?: string;
}

/** @throws PlimsollError USAGE when it is not said which, or said twice */
export function checkChoice(names: readonly string[], { all, filter }: ChoiceOptions): void {
  const ways = [names.length > 0, all === true, filter !== undefined].filter(Boolean).length;
  if (ways === 0) throw new PlimsollError("USAGE", "Name repositories, or take --filter PATTERN or --all.");
  if (ways > 1) throw new PlimsollError("USAGE", "Names, --filter and --all exclude each other.");
}

/**
 * Repositories to enable. By a pattern, or all: what the server knows, and what the registries list to this machine, by its sign-ins.
 * @throws PlimsollError USAGE, NOT_FOUND; OciError REGISTRY_… of a registry that lists nothing, so that nothing is left out unseen
 */
export async function chooseToEnable(
  context: CliContext,
  { client, org, known }: { client: ServerClient; org: string; known: readonly RepositoryView[] },
  { names, options }: { names: readonly string[]; options: ChoiceOptions },
): Promise<readonly RepositoryName[]> {
  if (names.length > 0) return names.map((name) => parseRepositoryName(name, options.registry ?? null));
  const sources = await sourcesOf(context, client, org, options);
  const hosts = new Set(sources.map(({ source }) => source.registry));
  const found = new Map<string, RepositoryName>();
  for (const { registry, name } of known)
    if (hosts.has(registry)) found.set(`${registry}/${name}`, { registry, name });
  for (const { source, kept } of sources) {
    const signIn = registryOptions(context, options, source.registry);
    const access = { ...accessOf(context, source.type, kept), signal: null };
    const listed = await listWatchedRepositories(source, signIn, access);
    for (const { registry, path } of listed) found.set(`${registry}/${path}`, { registry, name: path });
  }
  return fitting(
    [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    options,
  );
}

/** Repositories to disable; by a pattern, or all: of those that are enabled. @throws PlimsollError USAGE, NOT_FOUND */
export function chooseToDisable(
  known: readonly RepositoryView[],
  names: readonly string[],
  options: ChoiceOptions,
): readonly RepositoryView[] {
  if (names.length > 0)
    return names.map((name) => chooseRepository(known, parseRepositoryName(name, options.registry ?? null)));
  const enabled = known.filter(
    ({ enabled: isOn, registry }) => isOn && registry === (options.registry ?? registry),
  );
  return fitting(
    enabled.map((row) => [row.fullName, row] as const),
    options,
  );
}

/** The full name is compared, with its registry; the path alone too, so that `^acme/` fits. */
function fitting<T extends { readonly name: string }>(
  entries: readonly (readonly [fullName: string, row: T])[],
  { filter }: ChoiceOptions,
): readonly T[] {
  const chosen = entries
    .filter(([fullName, { name }]) => filter === undefined || filter.test(fullName) || filter.test(name))
    .map(([, row]) => row);
  if (chosen.length === 0) throw new PlimsollError("NOT_FOUND", "No repository is meant by that.");
  return chosen;
}

interface Source {
  readonly source: WatchSource;
  /** Parameters of the integration. */
  readonly kept: Readonly<Record<string, string>>;
}

async function sourcesOf(
  context: CliContext,
  client: ServerClient,
  org: string,
  { integration, registry }: ChoiceOptions,
): Promise<readonly Source[]> {
  if (integration !== undefined) {
    const found = getIntegration(context, integration);
    return [{ source: readWatchSource(registryText(found)), kept: found.parameters }];
  }
  const hosts =
    registry === undefined
      ? (await client.ask({ path: `/orgs/${org}/registries` }, registryList)).registries.map(
          ({ host }) => host,
        )
      : [registry];
  return hosts.map((host) => ({ source: readWatchSource(host), kept: {} }));
}
