/**
 * The parts of the dashboard in Debian's Chromium, under the product's own content security policy: nothing is refused by it, axe
 * finds nothing, and the keyboard leads everywhere.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { openPage, startBrowser } from "../../tools/gallery/browser.ts";
import { serveGallery, type GalleryServer } from "../../tools/gallery/serve.ts";
import { tour } from "../../tools/gallery/tour.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-gallery-"));
let server: GalleryServer;
let browser: Browser;

before(async () => {
  const vite = join(root, "web/node_modules/vite/bin/vite.js");
  const built = spawnSync(
    process.execPath,
    [vite, "build", "--mode", "gallery", "--outDir", folder, "--emptyOutDir"],
    {
      cwd: join(root, "web"),
      encoding: "utf8",
    },
  );
  assert.equal(built.status, 0, built.stdout + built.stderr);
  server = await serveGallery(folder);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const mode of ["light", "dark"] as const) {
  test(`every view in ${mode}: nothing refused, nothing that axe finds`, async () => {
    const { page, complaints } = await openPage(browser, mode);
    const found: string[] = [];
    await tour(page, server.address, async (view) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations)
        found.push(`${view}: ${id}: ${nodes[0]?.target.join(" ") ?? ""}`);
    });
    assert.deepEqual(found, []);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test("the policy is in force: an inline style and an inline script of a page are refused", async () => {
  const { page, complaints } = await openPage(browser, "light");
  await page.goto(`${server.address}/gallery.html`);
  await page.locator("body").evaluate((body) => {
    const add = (name: string, text: string): void => {
      const element = body.ownerDocument.createElement(name);
      element.textContent = text;
      body.append(element);
    };
    add("style", "body { color: red }");
    add("script", "document.title = 'taken'");
  });
  const refused = (directive: string): boolean => complaints.some((line) => line.includes(directive));
  assert.deepEqual(
    [refused("style-src"), refused("script-src"), await page.title()],
    [true, true, "Parts · Plimsoll"],
  );
  await page.context().close();
});

test("a table of 100,000 rows draws those in sight, and the keyboard leads through all of them", async () => {
  const page = await openGallery();
  await page.getByRole("button", { name: "Show 100,000 rows" }).click();
  const table = page.getByRole("region", { name: "Images of the gallery" });
  await table.getByRole("button", { name: "Image", exact: true }).click();
  const first = table.getByRole("link", { name: "registry.example.com/acme/service-0", exact: true });
  await first.focus();
  assert.ok((await table.locator("tr").count()) < 100);
  assert.equal(await table.locator("table").getAttribute("aria-rowcount"), "100001");
  await page.keyboard.press("ArrowDown");
  assert.match(await focusedText(page), /service-1$/);
  await page.keyboard.press("End");
  await page.locator(":focus", { hasText: "service-99999" }).waitFor();
  assert.equal(await page.locator(":focus").evaluate((link) => link.closest("tr")?.ariaRowIndex), "100001");
  await page.keyboard.press("Home");
  await page.locator(":focus", { hasText: /service-0$/ }).waitFor();
  await page.context().close();
});

test("columns are chosen, and the choice is kept", async () => {
  const page = await openGallery();
  const head = page.getByRole("columnheader", { name: "Digest" });
  assert.equal(await head.count(), 1);
  await page.getByRole("button", { name: "Choose columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Digest" }).click();
  await head.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("columnheader", { name: "Grade" }).waitFor();
  assert.equal(await head.count(), 0);
  await page.context().close();
});

test("a dialog keeps the focus and gives it back", async () => {
  const page = await openGallery();
  await page.getByRole("button", { name: "Dialog", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Ask for an exception" });
  await dialog.waitFor();
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press("Tab");
    assert.equal(await dialog.locator(":focus").count(), 1);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await focusedText(page), "Dialog");
  await page.context().close();
});

test("the generated form: entries are added and deleted by buttons that name them, errors stand at their fields", async () => {
  const page = await openGallery();
  const value = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await page.locator("[data-form-value]").innerText()) as Record<string, unknown>;
  const group = page.getByRole("group", { name: "Allowed base images" });
  await group.getByRole("button", { name: "Delete base image *" }).click();
  assert.deepEqual((await value())["allowed_base_images"], []);
  await group.getByText("At least one is needed.").waitFor();
  await group.getByRole("textbox", { name: "Allowed base images" }).fill("registry.example.com/acme/dhi-*");
  await page.keyboard.press("Enter");
  assert.deepEqual((await value())["allowed_base_images"], ["registry.example.com/acme/dhi-*"]);
  await page.getByRole("spinbutton", { name: "Grace period" }).fill("-1");
  await page.getByText("At least 0.").waitFor();
  await page.context().close();
});

test("the choice of colours wins over the system's, and is kept", async () => {
  const { page } = await openPage(browser, "light");
  await page.goto(`${server.address}/o/acme/nothing-here`);
  const ground = (): Promise<string> =>
    page.locator("body").evaluate((body) => String(body.computedStyleMap().get("background-color")));
  await page.getByRole("button", { name: /^Account of/ }).click();
  const light = await ground();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.locator(':root[data-theme="dark"]').waitFor();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByRole("button", { name: /^Account of/ }).waitFor();
  assert.equal(await ground(), dark);
  await page.context().close();
});

test("the first key leads past the menus, and a change of page leads to its heading", async () => {
  const { page } = await openPage(browser, "light");
  await page.goto(`${server.address}/o/acme/nothing-here`);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focusedText(page), "Skip to content");
  await page.keyboard.press("Enter");
  await page.locator("main:focus").waitFor();
  await page.getByRole("link", { name: "Images", exact: true }).click();
  await page.getByRole("heading", { name: "Images", level: 1 }).waitFor();
  await page.locator("h1:focus").waitFor();
  assert.equal(await page.title(), "Images · Plimsoll");
  await page.context().close();
});

async function openGallery(): Promise<Page> {
  const { page } = await openPage(browser, "light");
  await page.goto(`${server.address}/gallery.html`);
  await page.getByRole("heading", { name: "States", exact: true }).waitFor();
  return page;
}

async function focusedText(page: Page): Promise<string> {
  return (await page.locator(":focus").textContent()) ?? "";
}
