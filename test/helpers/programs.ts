/** Programs of the system that some tests need: real builders, registries, package tools. */
import { spawnSync } from "node:child_process";

/**
 * Reason to skip a test that needs these programs, for the `skip` option of node:test; false when all are there.
 * On CI nothing may be skipped, so the test runs, and fails.
 */
export function skipWithoutPrograms(...names: string[]): string | false {
  const missing = names.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  if (missing.length === 0 || process.env["CI"] === "true") return false;
  return `needs ${missing.join(", ")}, which ${missing.length === 1 ? "is" : "are"} not on this machine`;
}
