/** The walk on the private PostgreSQL, with the worker that the server keeps. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { startBrowser } from "../../tools/gallery/browser.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { processesNaming, startServerProcess, type ServerProcess } from "../helpers/server-process.ts";
import { Walk } from "../helpers/walk.ts";
import { walkSteps } from "../helpers/walk-steps.ts";

const skip = skipWithoutPrograms("chromium", "docker-registry", "buildah");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-walk-"));
chmodSync(folder, 0o711);
let server: ServerProcess | null = null;
let browser: Browser | null = null;
let walk: Walk | null = null;

before(async () => {
  if (skip !== false) return;
  const home = join(folder, "home");
  server = await startServerProcess({ home });
  browser = await startBrowser();
  const { address, ownerToken } = server;
  walk = new Walk({ folder, home, address, ownerToken: ownerToken ?? "" }, browser);
});

after(async () => {
  await walk?.close();
  await browser?.close();
  await server?.stop();
  for (const line of processesNaming(folder)) process.kill(Number.parseInt(line, 10), "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

walkSteps(() => walk ?? assert.fail("the walk was not prepared"), skip);

test("no page complained: nothing was refused by the policy of content, nothing failed", { skip }, () => {
  assert.deepEqual(walk?.complaints(), []);
});
