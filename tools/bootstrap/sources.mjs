/**
 * The fingerprint of what the build reads: path, size and modification time of every source. It decides whether `npm start`
 * must build again, so it must be quick: no file is opened.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** 64 hex characters; changes when a source file or the lock file changes. */
export function fingerprintSources(root) {
  const hash = createHash("sha256");
  for (const name of ["package.json", "package-lock.json", "tools/build.ts"]) add(join(root, name), name);
  walk(join(root, "src"), "src");
  return hash.digest("hex");

  function walk(folder, relative) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path, `${relative}/${entry.name}`);
      else if (!entry.name.endsWith(".test.ts")) add(path, `${relative}/${entry.name}`);
    }
  }

  function add(path, name) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
}
