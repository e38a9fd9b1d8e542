/**
 * The environment, read once into one strict, frozen value. Nothing else in the program reads environment variables.
 */
import { isAbsolute, join, resolve } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { readSonarQubeConfig, type SonarQubeConfig } from "./sonarqube-config.ts";
import { readSigningConfig, type SigningConfig } from "./signing-config.ts";
import { readClientConfig, readServerConfig, type ClientConfig, type ServerConfig } from "./server-config.ts";

export interface Config {
  /** Absolute folders. */
  readonly cacheDir: string;
  readonly databaseDir: string;
  /** Bases and environments that a person named. */
  readonly imagesDir: string;
  readonly useCache: boolean;
  /** Go programs that do not hold the vulnerable functions are not affected. */
  readonly usesReachability: boolean;
  /** Bytes that the cache may take. */
  readonly cacheBytesMax: number;
  /** Hours after which the vulnerability database counts as stale. */
  readonly databaseAgeHoursMax: number;
  /** Feeds (`epss`) or parts (`osv/Wolfi`) that are never fetched. */
  readonly excludedFeeds: readonly string[];
  /** PEM file of the key that published databases are signed with, or null. Absolute. */
  readonly databaseSigningKey: string | null;
  /** PEM files of keys of which one must have signed a database that is pulled or imported; none: any is taken. Absolute. */
  readonly databaseTrustedKeys: readonly string[];
  /** Whose signatures over images and attestations count, and what Plimsoll signs with. */
  readonly signing: SigningConfig;
  /** Lists of tags that publishers keep up: files, or folders of them. Absolute. */
  readonly supportedTags: readonly string[];
  /** The quality gate that policies may ask, or null. */
  readonly sonarQube: SonarQubeConfig | null;
  /** The Open Policy Agent that compiles modules in Rego: a name on the PATH or an absolute path; null: `opa`. */
  readonly opa: string | null;
  /** Base addresses of feeds, by id, in place of their own. May hold credentials. */
  readonly feedMirrors: Readonly<Record<string, string>>;
  /** Patterns of VEX authors whose statements count where none are named; empty: everybody's do. */
  readonly vexAuthors: readonly string[];
  /** Addresses of VEX repositories, by a name for each. May hold credentials. */
  readonly vexRepositories: Readonly<Record<string, string>>;
  /** Addresses that newest versions of packages are asked of, by type of package URL. May hold credentials. */
  readonly packageMirrors: Readonly<Record<string, string>>;
  /** Scans fetch nothing by themselves. */
  readonly isOffline: boolean;
  readonly registry: RegistryConfig;
  /** By product: `harbor`, `artifactory`, `nexus`. */
  readonly registryApis: Readonly<Record<string, RegistryApiConfig>>;
  readonly server: ServerConfig;
  readonly client: ClientConfig;
  readonly color: boolean;
}

