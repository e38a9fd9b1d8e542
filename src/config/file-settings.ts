/**
 * Settings that stand in files: `settings` of a project file, and the user's own file. One table, from which the schemas, the
 * reading and `plimsoll config` are made. A repository can be anybody's, so a project file cannot say where tokens go, whom to
 * trust or where to write: those keys are the user's file's alone.
 */
import { z } from "zod";

/** A setting takes the place of an environment variable, or of an option of commands that have it. */
export type SettingTarget =
  | { readonly kind: "variable"; readonly variable: string }
  /** Commander's name of the option: `failOn`. */
  | { readonly kind: "option"; readonly option: string };

export interface FileSetting {
  /** `databaseMaxAge` */
  readonly key: string;
  readonly target: SettingTarget;
  readonly schema: z.ZodType;
  readonly meaning: string;
  /** May stand in a project file too. */
  readonly inProject: boolean;
}

const word = z.string().min(1).max(1000);
const list = z.array(word).max(100);
const hours = z.number().positive().max(100_000);

function option(key: string, name: string, schema: z.ZodType, meaning: string): FileSetting {
  return { key, target: { kind: "option", option: name }, schema, meaning, inProject: true };
}

function variable(key: string, name: string, schema: z.ZodType, meaning: string): FileSetting {
  return { key, target: { kind: "variable", variable: name }, schema, meaning, inProject: true };
}

function ofUser(setting: FileSetting): FileSetting {
  return { ...setting, inProject: false };
}

const severityWord = z.enum(["critical", "high", "medium", "low", "unspecified"]);
const causeWord = z.enum(["no-data", "incomplete", "stale", "undetermined"]);

export const fileSettings: readonly FileSetting[] = [
  option("format", "format", word, "format of results, for commands that have it"),
  option("platform", "platform", word, "platform to choose from an index"),
  option("exitCode", "exitCode", z.literal(true), "exit 2 when a gate finds something, as --exit-code"),
  option("strict", "strict", z.literal(true), "exit 2 for everything that is not known too, as --strict"),
  option("failOn", "failOn", z.array(causeWord).max(4), "also exit 2 on these, as --fail-on"),
  option("severitySource", "severitySource", list, "whose severity counts, the first that has one"),
  option("onlySeverity", "onlySeverity", z.array(severityWord).max(5), "only these severities"),
  option("onlyFixed", "onlyFixed", z.literal(true), "only findings with a fixed version"),
  option("onlyPackageType", "onlyPackageType", list, "only packages of these package URL types"),
  option("sort", "sort", z.enum(["severity", "risk", "epss", "package"]), "order of findings"),
  option("details", "details", z.literal(true), "long texts"),
  option("locations", "locations", z.literal(true), "file paths and layers"),
  option("checkFiles", "checkFiles", z.literal(true), "compare files of system packages with their digests"),
  variable("databaseMaxAge", "PLIMSOLL_DB_MAX_AGE_HOURS", hours, "hours until the database is stale"),
  variable("offline", "PLIMSOLL_OFFLINE", z.boolean(), "scans fetch nothing by themselves"),
  variable("reachability", "PLIMSOLL_NO_REACHABILITY", z.boolean(), "false: Go's symbols do not count"),
  variable("organisation", "PLIMSOLL_ORG", word, "organisation on the server"),
  ofUser(variable("server", "PLIMSOLL_SERVER", word, "address of the Plimsoll server")),
  ofUser(variable("cacheDir", "PLIMSOLL_CACHE_DIR", word, "folder of the cache")),
  ofUser(variable("cacheMax", "PLIMSOLL_CACHE_MAX", word, "size that the cache may have: 2GB")),
  ofUser(variable("cache", "PLIMSOLL_NO_CACHE", z.boolean(), "false: no cache")),
  ofUser(variable("databaseDir", "PLIMSOLL_DB_DIR", word, "folder of the vulnerability database")),
  ofUser(variable("databaseTrustedKeys", "PLIMSOLL_DB_TRUSTED_KEYS", list, "keys of published databases")),
  ofUser(variable("databaseSigningKey", "PLIMSOLL_DB_SIGNING_KEY", word, "key to sign databases with")),
  ofUser(variable("feedsExclude", "PLIMSOLL_FEEDS_EXCLUDE", list, "feeds that are never fetched")),
  ofUser(variable("registryMirrors", "PLIMSOLL_REGISTRY_MIRRORS", list, "registry=host pairs")),
  ofUser(variable("insecureRegistries", "PLIMSOLL_INSECURE_REGISTRIES", list, "host:port without TLS")),
];

/** Settings whose variable switches off what the key switches on. */
const reversed: ReadonlySet<string> = new Set(["reachability", "cache"]);

/** What stands in files, checked. Keys are those of the table. */
export type SettingValues = Readonly<Record<string, unknown>>;

/** Object of the settings that may stand in a file of this kind. */
export function settingsSchema(kind: "project" | "user"): z.ZodType<SettingValues> {
  const rows = fileSettings.filter(({ inProject }) => kind === "user" || inProject);
  return z.strictObject(
    Object.fromEntries(rows.map(({ key, schema, meaning }) => [key, schema.optional().describe(meaning)])),
  ) as unknown as z.ZodType<SettingValues>;
}

/** The settings as the environment variables that they stand for. */
export function settingVariables(values: SettingValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fileSettings.flatMap(({ key, target }): [string, string][] => {
      const value = values[key];
      if (target.kind !== "variable" || value === undefined) return [];
      return [[target.variable, variableText(key, value)]];
    }),
  );
}

/** The settings as the options that they stand for, by commander's names. */
export function settingOptions(values: SettingValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fileSettings.flatMap(({ key, target }): [string, unknown][] =>
      target.kind === "option" && values[key] !== undefined ? [[target.option, values[key]]] : [],
    ),
  );
}

function variableText(key: string, value: unknown): string {
  if (typeof value === "boolean") return value === reversed.has(key) ? "0" : "1";
  return Array.isArray(value) ? value.join(",") : String(value);
}
