/** Pictures of all parts and of the shell, light, dark and narrow, in `build/gallery-shots`: `npm run gallery:shots` in `web/`. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openPage, startBrowser } from "./browser.ts";
import { serveGallery } from "./serve.ts";
import { tour } from "./tour.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "build/gallery-shots");
mkdirSync(folder, { recursive: true });

const server = await serveGallery(join(root, "build/gallery"));
const browser = await startBrowser();
for (const [name, mode, width] of [
  ["light", "light", 1280],
  ["dark", "dark", 1280],
  ["narrow", "light", 400],
] as const) {
  const { page, complaints } = await openPage(browser, mode, width);
  await tour(page, server.address, async (view) => {
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${view}-${name}.png`), fullPage: view === "parts" });
  });
  for (const complaint of complaints) process.stdout.write(`${name}: ${complaint}\n`);
  await page.context().close();
}
await browser.close();
await server.close();
process.stdout.write(`pictures in ${folder}\n`);
