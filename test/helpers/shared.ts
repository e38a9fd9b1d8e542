/**
 * Where the shared test material (real feeds, package databases, official schemas) lies: beside the checkout, or where
 * PLIMSOLL_SHARED points. The project commits none of it.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Absolute path of the shared folder's `name`, e.g. `feeds/MANIFEST.md`; null when it is not on this machine. */
export function sharedPath(name: string): string | null {
  const path = join(process.env["PLIMSOLL_SHARED"] ?? join(repositoryRoot, "../shared"), name);
  return existsSync(path) ? path : null;
}

/**
 * Reason to skip a test that needs `name`, for the `skip` option of node:test; false when it is there.
 * On CI nothing may be skipped, so the test runs, and fails.
 */
export function skipWithout(name: string): string | false {
  if (sharedPath(name) !== null || process.env["CI"] === "true") return false;
  return `needs ../shared/${name}, which is not on this machine`;
}
