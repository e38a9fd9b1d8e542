/**
 * What the dashboard shows in pictures and in its test: `acme` with something of everything, `many` with more than fits on a page,
 * `fresh` with nothing but its first policies.
 */
import type { SeededImage } from "./seed.ts";
import { seedImages } from "./seed.ts";
import { asEngine, inOrg } from "../../src/store/in-org.ts";
import { recordDatabaseState } from "../../src/store/stores/database-state.ts";
import { recordEvent } from "../../src/store/stores/events.ts";
import { insertRegistry, markNotified } from "../../src/store/stores/registries.ts";
import { dashboardImages, hostileRepository } from "./dashboard-images.ts";
import type { DashboardServer } from "./dashboard-server.ts";
import { generateImages, SEED_DATABASE, SEED_HOST, type SeedImage } from "./seed-images.ts";

export interface DashboardContent {
  /** Image with findings, layers, exceptions and a history. */
  readonly image: string;
  /** Image whose texts are attacks. */
  readonly hostile: string;
  /** Image of `many` with thousands of findings. */
  readonly full: string;
}

export async function fillDashboard(server: DashboardServer): Promise<DashboardContent> {
  const now = new Date();
  const images = dashboardImages(now);
  const acme = await server.addOrganisation("acme");
  const seeded = await seedImages(server.parts.store, acme, images);
  const at = (fits: (image: SeedImage) => boolean): SeededImage => seeded[images.findIndex(fits)]!;
  const image = at(({ repository, tag }) => repository === "acme/shop" && tag === "2.4.0").id;
  await recordDatabase(server, now);
  await addRegistries(server, acme, now);
  await addEvents(server, acme, image);
  await addExceptions(server);
  await server.ask("editor", "POST", "/orgs/acme/webhooks", {
    name: "Team chat",
    url: "https://chat.example.com/hooks/1b9d6bcd",
    events: ["verdict.changed", "image.failed"],
  });
  await addTokens(server);
  await server.ask("owner", "POST", "/orgs/acme/members", { name: "new.colleague", role: "developer" });
  await server.addOrganisation("fresh");
  return {
    image,
    hostile: at(({ repository }) => repository === hostileRepository).id,
    full: await addMany(server),
  };
}

async function addMany(server: DashboardServer): Promise<string> {
  const orgId = await server.addOrganisation("many");
  const packages = Array.from({ length: 3_000 }, (_, number) => ({
    name: `library-of-many-${number}`,
    findings: [
      {
        vulnerability: `CVE-2026-${20_000 + number}`,
        severity: (["critical", "high", "medium", "low"] as const)[number % 4]!,
        fixedVersion: number % 3 === 0 ? null : "1.0.1",
      },
    ],
  }));
  const full: SeedImage = {
    repository: "acme/everything",
    tag: "latest",
    packages,
    results: Array.from({ length: 7 }, () => "not_met" as const),
  };
  const seeded = await seedImages(server.parts.store, orgId, [...generateImages(300), full]);
  return seeded.at(-1)!.id;
}

async function recordDatabase({ parts }: DashboardServer, now: Date): Promise<void> {
  const fetchedAt = new Date(now.getTime() - 4 * 60 * 60_000).toISOString();
  const feed = { origin: "https://example.com", fetchedAt, failure: null };
  const status = {
    updatedAt: fetchedAt,
    digest: SEED_DATABASE,
    advisoryCount: 284_913,
    demonstration: false,
    spaces: ["npm", "PyPI"],
    feeds: [
      { ...feed, feed: "osv", part: "npm", recordCount: 212_004, licence: "CC-BY-4.0" },
      { ...feed, feed: "osv", part: "PyPI", recordCount: 16_380, licence: "CC-BY-4.0" },
      { ...feed, feed: "osv", part: "Debian", recordCount: 56_529, licence: "DFSG" },
      { ...feed, feed: "kev", part: "", recordCount: 1_447, licence: "CC0-1.0" },
      {
        ...feed,
        feed: "epss",
        part: "",
        recordCount: 301_112,
        licence: "EPSS terms",
        failure: "The server answered with status 503.",
      },
    ],
    hasKev: true,
    hasEpss: true,
  };
  await asEngine(parts.store, (tx) =>
    recordDatabaseState(tx, { status, appliedAt: now.toISOString(), failure: null }),
  );
}

