/** Whether there are VEX repositories, and where. Apart from the rest, since every scan asks. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CliContext } from "../../context.ts";

/** Folder of the list, and of what was fetched. */
export function repositoriesFolder({ config }: Pick<CliContext, "config">): string {
  return join(dirname(config.client.credentialsFile), "vex");
}

/** Those that `plimsoll vex repo add` keeps. */
export function listFile(context: Pick<CliContext, "config">): string {
  return join(repositoriesFolder(context), "repositories.json");
}

export function hasRepositories(context: Pick<CliContext, "config">): boolean {
  return Object.keys(context.config.vexRepositories).length > 0 || existsSync(listFile(context));
}
