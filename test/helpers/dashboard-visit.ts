/** Going to a page of the dashboard as somebody, and waiting until it shows what it has. */
import type { Page } from "playwright-core";
import type { Role } from "../../src/domain/roles.ts";
import type { DashboardPage } from "./dashboard-pages.ts";
import type { DashboardServer } from "./dashboard-server.ts";

/** Signs the page's browser in, or out with null. */
export async function signInAs(page: Page, server: DashboardServer, as: Role | null): Promise<void> {
  const context = page.context();
  await context.clearCookies();
  if (as === null) return;
  const value = await server.signIn(as);
  await context.addCookies([{ name: "plimsoll_session", value, url: server.address }]);
}

export async function visit(page: Page, address: string, wanted: DashboardPage): Promise<void> {
  await page.goto(address + wanted.path);
  const [role, name] = wanted.shows;
  await page.getByRole("heading", { level: 1, name: wanted.heading }).waitFor();
  await page
    .getByRole(role, { name, exact: typeof name === "string" })
    .first()
    .waitFor();
  await settle(page);
}

/** Waits until nothing is on its way any more: one part of a page may ask only when another has its answer. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  const busy = page.locator("[aria-busy=true]");
  while ((await busy.count()) > 0) await busy.first().waitFor({ state: "detached" });
}
