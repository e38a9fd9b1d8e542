/**
 * VEX repositories that are fetched: those of PLIMSOLL_VEX_REPOSITORIES, then those that `plimsoll vex repo add` keeps in
 * `vex/repositories.json` of Plimsoll's folder, with mode 0600, since an address may hold a password.
 */
import { existsSync, readFileSync } from "node:fs";
import { PlimsollError } from "../../../domain/error.ts";
import { recordOf } from "../../../domain/json-record.ts";
import { printable } from "../../../domain/problem.ts";
import { writeFileAtomic } from "../../../io/atomic-file.ts";
import { publicUrl } from "../../../io/http-failure.ts";
import type { CliContext } from "../../context.ts";
import { listFile } from "./known.ts";

export interface ListedRepository {
  /** `hub` */
  readonly name: string;
  /** Of a repository on GitHub, of a site, of a manifest, or of an archive; or the absolute path of an archive. May hold a password. */
  readonly address: string;
  /** Address below which manifest and archive lie in place of their own; null: none. May hold a password. */
  readonly mirror: string | null;
  /** It stands in the settings, where `vex repo remove` does not reach. */
  readonly isOfSettings: boolean;
}

type Place = Pick<CliContext, "config">;

/** Names become folders. */
export const repositoryName = /^[a-z][a-z0-9-]{0,40}$/;

/** In the order in which they are asked. @throws PlimsollError CONFIG_INVALID */
export function listedRepositories(context: Place): readonly ListedRepository[] {
  const ofSettings = Object.entries(context.config.vexRepositories).map(
    ([name, address]): ListedRepository => ({ name, address, mirror: null, isOfSettings: true }),
  );
  const names = new Set(ofSettings.map(({ name }) => name));
  return [...ofSettings, ...keptRepositories(context).filter(({ name }) => !names.has(name))];
}

/** Those of the file alone. @throws PlimsollError CONFIG_INVALID */
export function keptRepositories(context: Place): readonly ListedRepository[] {
  const file = listFile(context);
  if (!existsSync(file)) return [];
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const rows: unknown = recordOf(value)?.["repositories"];
    if (!Array.isArray(rows)) throw new TypeError("not a list of repositories");
    return (rows as readonly unknown[]).map(readRow);
  } catch (error) {
    throw new PlimsollError("CONFIG_INVALID", `${printable(file)} cannot be read as VEX repositories.`, {
      cause: error,
    });
  }
}

function readRow(value: unknown): ListedRepository {
  const { name, address, mirror = null } = recordOf(value) ?? {};
  if (typeof name !== "string" || !repositoryName.test(name) || typeof address !== "string")
    throw new TypeError("not a repository");
  return { name, address, mirror: typeof mirror === "string" ? mirror : null, isOfSettings: false };
}

/** @throws PlimsollError OUTPUT_FAILED */
export async function writeRepositories(
  context: Place,
  repositories: readonly ListedRepository[],
): Promise<void> {
  const file = listFile(context);
  const rows = repositories.map(({ name, address, mirror }) => ({ name, address, mirror }));
  try {
    await writeFileAtomic(file, `${JSON.stringify({ version: 1, repositories: rows }, null, 2)}\n`, {
      mode: 0o600,
    });
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `${printable(file)} cannot be written.`, { cause: error });
  }
}

/** The address without what may be a password. */
export function shownAddress(address: string): string {
  return isWebAddress(address) ? publicUrl(address) : address;
}

export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address);
}
