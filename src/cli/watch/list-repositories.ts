/** The repositories of a registry, by what its product offers besides the distribution API. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { httpBytes } from "../../io/http.ts";
import { fetchCatalog } from "../../oci/catalog.ts";
import type { RegistryClientOptions } from "../../oci/registry-options.ts";
import { isRepositoryPath, isWatched, type WatchSource } from "./source.ts";

export interface ApiAccess {
  readonly user: string | null;
  readonly password: string | null;
  readonly signal: AbortSignal | null;
}

/** Pages of one list. */
const PAGES_MAX = 500;
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Host and path of each repository that is watched, sorted.
 * @throws OciError REGISTRY_…; PlimsollError HTTP_FAILED, REGISTRY_PROTOCOL
 */
export async function listWatchedRepositories(
  source: WatchSource,
  registry: RegistryClientOptions,
  access: ApiAccess,
): Promise<readonly { readonly registry: string; readonly path: string }[]> {
  const found = await listAll(source, registry, access);
  const kept = new Map(
    found
      .filter(({ path }) => isRepositoryPath(path) && isWatched(source, path))
      .map((row) => [`${row.registry}/${row.path}`, row]),
  );
  return [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

type Row = { readonly registry: string; readonly path: string };

async function listAll(
  source: WatchSource,
  options: RegistryClientOptions,
  access: ApiAccess,
): Promise<readonly Row[]> {
  const { type, registry, stores, subdomainMode } = source;
  const api = source.api ?? `https://${registry}`;
  const here = (path: string): Row => ({ registry, path });
  switch (type) {
    case "oci":
      return (await fetchCatalog(options, registry)).map(here);
    case "harbor":
      return (await listHarbor(api, access)).map(here);
    case "artifactory": {
      const lists = await Promise.all(
        stores.map(async (store) => {
          const names = await listArtifactory(api, store, access);
          return names.map((name) =>
            subdomainMode ? { registry: `${store}.${registry}`, path: name } : here(`${store}/${name}`),
          );
        }),
      );
      return lists.flat();
    }
    case "nexus":
      return (await Promise.all(stores.map((store) => listNexus(api, store, access)))).flat().map(here);
  }
}

/** https://goharbor.io/docs/2.10.0/build-customize-contribute/configure-swagger/ */
async function listHarbor(api: string, access: ApiAccess): Promise<readonly string[]> {
  const names: string[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const rows = await askJson(`${api}/api/v2.0/repositories?page=${page}&page_size=100`, access);
    if (!Array.isArray(rows)) throw notUnderstood(api);
    names.push(...rows.map((row: unknown) => text(row, "name")));
    if (rows.length < 100) return names;
  }
  throw notUnderstood(api);
}

/** https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories */
async function listArtifactory(api: string, store: string, access: ApiAccess): Promise<readonly string[]> {
  const root = api.endsWith("/artifactory") ? api : `${api}/artifactory`;
  const answer = await askJson(`${root}/api/docker/${encodeURIComponent(store)}/v2/_catalog`, access);
  const names = own(answer, "repositories");
  if (!Array.isArray(names)) throw notUnderstood(api);
  return names.map((name: unknown) => (typeof name === "string" ? name : ""));
}

/** https://help.sonatype.com/en/components-api.html */
async function listNexus(api: string, store: string, access: ApiAccess): Promise<readonly string[]> {
  const names = new Set<string>();
  let token = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({
      repository: store,
      ...(token === "" ? {} : { continuationToken: token }),
    });
    const answer = await askJson(`${api}/service/rest/v1/components?${query.toString()}`, access);
    const rows = own(answer, "items");
    if (!Array.isArray(rows)) throw notUnderstood(api);
    for (const row of rows as unknown[]) if (own(row, "format") === "docker") names.add(text(row, "name"));
    const next = own(answer, "continuationToken");
    if (typeof next !== "string" || next === "") return [...names];
    token = next;
  }
  throw notUnderstood(api);
}

async function askJson(url: string, { user, password, signal }: ApiAccess): Promise<unknown> {
  const authorization =
    user === null
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` };
  const { bytes } = await httpBytes({
    url,
    headers: { accept: "application/json", ...authorization },
    signal,
    limits: { bodyBytesMax: PAGE_BYTES_MAX, redirectsMax: 0 },
  });
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw notUnderstood(url);
  }
}

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function text(row: unknown, key: string): string {
  const value = own(row, key);
  return typeof value === "string" ? value : "";
}

function notUnderstood(address: string): PlimsollError {
  const host = URL.parse(address)?.host ?? "";
  return new PlimsollError(
    "REGISTRY_PROTOCOL",
    `${printable(host)} does not list repositories as its type does.`,
  );
}
