/**
 * Every setting in one table: its environment variable, its default and what it means. `docs/reference/cli.md` is made from it.
 */

export interface Setting {
  /** Environment variable, e.g. `PLIMSOLL_CACHE_DIR`. */
  readonly variable: string;
  /** Default in words. */
  readonly fallback: string;
  readonly meaning: string;
  /** True for values that are never printed. */
  readonly secret: boolean;
}

function setting(variable: string, fallback: string, meaning: string, secret = false): Setting {
  return { variable, fallback, meaning, secret };
}

export const settings: readonly Setting[] = [
  setting(
    "PLIMSOLL_HOME",
    "$XDG_DATA_HOME/plimsoll, else ~/.local/share/plimsoll",
    "Folder of everything Plimsoll keeps: the database (db/) and the cache (cache/).",
  ),
  setting("PLIMSOLL_CACHE_DIR", "$PLIMSOLL_HOME/cache", "Folder of the SBOM cache."),
  setting("PLIMSOLL_DB_DIR", "$PLIMSOLL_HOME/db", "Folder of the vulnerability database."),
  setting("PLIMSOLL_NO_CACHE", "unset", "1: neither read nor write the SBOM cache."),
  setting(
    "PLIMSOLL_DB_MAX_AGE_HOURS",
    "120",
    "Older than this, the vulnerability database is shown as stale and --fail-on stale fails.",
  ),
  setting(
    "PLIMSOLL_REGISTRY_USER",
    "unset",
    "User name for the registry of the image; wins over stored credentials.",
  ),
  setting(
    "PLIMSOLL_REGISTRY_PASSWORD",
    "unset",
    "Password or access token for PLIMSOLL_REGISTRY_USER.",
    true,
  ),
  setting("PLIMSOLL_REGISTRY_TOKEN", "unset", "Bearer token for the registry of the image.", true),
  setting(
    "PLIMSOLL_INSECURE_REGISTRIES",
    "unset",
    "Comma separated host:port that may be spoken to without TLS.",
  ),
  setting(
    "DOCKER_CONFIG",
    "~/.docker",
    "Folder of config.json with registry credentials, as docker login leaves them.",
  ),
  setting("NO_COLOR", "unset", "Any value: no colours."),
];
