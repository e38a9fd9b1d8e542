/**
 * The environment, read once into one strict, frozen value. Nothing else in the program reads environment variables.
 */
import { isAbsolute, join, resolve } from "node:path";
import { PlimsollError } from "../domain/error.ts";

export interface Config {
  /** Absolute folders. */
  readonly cacheDir: string;
  readonly databaseDir: string;
  readonly useCache: boolean;
  /** Hours after which the vulnerability database counts as stale. */
  readonly databaseAgeHoursMax: number;
  readonly registry: RegistryConfig;
  readonly color: boolean;
}

export interface RegistryConfig {
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
  readonly insecureRegistries: readonly string[];
}

/** `env` as `process.env`; `home` the user's folder; `cwd` resolves relative folders. @throws PlimsollError CONFIG_INVALID */
export function readConfig(env: Readonly<Record<string, string | undefined>>, home: string, cwd: string): Config {
  const folder = (variable: string, fallback: string): string => {
    const value = env[variable];
    if (value === undefined || value === "") return fallback;
    return isAbsolute(value) ? value : resolve(cwd, value);
  };
  const base = folder("PLIMSOLL_HOME", join(folder("XDG_DATA_HOME", join(home, ".local/share")), "plimsoll"));
  return Object.freeze({
    cacheDir: folder("PLIMSOLL_CACHE_DIR", join(base, "cache")),
    databaseDir: folder("PLIMSOLL_DB_DIR", join(base, "db")),
    useCache: !isOn(env["PLIMSOLL_NO_CACHE"]),
    databaseAgeHoursMax: readHours(env["PLIMSOLL_DB_MAX_AGE_HOURS"]),
    registry: Object.freeze({
      user: text(env["PLIMSOLL_REGISTRY_USER"]),
      password: text(env["PLIMSOLL_REGISTRY_PASSWORD"]),
      token: text(env["PLIMSOLL_REGISTRY_TOKEN"]),
      insecureRegistries: Object.freeze(readList(env["PLIMSOLL_INSECURE_REGISTRIES"])),
    }),
    color: env["NO_COLOR"] === undefined || env["NO_COLOR"] === "",
  });
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && ["1", "true", "yes", "on"].includes(value.toLowerCase());
}

function text(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

function readList(value: string | undefined): string[] {
  return (value ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
}

function readHours(value: string | undefined): number {
  if (value === undefined || value === "") return DATABASE_AGE_HOURS_MAX;
  const hours = Number(value);
  if (!Number.isFinite(hours) || hours <= 0) {
    throw new PlimsollError("CONFIG_INVALID", `PLIMSOLL_DB_MAX_AGE_HOURS must be a number of hours above 0, not "${value}".`);
  }
  return hours;
}

/** Five days: feeds change daily; a long weekend should not fail a build. */
const DATABASE_AGE_HOURS_MAX = 120;
