/** The dashboard, built, served and filled, with a browser before it: what its end-to-end tests start with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import type { Role } from "../../src/domain/roles.ts";
import { buildDashboard } from "../../tools/bundle/dashboard.ts";
import { openPage, startBrowser, type WatchedPage } from "../../tools/gallery/browser.ts";
import { fillDashboard, type DashboardContent } from "./dashboard-content.ts";
import { startDashboard, type DashboardServer } from "./dashboard-server.ts";
import { signInAs } from "./dashboard-visit.ts";
import { freshDatabase } from "./postgres.ts";

export interface DashboardBrowser {
  readonly server: DashboardServer;
  readonly content: DashboardContent;
  readonly browser: Browser;
  /** A page of a browser in which this account is signed in. The caller closes its context. */
  openAs(role: Role): Promise<WatchedPage>;
  close(): Promise<void>;
}

export async function openDashboard(): Promise<DashboardBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-dashboard-"));
  buildDashboard(resolve(import.meta.dirname, "../.."), folder);
  const { connection } = await freshDatabase();
  const server = await startDashboard({ connection, webDir: join(folder, "web") });
  const content = await fillDashboard(server);
  const browser = await startBrowser();
  return {
    server,
    content,
    browser,
    openAs: async (role) => {
      const opened = await openPage(browser, "light");
      await signInAs(opened.page, server, role);
      return opened;
    },
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
