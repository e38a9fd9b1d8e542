/**
 * Pictures of every page of the dashboard, light, dark and narrow, in `build/screenshots`: `npm run screenshots`. A server of its own
 * on a fresh private PostgreSQL, with a made-up organisation; nothing of it is left behind.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { migrate } from "../src/store/migrate.ts";
import { startPostgres } from "../src/store/embedded-postgres/start.ts";
import { fillDashboard, type DashboardContent } from "../test/helpers/dashboard-content.ts";
import { dashboardPages } from "../test/helpers/dashboard-pages.ts";
import { startDashboard, type DashboardServer } from "../test/helpers/dashboard-server.ts";
import { signInAs, visit } from "../test/helpers/dashboard-visit.ts";
import { buildDashboard } from "./bundle/dashboard.ts";
import { openPage, startBrowser } from "./gallery/browser.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build/screenshots");

/** A list of a hundred findings says no more than its beginning. */
const HEIGHT_MAX = 3_000;

const looks = [
  { name: "light", mode: "light", width: 1280 },
  { name: "dark", mode: "dark", width: 1280 },
  { name: "narrow", mode: "light", width: 390 },
] as const;

const scratch = mkdtempSync(join(tmpdir(), "plimsoll-screenshots-"));
// Root's PostgreSQL runs under another account, which must get through.
chmodSync(scratch, 0o711);
const ending: (() => Promise<unknown>)[] = [];
try {
  await takePictures();
} finally {
  for (const end of ending.toReversed()) await end();
  rmSync(scratch, { recursive: true, force: true });
}

async function takePictures(): Promise<void> {
  buildDashboard(root, join(root, "dist"));
  const postgres = await startPostgres({ dataDir: join(scratch, "data"), binDir: null, log: say });
  ending.push(() => postgres.stop());
  await migrate(postgres.connection);
  const server = await startDashboard({ connection: postgres.connection, webDir: join(root, "dist/web") });
  ending.push(() => server.close());
  const content = await fillDashboard(server);
  const browser = await startBrowser();
  ending.push(() => browser.close());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const look of looks) await takeAll(browser, server, content, look);
  say(`pictures in ${folder}`);
}

async function takeAll(
  browser: Browser,
  server: DashboardServer,
  content: DashboardContent,
  look: (typeof looks)[number],
): Promise<void> {
  const { page, complaints } = await openPage(browser, look.mode, look.width);
  for (const wanted of dashboardPages(content)) {
    await signInAs(page, server, wanted.isPublic === true ? null : "owner");
    await page.goto("about:blank");
    await visit(page, server.address, wanted);
    const path = join(folder, `${wanted.name}-${look.name}.png`);
    const { height = 0 } = (await page.locator("html").boundingBox()) ?? {};
    const clip = { x: 0, y: 0, width: look.width, height: Math.min(Math.max(height, 900), HEIGHT_MAX) };
    await page.screenshot({ path, fullPage: true, clip });
  }
  for (const complaint of complaints) say(`${look.name}: ${complaint}`);
  await page.context().close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
