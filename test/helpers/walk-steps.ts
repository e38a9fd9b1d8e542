/**
 * The steps of the walk, in order; each leaves the next what it needs. What a person would look for on a page is looked for by its
 * role and name.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import {
  developerPassword,
  eventually,
  ownerPassword,
  securityPassword,
  startWebhookReceiver,
  type Walk,
} from "./walk.ts";
import { applicationOn, baseDockerfile, debianFiles, forgedOn } from "./walk-images.ts";

const POLICY = "Approved DHI base images";
const FIXABLE = "No fixable critical or high vulnerabilities";

/** Registers the tests of the walk. `walk` is made in a `before` of the file. */
export function walkSteps(walk: () => Walk, skip: string | false): void {
  const step = (name: string, run: (walk: Walk) => Promise<void>): void => {
    test(name, { skip }, () => run(walk()));
  };
  let owner: Page;
  let developer: Page;
  let security: Page;
  let imagePage = "";

  step("first run: the owner's token makes the account", async (walk) => {
    const { page } = await walk.person();
    owner = page;
    await page.goto(walk.places.address);
    await page.getByRole("heading", { name: "Set up Plimsoll" }).waitFor();
    await page.getByLabel("Token").fill(walk.places.ownerToken);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill(ownerPassword);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("heading", { level: 1, name: /No organisation|Overview/ }).waitFor();
  });

  step("from a shell: login, enroll, registry, repositories", async (walk) => {
    const args = ["login", "--server", walk.places.address, "--name", "ada", "--password-stdin"];
    await walk.must(args, `${ownerPassword}\n`);
    await walk.must(["enroll", "acme"]);
    await walk.connectRegistry();
    for (const name of ["acme/dhi-python", "acme/other-base", "acme/my-app", "acme/other-app", "acme/forged"])
      await walk.must(["repo", "enable", "--org", "acme", name]);
    await walk.buildDatabase({ "CVE-2026-1000": "zlib" });
  });

  step("a developer and a security engineer are invited", async (walk) => {
    for (const [name, role, password] of [
      ["dev", "developer", developerPassword],
      ["sec", "security", securityPassword],
    ] as const) {
      const invited = await walk.api("POST", "/orgs/acme/members", { name, role });
      assert.equal(invited.status, 201, JSON.stringify(invited.json));
      const { page } = await walk.person();
      await page.goto(`${walk.places.address}${String(invited.json["link"])}`);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Set the password" }).click();
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      if (name === "dev") developer = page;
      else security = page;
    }
  });

  step("a policy is made in a form", async (walk) => {
    await owner.goto(`${walk.places.address}/o/acme/policies`);
    await owner.getByRole("link", { name: "Add policy" }).first().click();
    await owner.getByRole("link", { name: "Configure Approved base images" }).click();
    await owner.getByLabel("Name").fill(POLICY);
    await owner.getByRole("button", { name: /^Delete .*\*$/ }).click();
    const list = owner.getByRole("group", { name: /base images/i }).first();
    await list.getByRole("textbox").fill(`${walk.registry.host}/acme/dhi-*`);
    await list.getByRole("button", { name: /^Add / }).click();
    await owner.getByRole("button", { name: "Save" }).click();
    await owner.getByRole("heading", { level: 1, name: POLICY }).waitFor();
  });

  step("an application on the hardened base is pushed and meets the policy", async (walk) => {
    const base = `${walk.registry.host}/acme/dhi-python:3.12`;
    await walk.builder.push(base, baseDockerfile, debianFiles(96));
    const { dockerfile, files } = applicationOn(base);
    await walk.builder.push(`${walk.registry.host}/acme/my-app:1.0`, dockerfile, files);
    await owner.goto(`${walk.places.address}/o/acme/images`);
    const row = owner.getByRole("row", { name: /acme\/my-app/ });
    await row.getByRole("link", { name: /policies met/ }).click({ timeout: 120_000 });
    await owner.getByRole("heading", { level: 1, name: /acme\/my-app:1\.0/ }).waitFor();
    imagePage = new URL(owner.url()).pathname;
    assert.match(await resultOf(owner, POLICY), /Met/);
    await owner.getByText("proven by its layers").first().waitFor();
  });

  step("from a result to the deviation, the package and the layer", async (walk) => {
    await owner.goto(`${walk.places.address}${imagePage}?tab=policies`);
    const list = owner.getByRole("list", { name: /Deviations from No fixable/ });
    await list
      .getByRole("link", { name: /Package .*zlib1g/ })
      .first()
      .click();
    await owner.getByRole("row", { name: /zlib1g/ }).waitFor();
    await owner
      .getByRole("row", { name: /zlib1g/ })
      .getByRole("link", { name: /^Layer 1$/ })
      .click();
    await owner.getByRole("listitem").filter({ hasText: "base image" }).first().waitFor();
  });

  step("an application on another base does not meet it, and says why", async (walk) => {
    const base = `${walk.registry.host}/acme/other-base:1`;
    await walk.builder.push(base, baseDockerfile, { ...debianFiles(2), "root/etc/motd": "another base\n" });
    const { dockerfile, files } = applicationOn(base);
    await walk.builder.push(`${walk.registry.host}/acme/other-app:1.0`, dockerfile, files);
    await openImage(owner, walk, "acme/other-app");
    assert.match(await resultOf(owner, POLICY), /Not met/);
    await owner
      .getByText(/acme\/other-base.* is not an approved base image/)
      .first()
      .waitFor();
  });

  step("a forged label and annotation prove nothing", async (walk) => {
    const { dockerfile, files } = forgedOn(`${walk.registry.host}/acme/dhi-python:3.12`);
    await walk.builder.push(`${walk.registry.host}/acme/forged:1.0`, dockerfile, files);
    await openImage(owner, walk, "acme/forged");
    assert.match(await resultOf(owner, POLICY), /No data.*base only claimed/s);
  });

  step("an exception is requested by one and approved by another", async (walk) => {
    await developer.goto(`${walk.places.address}${imagePage}?tab=vulnerabilities`);
    await developer.getByRole("button", { name: /Request exception for CVE-2026-1000/ }).click();
    const dialog = developer.getByRole("dialog");
    await dialog.getByLabel("Justification").selectOption("vulnerable_code_not_in_execute_path");
    await dialog.getByLabel("Reason").fill("The application never inflates.");
    await dialog.getByRole("button", { name: "Request" }).click();
    await dialog.waitFor({ state: "hidden" });
    await developer.goto(`${walk.places.address}/o/acme/exceptions`);
    await developer.getByRole("heading", { name: "CVE-2026-1000" }).waitFor();
    assert.equal(
      await developer.getByRole("button", { name: /^Approve/ }).count(),
      0,
      "not by the one who asked",
    );

    await security.goto(`${walk.places.address}/o/acme/exceptions`);
    await security.getByRole("button", { name: "Approve CVE-2026-1000" }).click();
    await security.getByRole("button", { name: "Approve exception" }).click();
    await security.getByText("Nothing waits for a decision").waitFor();

    await owner.goto(`${walk.places.address}${imagePage}?tab=policies`);
    const result = await eventually(async () => {
      const text = await resultOf(owner, FIXABLE);
      return /^Met/m.test(text) ? text : null;
    }, "the verdict turns without a reload");
    assert.match(result, /exception/i, "the result says that an exception is why");
    await owner
      .getByRole("region", { name: /verdict/ })
      .getByText(/CVE-2026-1000 in zlib1g: false positive, approved by sec/)
      .first()
      .waitFor();
  });

  step("a gate in a shell says what the page says", async (walk) => {
    const image = `${walk.registry.host}/acme/my-app:1.0`;
    const shown = await walk.must(["policy", "--org", "acme", "--format", "json", image]);
    const report = JSON.parse(shown.stdout) as {
      judged: string;
      images: { verdict: { results: { title: string; status: string }[] } }[];
    };
    assert.equal(report.judged, "server");
    const statusOf = (title: string): string | undefined =>
      report.images[0]?.verdict.results.find((result) => result.title === title)?.status;
    assert.equal(statusOf(POLICY), "met");
    assert.equal(statusOf(FIXABLE), "met", "by the exception");
    const other = `${walk.registry.host}/acme/other-app:1.0`;
    const stopped = await walk.plimsoll(["policy", "--org", "acme", "--exit-code", other]);
    assert.equal(stopped.exitCode, 2, stopped.stdout + stopped.stderr);
    assert.match(stopped.stdout, new RegExp(POLICY));
    const layout = await walk.builder.layout(applicationOn(`${walk.registry.host}/acme/dhi-python:3.12`));
    const local = await walk.plimsoll(["policy", "--org", "acme", "--exit-code", `oci-dir://${layout}`]);
    assert.equal(local.exitCode, 2, local.stdout + local.stderr);
    assert.match(local.stdout + local.stderr, /Judged +here/);
  });

  step("a new advisory turns the verdict of a stored image, and everybody is told once", async (walk) => {
    walk.receiver = await startWebhookReceiver();
    const made = await walk.api("POST", "/orgs/acme/webhooks", {
      name: "ops",
      url: walk.receiver.url,
      events: ["verdict.changed"],
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    walk.receiver.secret = String(made.json["secret"]);
    // Nothing can be pulled any more.
    await walk.registry.stop();
    await walk.buildDatabase({ "CVE-2026-2000": "openssl" });
    const event = await eventually(async () => {
      const { json } = await walk.api("GET", "/orgs/acme/events?kind=verdict.changed&limit=50");
      return (json["entries"] as { id: number; title: string }[]).find(
        ({ title }) => title.includes("CVE-2026-2000") && title.includes("acme/my-app"),
      );
    }, "an event says why");
    assert.match(event.title, /does not meet|no longer meets/);
    await owner.goto(`${walk.places.address}${imagePage}?tab=history`);
    await owner
      .getByText(/CVE-2026-2000/)
      .first()
      .waitFor();
    const told = await eventually(
      async () => walk.receiver.received.find(({ body }) => JSON.stringify(body).includes("CVE-2026-2000")),
      "a signed webhook is sent",
    );
    const ids = walk.receiver.received.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "no event is delivered twice");
    assert.ok(told.id !== "");
    await security.goto(`${walk.places.address}/o/acme/overview`);
    await security.getByRole("button", { name: /Notices, \d+ not read/ }).click();
    await security
      .getByRole("dialog", { name: "Notices" })
      .getByText(/CVE-2026-2000/)
      .first()
      .waitFor();
  });

  step("the exception is exported as OpenVEX, and withdrawn", async (walk) => {
    const exported = await walk.api("GET", "/orgs/acme/exceptions/openvex");
    assert.equal(exported.status, 200);
    const [statement] = exported.json["statements"] as {
      status: string;
      justification: string;
      vulnerability: { name: string };
    }[];
    assert.equal(statement?.status, "not_affected");
    assert.equal(statement?.vulnerability.name, "CVE-2026-1000");
    await security.goto(`${walk.places.address}/o/acme/exceptions?state=approved`);
    await security.getByRole("button", { name: "Withdraw CVE-2026-1000" }).click();
    await security.getByRole("button", { name: "Withdraw exception" }).click();
    await security.getByText("No exception holds").waitFor();
    await owner.goto(`${walk.places.address}${imagePage}?tab=policies`);
    await eventually(async () => /^Not met/m.test(await resultOf(owner, FIXABLE)), "the verdict turns back");
  });
}

/** The text of one policy's result on the image's page. */
async function resultOf(page: Page, title: string): Promise<string> {
  const result = page
    .getByRole("list", { name: "Results of policies" })
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name: title }) })
    .first();
  await result.waitFor({ timeout: 60_000 });
  return result.innerText();
}

/** From the list, once the image was judged. */
async function openImage(page: Page, walk: Walk, repository: string): Promise<void> {
  await page.goto(`${walk.places.address}/o/acme/images`);
  const row = page.getByRole("row", { name: new RegExp(repository) });
  await row.getByRole("link", { name: /policies met/ }).click({ timeout: 120_000 });
  await page.getByRole("heading", { level: 1, name: new RegExp(repository) }).waitFor();
}