export interface RegistryConfig {
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
  readonly insecureRegistries: readonly string[];
  /** Hosts that are asked before a registry, by its name: `docker.io`. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>;
}

/** `env` as `process.env`; `home` the user's folder; `cwd` resolves relative folders. @throws PlimsollError CONFIG_INVALID */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  cwd: string,
): Config {
  const folder = (variable: string, fallback: string): string => {
    const value = env[variable];
    if (value === undefined || value === "") return fallback;
    return isAbsolute(value) ? value : resolve(cwd, value);
  };
  const base = folder("PLIMSOLL_HOME", join(folder("XDG_DATA_HOME", join(home, ".local/share")), "plimsoll"));
  const common = {
    home: base,
    allowPlainHttp: readSwitch("PLIMSOLL_ALLOW_PLAIN_HTTP", env["PLIMSOLL_ALLOW_PLAIN_HTTP"]),
  };
  return Object.freeze({
    cacheDir: folder("PLIMSOLL_CACHE_DIR", join(base, "cache")),
    databaseDir: folder("PLIMSOLL_DB_DIR", join(base, "db")),
    imagesDir: folder("PLIMSOLL_IMAGES_DIR", join(base, "images")),
    useCache: !readSwitch("PLIMSOLL_NO_CACHE", env["PLIMSOLL_NO_CACHE"]),
    usesReachability: !readSwitch("PLIMSOLL_NO_REACHABILITY", env["PLIMSOLL_NO_REACHABILITY"]),
    cacheBytesMax: readBytes("PLIMSOLL_CACHE_MAX", env["PLIMSOLL_CACHE_MAX"], CACHE_BYTES_MAX),
    databaseAgeHoursMax: readHours(env["PLIMSOLL_DB_MAX_AGE_HOURS"]),
    excludedFeeds: Object.freeze(readList(env["PLIMSOLL_FEEDS_EXCLUDE"])),
    databaseSigningKey: readPaths(env["PLIMSOLL_DB_SIGNING_KEY"], cwd)[0] ?? null,
    databaseTrustedKeys: Object.freeze(readPaths(env["PLIMSOLL_DB_TRUSTED_KEYS"], cwd)),
    signing: readSigningConfig(env, cwd),
    supportedTags: Object.freeze(readPaths(env["PLIMSOLL_SUPPORTED_TAGS"], cwd)),
    sonarQube: readSonarQubeConfig(env),
    opa: readProgram(env["PLIMSOLL_OPA"], cwd),
    feedMirrors: readAddresses("PLIMSOLL_FEED_MIRRORS", env["PLIMSOLL_FEED_MIRRORS"], "osv"),
    vexRepositories: readAddresses("PLIMSOLL_VEX_REPOSITORIES", env["PLIMSOLL_VEX_REPOSITORIES"], "hub"),
    packageMirrors: readAddresses("PLIMSOLL_PACKAGE_MIRRORS", env["PLIMSOLL_PACKAGE_MIRRORS"], "npm"),
    vexAuthors: Object.freeze(readList(env["PLIMSOLL_VEX_AUTHORS"])),
    isOffline: readSwitch("PLIMSOLL_OFFLINE", env["PLIMSOLL_OFFLINE"]),
    registry: readRegistry(env),
    registryApis: readRegistryApis(env),
    server: readServerConfig(env, common, folder),
    client: readClientConfig(env, common),
    color: env["NO_COLOR"] === undefined || env["NO_COLOR"] === "",
  });
}

/** A product's own API, which `watch` asks beside the registry, and the proof of its webhooks. */
export interface RegistryApiConfig {
  readonly user: string | null;
  readonly password: string | null;
  readonly webhookSecret: string | null;
}

function readRegistryApis(env: Readonly<Record<string, string | undefined>>): Config["registryApis"] {
  const read = (product: string): RegistryApiConfig => {
    const value = (name: string): string | null =>
      text(env[`PLIMSOLL_${product}_${name}`]) ?? text(env[`DOCKER_SCOUT_${product}_${name}`]);
    const webhookSecret = value("WEBHOOK_SECRET") ?? text(env[`DOCKER_SCOUT_${product}_WEBHOOK_AUTH`]);
    return { user: value("API_USER"), password: value("API_PASSWORD"), webhookSecret };
  };
  const names = ["harbor", "artifactory", "nexus"];
  return Object.freeze(Object.fromEntries(names.map((name) => [name, read(name.toUpperCase())])));
}

function readRegistry(env: Readonly<Record<string, string | undefined>>): RegistryConfig {
  const user = text(env["PLIMSOLL_REGISTRY_USER"]);
  const password = text(env["PLIMSOLL_REGISTRY_PASSWORD"]);
  // One without the other would be left out silently, and the registry's refusal would be a riddle.
  if ((user === null) !== (password === null)) {
    throw invalid("PLIMSOLL_REGISTRY_USER and PLIMSOLL_REGISTRY_PASSWORD are set together or not at all.");
  }
  const insecureRegistries = readList(env["PLIMSOLL_INSECURE_REGISTRIES"]);
  const wrong = insecureRegistries.find((host) => !isRegistryHost(host));
  if (wrong !== undefined)
    throw invalid(`PLIMSOLL_INSECURE_REGISTRIES takes host or host:port, not "${wrong}".`);
  const token = text(env["PLIMSOLL_REGISTRY_TOKEN"]);
  return Object.freeze({
    user,
    password,
    token,
    insecureRegistries: Object.freeze(insecureRegistries),
    mirrors: readMirrors(env["PLIMSOLL_REGISTRY_MIRRORS"]),
  });
}

