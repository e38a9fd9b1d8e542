/**
 * Which registry is watched: a host, or `type=harbor,registry=…,api=…,include=…` as users of Scout write it.
 */
import { parseListenAddress, type ListenAddress } from "../../config/addresses.ts";
import { isRegistryHost } from "../../config/config.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { matchesWildcard } from "../../domain/wildcard.ts";

export const watchTypes = ["oci", "harbor", "artifactory", "nexus"] as const;

export type WatchType = (typeof watchTypes)[number];

export interface WatchSource {
  readonly type: WatchType;
  /** Host as it stands in references: `registry.example.com`. */
  readonly registry: string;
  /** Address of the product's own API, without a slash at the end; null: of the registry, by https. */
  readonly api: string | null;
  /** Repositories of the product (Artifactory, Nexus) that hold images. */
  readonly stores: readonly string[];
  /** Patterns of repositories, `*` for any text; none: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Where the product's webhooks are listened for; null: the registry is asked alone. */
  readonly listen: ListenAddress | null;
  /** Artifactory: the store is a part of the host's name, and not of the path. */
  readonly subdomainMode: boolean;
}

const KEYS = ["type", "registry", "api", "repository", "include", "exclude", "port", "subdomain-mode"];

/** @throws PlimsollError USAGE */
export function readWatchSource(text: string): WatchSource {
  const values = text.includes("=") ? readPairs(text) : new Map([["registry", [text]]]);
  const one = (key: string): string | null => {
    const [first = null, ...more] = values.get(key) ?? [];
    if (more.length > 0) throw usage(`${key} is given twice`);
    return first;
  };
  const word = one("type") ?? "oci";
  const type = watchTypes.find((known) => known === word);
  if (type === undefined)
    throw usage(`type is one of ${watchTypes.join(", ")}, not "${printable(word, 50)}"`);
  const registry = one("registry") ?? "";
  if (!isRegistryHost(registry)) throw usage("registry takes a host or host:port");
  const api = one("api");
  if (api !== null && !/^https?:\/\/[^/@]+(?:\/.*)?$/.test(api))
    throw usage("api takes an http or https address");
  const stores = values.get("repository") ?? [];
  if (stores.length === 0 && (type === "nexus" || type === "artifactory")) {
    throw usage(`${type} needs repository=NAME, the ${type} repository that holds the images`);
  }
  const port = one("port");
  const listen = port === null ? null : parseListenAddress(port.includes(":") ? port : `:${port}`);
  if (port !== null && listen === null) throw usage("port takes a port, or host:port");
  if (listen !== null && type === "oci")
    throw usage("a registry of the type oci has no webhooks that are known");
  return {
    type,
    registry: registry.toLowerCase(),
    api: api === null ? null : api.replace(/\/+$/, ""),
    stores,
    include: values.get("include") ?? [],
    exclude: values.get("exclude") ?? [],
    listen,
    subdomainMode: ["true", "1", "yes"].includes(one("subdomain-mode") ?? ""),
  };
}

/** Whether it is the path of a repository: it becomes a part of addresses. */
export function isRepositoryPath(path: string): boolean {
  const isPart = (part: string): boolean => /^[a-z0-9](?:[a-z0-9._-]{0,200}[a-z0-9])?$/.test(part);
  return path.length <= 255 && path.split("/").every(isPart);
}

/** Whether a repository is one of those that were asked for. */
export function isWatched({ include, exclude }: WatchSource, repository: string): boolean {
  const isAmong = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesWildcard(pattern, repository));
  return (include.length === 0 || isAmong(include)) && !isAmong(exclude);
}

/** `a=1,b=2,b=3`: a key may come again where it takes a list. */
function readPairs(text: string): ReadonlyMap<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of text.split(",")) {
    const at = pair.indexOf("=");
    const key = pair.slice(0, Math.max(at, 0)).trim();
    const value = pair.slice(at + 1).trim();
    if (!KEYS.includes(key)) throw usage(`it takes ${KEYS.join(", ")}, not "${printable(key || pair, 50)}"`);
    if (value === "") throw usage(`${key} is empty`);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function usage(reason: string): PlimsollError {
  return new PlimsollError("USAGE", `--registry: ${reason}.`);
}
