/**
 * Fingerprints of what the builds read: path, size and modification time of every source. They decide whether `npm start` must
 * build again, so they must be quick: no file is opened.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of the program; 64 hex characters; changes when a source file or the lock file changes. */
export function fingerprintSources(root) {
  return fingerprint(root, {
    files: ["package.json", "package-lock.json", "tools/bundle/program.ts"],
    folders: ["src"],
  });
}

/** Of the dashboard. */
export function fingerprintDashboard(root) {
  return fingerprint(root, {
    files: [
      "tools/bundle/dashboard.ts",
      "tools/bundle-notices.ts",
      "web/index.html",
      "web/notices.ts",
      "web/package.json",
      "web/package-lock.json",
      "web/tsconfig.json",
      "web/vite.config.ts",
    ],
    folders: ["web/public", "web/src"],
  });
}

function fingerprint(root, { files, folders }) {
  const hash = createHash("sha256");
  for (const name of files) add(join(root, name), name);
  for (const name of folders) walk(join(root, name), name);
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
