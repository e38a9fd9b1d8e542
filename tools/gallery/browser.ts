/** Debian's Chromium, driven over its own protocol, with a page that tells what the policy of the page refused. */
import { chromium, type Browser, type Page } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface WatchedPage {
  readonly page: Page;
  /** Refusals by the content security policy, errors of the console, and thrown errors. */
  readonly complaints: readonly string[];
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["PLIMSOLL_CHROMIUM"] ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
  });
}

export async function openPage(
  browser: Browser,
  colorScheme: "light" | "dark",
  width = 1280,
): Promise<WatchedPage> {
  const context = await browser.newContext({
    colorScheme,
    reducedMotion: "reduce",
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints };
}
