/**
 * Every page of the dashboard in Debian's Chromium, on the real server with seeded organisations: in both themes the browser and axe
 * complain of nothing, on a narrow screen nothing is beyond the edge, and texts of an image stay texts.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { openPage } from "../../tools/gallery/browser.ts";
import { openDashboard, type DashboardBrowser } from "../helpers/dashboard-browser.ts";
import { attackMark } from "../helpers/dashboard-images.ts";
import { dashboardPages, type DashboardPage } from "../helpers/dashboard-pages.ts";
import { settle, signInAs, visit } from "../helpers/dashboard-visit.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

const skip = skipWithoutPrograms("chromium");
let dashboard: DashboardBrowser | null = null;

before(async () => {
  if (skip === false) dashboard = await openDashboard();
});
after(() => dashboard?.close());

function opened(): DashboardBrowser {
  return dashboard ?? assert.fail("the dashboard was not opened");
}

for (const mode of ["light", "dark"] as const) {
  test(`every page in ${mode}: the browser complains of nothing, axe finds nothing`, { skip }, async () => {
    const { browser, server } = opened();
    const { page, complaints } = await openPage(browser, mode);
    const found: string[] = [];
    let told = 0;
    await visitAll(page, async (wanted) => {
      found.push(...(await askAxe(page, wanted, mode)));
      // The browser writes down each answer 401: on a public page the one that says that nobody is signed in.
      const fresh = complaints.slice(told).filter((line) => wanted.isPublic !== true || !isNotSignedIn(line));
      found.push(...fresh.map((line) => `${wanted.name}: ${line}`));
      told = complaints.length;
    });
    assert.deepEqual(found, []);
    assert.deepEqual(server.logged, []);
    await page.context().close();
  });
}

test("on a narrow screen no page scrolls sideways", { skip }, async () => {
  const { page } = await openPage(opened().browser, "light", 390);
  const found: string[] = [];
  await visitAll(page, async (wanted) => {
    const width = await page.locator("html").evaluate((html: Wide) => html.scrollWidth);
    if (width > 390) found.push(`${wanted.name} is ${width} wide`);
  });
  assert.deepEqual(found, []);
  await page.context().close();
});

interface Wide {
  readonly scrollWidth: number;
}

async function visitAll(page: Page, look: (wanted: DashboardPage) => Promise<void>): Promise<void> {
  const { server, content } = opened();
  for (const wanted of dashboardPages(content)) {
    await signInAs(page, server, wanted.isPublic === true ? null : "owner");
    await page.goto("about:blank");
    await visit(page, server.address, wanted);
    await look(wanted);
  }
}

/** The two modes differ in their colours alone, so every other rule is asked for once. */
async function askAxe(page: Page, { name }: DashboardPage, mode: "light" | "dark"): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (mode === "light" ? axe : axe.withRules(["color-contrast"])).analyze();
  return violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.target.join(" ") ?? ""}`);
}

function isNotSignedIn(complaint: string): boolean {
  return complaint.includes("401") && complaint.includes("/api/v1/session");
}

test("texts of an image that are scripts, markup and hidden characters stay texts", { skip }, async () => {
  const { server, content, openAs } = opened();
  const { page, complaints } = await openAs("owner");
  const seen: string[] = [];
  for (const tab of ["policies", "vulnerabilities", "packages", "layers", "inventory", "history"]) {
    await page.goto(`${server.address}/o/acme/images/${content.hostile}?tab=${tab}`);
    const label = tab === "inventory" ? /coverage/i : new RegExp(tab, "i");
    await page.getByRole("tab", { selected: true, name: label }).waitFor();
    await settle(page);
    for (const why of await page.getByText("Why it matched").all()) await why.click();
    seen.push(await checkHarmless(page));
  }
  for (const path of ["images", "overview", "policies", "events"]) {
    await page.goto(`${server.address}/o/acme/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await settle(page);
    seen.push(await checkHarmless(page));
  }
  // They are there, so that what is checked above was put to the test.
  const all = seen.join("\n");
  for (const text of [
    `<script>window.${attackMark}=1</script>`,
    `"><img src=x onerror="window.${attackMark}=2" class="${attackMark}">`,
    `javascript:window.${attackMark}=3`,
    String.raw`\u{202e}evil\u{2066}\u{200b}\u{1b}[2J\u{7}`,
    "{{constructor.constructor('return 1')()}}",
  ])
    assert.ok(all.includes(text), `${text} is shown`);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

/** The text of the page. */
async function checkHarmless(page: Page): Promise<string> {
  // The first is what the texts would do if they ran, the others what they would be if they were markup.
  const { marks, elements, links, hidden, text } = await page.locator("html").evaluate(
    (html: Searched, mark) => ({
      marks: (globalThis as Record<string, unknown>)[mark] ?? null,
      elements: html.querySelectorAll(`.${mark}, main script, main img, main style`).length,
      links: html.querySelectorAll("a[href^='javascript:' i]").length,
      // eslint-disable-next-line no-control-regex
      hidden: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.exec(
        html.textContent +
          [...html.querySelectorAll("[title], [aria-label]")]
            .map((each) => `${each.title} ${each.ariaLabel}`)
            .join(" "),
      ),
      text: html.textContent,
    }),
    attackMark,
  );
  assert.deepEqual({ marks, elements, links, hidden }, { marks: null, elements: 0, links: 0, hidden: null });
  return text;
}

interface Searched {
  readonly textContent: string;
  querySelectorAll(
    selector: string,
  ): Iterable<{ readonly title: string; readonly ariaLabel: string }> & { readonly length: number };
}
