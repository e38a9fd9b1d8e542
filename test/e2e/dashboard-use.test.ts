/**
 * Working with the dashboard in Debian's Chromium, on the real server with seeded organisations: by the keyboard alone, with little
 * rights, not signed in, and where something is shown only once.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { sbomFormat } from "../../src/api/rest/sbom.ts";
import { openPage } from "../../tools/gallery/browser.ts";
import { openDashboard, type DashboardBrowser } from "../helpers/dashboard-browser.ts";
import { dashboardPassword } from "../helpers/dashboard-server.ts";
import { settle } from "../helpers/dashboard-visit.ts";
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

test("a policy is added with the keyboard alone", { skip }, async () => {
  const { server, openAs } = opened();
  const { page, complaints } = await openAs("security");
  await page.goto(`${server.address}/o/acme/policies`);
  await page.getByRole("table", { name: "Policies" }).waitFor();
  await press(page, "Tab", "link", "Add policy");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Add policy" }).waitFor();
  await press(page, "Tab", "link", "Configure Approved base images");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: /^Name/ }).waitFor();
  await press(page, "Tab", "textbox", /^Name/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Only hardened bases");
  await press(page, "Tab", "button", /^Delete .*\*$/);
  await page.keyboard.press("Enter");
  // Deleting the last entry leads on to the line for another.
  const line = page.getByRole("group", { name: /base images/i }).getByRole("textbox");
  assert.equal(await line.evaluate((input: Focusable) => input.matches(":focus")), true);
  await page.keyboard.type("registry.example.com/acme/dhi-*");
  await page.keyboard.press("Enter");
  await press(page, "Tab", "button", "Save");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Only hardened bases" }).waitFor();
  const { policies } = await server.ask("security", "GET", "/orgs/acme/policies");
  const made = policies.find((policy: { title: string }) => policy.title === "Only hardened bases");
  assert.deepEqual(made.config.allowed_base_images, ["registry.example.com/acme/dhi-*"]);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

interface Focusable {
  matches(selector: string): boolean;
}

/** Presses a key until what has the focus has this role and name. */
async function press(
  page: Page,
  key: string,
  role: "button" | "link" | "textbox",
  name: string | RegExp,
): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: typeof name === "string" }).first();
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    if (await wanted.evaluate((element: Focusable) => element.matches(":focus"))) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${role} ${String(name)}`);
}

const PRESSES_MAX = 80;

test("roles see the buttons for what they may, and are told who may else", { skip }, async () => {
  const { server, content, openAs } = opened();
  const buttons =
    /^(Add|Enable|Disable|Delete|Edit|Request|Approve|Refuse|Withdraw|Connect|Notification settings|Disconnect|Create)\b/;
  const paths = [
    "overview",
    "policies",
    `policies/${await policyId()}`,
    `images/${content.image}?tab=vulnerabilities`,
    "exceptions",
    "settings/registries",
    "settings/repositories",
    "settings/members",
    "settings/tokens",
    "settings/webhooks",
    "settings/database",
  ];
  const offered = async (as: "viewer" | "owner"): Promise<Record<string, boolean>> => {
    const { page, complaints } = await openAs(as);
    const found: Record<string, boolean> = {};
    for (const path of paths) {
      await page.goto(`${server.address}/o/acme/${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await settle(page);
      const pressable = [
        page.getByRole("main").getByRole("button", { name: buttons, disabled: false }),
        page.getByRole("main").getByRole("link", { name: /^Add policy$/ }),
        page.getByRole("main").getByRole("switch", { disabled: false }),
        page.getByRole("tab", { name: "Edit" }),
      ];
      const counts = await Promise.all(pressable.map((each) => each.count()));
      found[path] = counts.some((count) => count > 0);
    }
    assert.deepEqual(complaints, []);
    await page.context().close();
    return found;
  };
  const none = new Set(["overview", "settings/database"]);
  assert.deepEqual(await offered("viewer"), Object.fromEntries(paths.map((path) => [path, false])));
  assert.deepEqual(await offered("owner"), Object.fromEntries(paths.map((path) => [path, !none.has(path)])));
  const { page } = await openAs("viewer");
  for (const [path, who] of [
    ["members", "Owners of the organisation"],
    ["tokens", "Owners of the organisation"],
    ["webhooks", "editor, security or owner"],
  ] as const) {
    await page.goto(`${server.address}/o/acme/settings/${path}`);
    await page.getByText("You may not see this").waitFor();
    await page.getByText(who).first().waitFor();
  }
  await page.context().close();
});

