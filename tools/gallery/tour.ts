/** A walk past all parts and the shell: what is opened in which order, told view by view. For pictures, and for the test of parts. */
import type { Page } from "playwright-core";

/** Called when a view is there: `parts`, `dialog`, … */
export type OnView = (name: string) => Promise<void>;

/** Parts one by one, then the shell. The page must have been opened with `openPage`. */
export async function tour(page: Page, address: string, onView: OnView): Promise<void> {
  await page.goto(`${address}/gallery.html`);
  await page.getByRole("heading", { name: "States", exact: true }).waitFor();
  await onView("parts");
  for (const [button, name] of [
    ["Menu", "menu"],
    ["Dialog", "dialog"],
    ["Side panel", "side"],
  ] as const) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole(name === "menu" ? "menu" : "dialog").waitFor();
    await onView(name);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: "Delete …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete policy" }).click();
  await page.getByRole("dialog").getByText("CONFLICT").waitFor();
  await onView("confirm");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Good news" }).click();
  await page.getByRole("button", { name: "Bad news" }).click();
  await page.getByRole("button", { name: "Show 100,000 rows" }).click();
  await page.getByText("100,000 images shown").waitFor();
  await page.getByRole("region", { name: "Images of the gallery" }).scrollIntoViewIfNeeded();
  await onView("long-table");
  await page.goto(`${address}/o/acme/nothing-here`);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await page.getByRole("button", { name: /^Notices/ }).click();
  await page.getByRole("heading", { name: "Notices" }).waitFor();
  await onView("shell");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menu").waitFor();
  await onView("account-menu");
}
