/** Pictures of all parts and of the shell, light and dark, in `build/gallery-shots`: `npm run gallery:shots` in `web/`. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { openPage, startBrowser } from "./browser.ts";
import { serveGallery } from "./serve.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "build/gallery-shots");
mkdirSync(folder, { recursive: true });

const server = await serveGallery(join(root, "build/gallery"));
const browser = await startBrowser();
for (const mode of ["light", "dark"] as const) {
  const { page, complaints } = await openPage(browser, mode);
  await page.goto(`${server.address}/gallery.html`);
  await page.getByRole("heading", { name: "States", exact: true }).waitFor();
  await shoot(page, `parts-${mode}`, true);
  await open(page, "Menu", `menu-${mode}`);
  await open(page, "Dialog", `dialog-${mode}`);
  await open(page, "Side panel", `side-${mode}`);
  await page.getByRole("button", { name: "Delete …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete policy" }).click();
  await page.getByText("CONFLICT").first().waitFor();
  await shoot(page, `confirm-${mode}`);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Good news" }).click();
  await page.getByRole("button", { name: "Bad news" }).click();
  await page.getByRole("button", { name: "Show 100,000 rows" }).click();
  await page.getByText("100,000 images shown").waitFor();
  await page.getByRole("region", { name: "Images of the gallery" }).scrollIntoViewIfNeeded();
  await shoot(page, `long-table-${mode}`);
  await page.goto(`${server.address}/o/acme/images`);
  await page.getByRole("heading", { name: "Images" }).waitFor();
  await page.getByRole("button", { name: "Notices" }).click();
  await shoot(page, `shell-${mode}`);
  await page.goto(`${server.address}/o/acme/settings/tokens`);
  await page.getByRole("heading", { name: "Tokens" }).waitFor();
  await page.getByRole("button", { name: "Account of" }).click();
  await shoot(page, `settings-${mode}`);
  for (const complaint of complaints) process.stdout.write(`${mode}: ${complaint}\n`);
  await page.context().close();
}
const narrow = await openPage(browser, "light", 400);
await narrow.page.goto(`${server.address}/gallery.html`);
await narrow.page.getByRole("heading", { name: "States", exact: true }).waitFor();
await shoot(narrow.page, "parts-narrow", true);
await narrow.page.goto(`${server.address}/o/acme/images`);
await narrow.page.getByRole("button", { name: "Open the menu" }).click();
await shoot(narrow.page, "shell-narrow");
await browser.close();
await server.close();

async function open(page: Page, button: string, name: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await shoot(page, name);
  await page.keyboard.press("Escape");
}

async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, nodes } of violations)
    for (const node of nodes)
      process.stdout.write(`axe ${name}: ${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}\n`);
}