test("who is not signed in is asked to, and comes back to where they wanted to be", { skip }, async () => {
  const { server, content, browser } = opened();
  const { page } = await openPage(browser, "light");
  const path = `/o/acme/images/${content.image}?tab=layers`;
  await page.goto(server.address + path);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByLabel("Name").fill("developer");
  await page.getByLabel("Password").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("SIGN_IN_FAILED").waitFor();
  await page.getByLabel("Password").fill(dashboardPassword);
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Layers" }).waitFor();
  assert.equal(page.url(), server.address + path);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.goto(server.address + path);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.context().close();
});

test("an invitation's link makes an account, and leads into the organisation", { skip }, async () => {
  const { server, browser, openAs } = opened();
  const { page: owner } = await openAs("owner");
  await owner.goto(`${server.address}/o/acme/settings/members`);
  await owner.getByRole("button", { name: "Add member" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Name").fill("ines");
  await dialog.getByLabel("Role").selectOption("viewer");
  await owner.keyboard.press("Enter");
  await dialog.getByText("It is not shown again.").waitFor();
  const link = await dialog.getByRole("region", { name: "Invitation link" }).innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.doesNotMatch(await owner.content(), /plinv_/);
  const { page } = await openPage(browser, "light");
  await page.goto(link);
  await page.getByRole("heading", { level: 1, name: "Choose a password" }).waitFor();
  await page.getByLabel("Password").fill("a password of her own");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  // The token must not stay in the history.
  assert.equal(page.url(), `${server.address}/o/acme/overview`);
  await Promise.all([page.context().close(), owner.context().close()]);
});

test("a connected registry's settings hold a token that works, shown once", { skip }, async () => {
  const { server, openAs } = opened();
  const { page, complaints } = await openAs("owner");
  await page.goto(`${server.address}/o/acme/settings/registries`);
  await page.getByRole("button", { name: "Connect registry", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Host").fill("http://127.0.0.1:5999/");
  assert.equal(await dialog.getByLabel("Without TLS").isChecked(), true);
  await page.keyboard.press("Enter");
  await dialog.getByText("They are not shown again.").waitFor();
  const settings = await dialog.getByRole("region", { name: "config.yml" }).innerText();
  const url = /^ +url: (\S+)$/m.exec(settings)?.[1] ?? "";
  const token = /Bearer (plim_\S+)\]/.exec(settings)?.[1] ?? "";
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/vnd.docker.distribution.events.v2+json",
    },
    body: JSON.stringify({ events: [] }),
  });
  assert.equal(answer.ok, true, await answer.text());
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const opener = page.getByRole("button", { name: "Connect registry", exact: true });
  assert.equal(await opener.evaluate((button: Focusable) => button.matches(":focus")), true);
  assert.doesNotMatch(await page.content(), new RegExp(token));
  // The page learns of the notification by itself.
  const entry = page.getByRole("listitem").filter({ hasText: "127.0.0.1:5999" });
  await entry.getByText("Connected", { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});

async function policyId(): Promise<string> {
  const { policies } = await opened().server.ask("viewer", "GET", "/orgs/acme/policies");
  return policies[0].id;
}

test(
  "an image tells what its packages rest on, and its SBOM is downloaded in any format",
  { skip },
  async () => {
    const { server, content, openAs } = opened();
    const { page, complaints } = await openAs("viewer");
    await page.goto(`${server.address}/o/acme/images/${content.image}?tab=inventory`);
    const executables = page.getByRole("region", { name: "Executables explained" });
    assert.match(await executables.innerText(), /By nothing\s+12\s+0\.9 %/);
    const unexplained = page.getByRole("list", { name: "Unexplained executables" });
    assert.equal(await unexplained.getByRole("listitem").count(), 10);
    await page.getByRole("button", { name: "Show 2 more executables" }).click();
    assert.equal(await unexplained.getByRole("listitem").count(), 12);
    await page.getByText("The first 2 of 130 files.").waitFor();
    await page.getByRole("tab", { name: "Layers" }).click();
    await page.getByText("lines 4 to 5, as the provenance tells").waitFor();
    await page.getByRole("button", { name: "Download SBOM" }).click();
    const names = await page.getByRole("menuitem").allInnerTexts();
    assert.equal(names.length, sbomFormat.options.length);
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "SPDX 2.3 tag-value" }).click();
    assert.match((await download).suggestedFilename(), /\.spdx$/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  },
);

test("an incomplete image says so at its head, and leads to what could not be read", { skip }, async () => {
  const { server, openAs } = opened();
  const { page } = await openAs("viewer");
  await page.goto(`${server.address}/o/acme/images?q=legacy-reports`);
  await page.getByRole("link", { name: /legacy-reports/ }).click();
  await page.getByText("No package database found").first().waitFor();
  await page.getByRole("link", { name: "What could not be read" }).click();
  const problems = page.getByRole("list", { name: "Problems of reading" });
  await problems.getByText("PARSE_FAILED").waitFor();
  assert.equal(await problems.getByText("May hide packages").count(), 2);
  await page.context().close();
});