/** `docker.io=mirror.example.com,docker.io=second.example.com:5000` */
function readMirrors(value: string | undefined): RegistryConfig["mirrors"] {
  const mirrors = new Map<string, string[]>();
  for (const pair of readList(value)) {
    const [registry = "", mirror = "", ...rest] = pair.split("=");
    if (rest.length > 0 || !isRegistryHost(registry) || !isRegistryHost(mirror))
      throw invalid(
        `PLIMSOLL_REGISTRY_MIRRORS takes registry=host, such as docker.io=mirror.example.com, not "${pair}".`,
      );
    mirrors.set(registry.toLowerCase(), [...(mirrors.get(registry.toLowerCase()) ?? []), mirror]);
  }
  return Object.freeze(Object.fromEntries(mirrors));
}

/** `osv=https://mirror.example.com/osv/,kev=https://mirror.example.com/kev/`; an address is never told, as it may hold a password. */
function readAddresses(
  variable: string,
  value: string | undefined,
  example: string,
): Readonly<Record<string, string>> {
  const mirrors = readList(value).map((pair): [string, string] => {
    const [, feed = "", address = ""] = /^([a-z][a-z0-9-]{0,40})=(https?:\/\/.{1,2000})$/.exec(pair) ?? [];
    if (!URL.canParse(address))
      throw invalid(
        `${variable} takes name=address pairs, such as ${example}=https://mirror.example.com/${example}/.`,
      );
    return [feed, address];
  });
  return Object.freeze(Object.fromEntries(mirrors));
}

/** `registry.example.com`, `localhost:5000`, `[::1]:5000`: no scheme and no path. */
export function isRegistryHost(word: string): boolean {
  return /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(word);
}

const CACHE_BYTES_MAX = 2 * 1024 ** 3;

/** `500MB`, `2GB`, `1073741824`: units of 1024, or bytes. */
function readBytes(variable: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === "") return fallback;
  const [, digits = "", unit = ""] = /^(\d{1,15})\s?([KMGT]?)i?B?$/i.exec(value) ?? [];
  const power = ["", "K", "M", "G", "T"].indexOf(unit.toUpperCase());
  if (digits === "") throw invalid(`${variable} must be a size such as 500MB or 2GB, not "${value}".`);
  return Number(digits) * 1024 ** power;
}

function readSwitch(variable: string, value: string | undefined): boolean {
  const word = (value ?? "").toLowerCase();
  if (["1", "true", "yes", "on"].includes(word)) return true;
  if (["", "0", "false", "no", "off"].includes(word)) return false;
  throw invalid(`${variable} must be 1 or 0, not "${value}".`);
}

function invalid(message: string): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", message);
}

function text(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

function readList(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function readPaths(value: string | undefined, cwd: string): string[] {
  return readList(value).map((path) => resolve(cwd, path));
}

function readHours(value: string | undefined): number {
  if (value === undefined || value === "") return DATABASE_AGE_HOURS_MAX;
  const hours = Number(value);
  if (!Number.isFinite(hours) || hours <= 0) {
    throw invalid(`PLIMSOLL_DB_MAX_AGE_HOURS must be a number of hours above 0, not "${value}".`);
  }
  return hours;
}

/** Five days: feeds change daily; a long weekend should not fail a build. */
const DATABASE_AGE_HOURS_MAX = 120;

/** A name is looked up on the PATH; a path is a file, taken from the working folder. */
function readProgram(value: string | undefined, cwd: string): string | null {
  if (value === undefined || value === "") return null;
  return value.includes("/") ? resolve(cwd, value) : value;
}