async function addRegistries({ parts }: DashboardServer, orgId: string, now: Date): Promise<void> {
  await inOrg(parts.store, orgId, async (tx) => {
    const { id } = await tx
      .selectFrom("registry")
      .select("id")
      .where("org_id", "=", orgId)
      .where("host", "=", SEED_HOST)
      .executeTakeFirstOrThrow();
    await markNotified(tx, orgId, id, { at: new Date(now.getTime() - 60_000), failure: null });
    const failed = crypto.randomUUID();
    const registry = { kind: "distribution", insecure: true, username: "plimsoll", passwordSealed: null };
    await insertRegistry(tx, orgId, { ...registry, id: failed, host: "10.0.4.17:5000" });
    await markNotified(tx, orgId, failed, {
      at: new Date(now.getTime() - 9 * 60 * 60_000),
      failure: "A push was not understood: the digest is no sha256.",
    });
    await insertRegistry(tx, orgId, {
      ...registry,
      insecure: false,
      username: null,
      id: crypto.randomUUID(),
      host: "mirror.example.com",
    });
  });
}

async function addEvents({ parts }: DashboardServer, orgId: string, imageId: string): Promise<void> {
  const shop = `${SEED_HOST}/acme/shop:2.4.0`;
  const titles = [
    ["image.pushed", `${shop} was pushed`],
    ["image.analysed", `${shop} was analysed`],
    ["verdict.changed", `${shop} is no longer compliant: CVE-2025-7783 in form-data 4.0.0 became known`],
    ["image.failed", `${SEED_HOST}/acme/mailer:0.9.1 could not be analysed: the registry has no such image`],
    ["verdict.changed", `${SEED_HOST}/acme/payments:1.18.2 is compliant again: an exception was approved`],
  ] as const;
  await inOrg(parts.store, orgId, async (tx) => {
    for (const [number, [kind, title]] of titles.entries())
      await recordEvent(tx, parts.queue, {
        orgId,
        kind,
        title,
        actor: null,
        imageId,
        onceKey: `seed:${number}`,
      });
  });
}

async function addExceptions(server: DashboardServer): Promise<void> {
  const ask = (as: "developer" | "editor", body: object): Promise<{ id: string }> =>
    server.ask(as, "POST", "/orgs/acme/exceptions", body);
  const repository = `${SEED_HOST}/acme/shop`;
  const soon = new Date(Date.now() + 30 * 24 * 60 * 60_000).toISOString();
  await ask("developer", {
    kind: "false_positive",
    justification: "vulnerable_code_not_in_execute_path",
    vulnerability: "CVE-2024-28863",
    reason: "We only ever pack archives with it.\nThe code that reads them is never called.",
    scope: { repository, purl: "pkg:npm/tar@6.1.0" },
  });
  await ask("editor", {
    kind: "accepted_risk",
    expiresAt: soon,
    vulnerability: "CVE-2024-21538",
    reason: "Fixed with the next release, which is planned for this month.",
    scope: { repository },
  });
  const approved = await ask("developer", {
    kind: "accepted_risk",
    expiresAt: soon,
    vulnerability: "CVE-2017-16137",
    reason: "Debug output is off in production.",
  });
  await server.ask("security", "POST", `/orgs/acme/exceptions/${approved.id}/approve`, {
    note: "Until the move to the new logger.",
  });
  const refused = await ask("developer", {
    kind: "false_positive",
    justification: "inline_mitigations_already_exist",
    vulnerability: "CVE-2025-7783",
    reason: "The gateway strips these requests.",
  });
  await server.ask("security", "POST", `/orgs/acme/exceptions/${refused.id}/refuse`, {
    note: "The gateway does not see internal requests. Please update form-data instead.",
  });
}

async function addTokens(server: DashboardServer): Promise<void> {
  for (const [name, scopes, expiresInDays] of [
    [`notifications of ${SEED_HOST}`, ["analyse"], null],
    ["release pipeline", ["read", "environment"], 90],
    ["cluster admission", ["gate"], 365],
  ] as const)
    await server.ask("owner", "POST", "/orgs/acme/tokens", { name, scopes, expiresInDays });
  await server.ask("owner", "POST", "/tokens", { name: "laptop", scopes: [], expiresInDays: 90 });
}
