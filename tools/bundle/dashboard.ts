/** The dashboard: what Vite makes of `web/`, in the folder that the server serves. Built anew only when its sources changed. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprintDashboard } from "../bootstrap/sources.mjs";

/** Writes `dist/web`. Its packages must be installed in `web/`. @throws Error when Vite fails */
export function buildDashboard(root: string, dist: string): void {
  const target = join(dist, "web");
  const sources = fingerprintDashboard(root);
  if (stampOf(target) === sources) return;
  const checkout = join(root, "dist/web");
  if (target !== checkout && stampOf(checkout) === sources) {
    rmSync(target, { recursive: true, force: true });
    cpSync(checkout, target, { recursive: true });
    return;
  }
  const vite = join(root, "web/node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--outDir", target, "--emptyOutDir", "--logLevel", "warn"];
  const result = spawnSync(process.execPath, args, { cwd: join(root, "web"), encoding: "utf8" });
  if (result.status !== 0) {
    throw new Error(`the dashboard could not be built:\n${result.stdout}${result.stderr}`);
  }
  writeFileSync(join(target, ".sources"), sources);
}

function stampOf(folder: string): string | null {
  const stamp = join(folder, ".sources");
  return existsSync(stamp) && existsSync(join(folder, "index.html")) ? readFileSync(stamp, "utf8") : null;
}
