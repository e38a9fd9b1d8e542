/**
 * Driver of the version schemes: finds one by its id.
 */
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import { VersionError } from "./error.ts";
import type { VersionScheme } from "./types.ts";

/** Every scheme, in the order of `all.ts`. */
export const versionSchemes: readonly VersionScheme[] = Object.freeze(Object.values(all));

const byId: ReadonlyMap<string, VersionScheme> = new Map(versionSchemes.map((scheme) => [scheme.id, scheme]));

/** The scheme of this id, e.g. `deb`, or null when there is none. */
export function findVersionScheme(id: string): VersionScheme | null {
  return byId.get(id) ?? null;
}

/** The scheme of this id. @throws VersionError VERSION_SCHEME_UNKNOWN */
export function getVersionScheme(id: string): VersionScheme {
  const scheme = findVersionScheme(id);
  if (scheme !== null) return scheme;
  const known = versionSchemes.map((each) => each.id).join(", ");
  throw new VersionError(
    "VERSION_SCHEME_UNKNOWN",
    `There is no version scheme "${printable(id, 60)}"; known: ${known}.`,
  );
}
