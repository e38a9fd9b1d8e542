/**
 * Compares a whole document with its stored form; `UPDATE_GOLDEN=1` writes the stored form anew, to be reviewed as a diff.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "expected");

/** @throws AssertionError when the document differs from `test/golden/expected/<name>` */
export function assertGolden(name: string, document: string): void {
  const path = join(folder, name);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, document);
  }
  assert.equal(document, readFileSync(path, "utf8"), `${name} differs; UPDATE_GOLDEN=1 rewrites it`);
}
