/**
 * Where settings files lie. Loaded by every command, so it looks and reads nothing.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The first that is there counts. */
export const projectFileNames: readonly string[] = [".plimsoll.yaml", ".plimsoll.yml"];

/** Folders that are looked through upwards. */
const DEPTH_MAX = 64;

/**
 * The project file of a folder: in it, or above it up to the root of its repository (the folder with `.git`). Outside a repository
 * only the folder itself counts: what lies in `/tmp` or `/home` may be anybody's. Absolute; null when there is none.
 */
export function findProjectFile(folder: string): string | null {
  let nearest: string | null = null;
  let current = folder;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    nearest ??= fileIn(current);
    if (existsSync(join(current, ".git"))) return nearest;
    const above = dirname(current);
    if (above === current) break;
    current = above;
  }
  return fileIn(folder);
}

/** `~/.config/plimsoll/config.yaml`, or below `$XDG_CONFIG_HOME`. It need not exist. */
export function userFilePath(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = env["XDG_CONFIG_HOME"];
  const folder = named === undefined || named === "" ? join(home, ".config") : named;
  return join(folder, "plimsoll", "config.yaml");
}

function fileIn(folder: string): string | null {
  const found = projectFileNames.find((name) => existsSync(join(folder, name)));
  return found === undefined ? null : join(folder, found);
}
