/** Harbor's pluggable scanner API: what Harbor is told of an image, and what it blocks by. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SEED_DATABASE, SEED_HOST, type SeedImage } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import type { HarborItem, HarborReport } from "../../api/rest/harbor.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";
import { insertRegistry } from "../../store/stores/registries.ts";

const REPORT = "application/vnd.security.vulnerability.report; version=1.1";
const HARBOR_REPORT = "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0";
const status = {
  updatedAt: "2026-11-22T00:00:00Z",
  digest: SEED_DATABASE,
  advisoryCount: 12,
  demonstration: false,
  spaces: [],
  feeds: [],
  hasKev: true,
  hasEpss: true,
};

let server: TestServer;
before(async () => {
  server = await startTestServer();
  await asEngine(server.parts.store, (tx) =>
    recordDatabaseState(tx, { status, appliedAt: null, failure: null }),
  );
});
after(() => server.close());

let number = 0;
/** Returns the body of a scan request of an image that was pushed. */
async function push(
  image: Partial<SeedImage>,
): Promise<{ artifact: { repository: string; digest: string } }> {
  number += 1;
  const repository = `acme/app-${number}`;
  const seed = { tag: "1", ...image, repository };
  const [seeded] = await seedImages(server.parts.store, server.orgs.acme, [seed]);
  return scanOf(repository, seeded!.digest);
}

function scanOf(repository: string, digest: string, url = `https://${SEED_HOST}`) {
  const mime_type = "application/vnd.oci.image.manifest.v1+json";
  const registry = { url, authorization: "Basic cm9ib3Q6c2VjcmV0LW9mLWhhcmJvcg==" };
  return {
    registry,
    artifact: { repository, digest, tag: "1", mime_type, size: 1 },
    enabled_capabilities: [],
  };
}

const path = (scanner: string, rest: string): string => `/orgs/acme/harbor/${scanner}/api/v1/${rest}`;

function scan(body: object, as: As = "service:analyse"): Promise<Answer> {
  const headers = { "content-type": "application/vnd.scanner.adapter.scan.request+json; version=1.0" };
  return server.request(as, "POST", path("findings", "scan"), body, { headers });
}

async function report(scanner: string, body: object, accept = REPORT): Promise<Answer> {
  const started = await scan(body);
  assert.equal(started.status, 202, started.text);
  assert.match(started.headers.get("content-type") ?? "", /scan\.response\+json; version=1\.0$/);
  const { id } = JSON.parse(started.text) as { id: string };
  const headers = { accept };
  return server.request("service:read", "GET", path(scanner, `scan/${id}/report`), undefined, { headers });
}

async function itemsOf(scanner: string, body: object): Promise<readonly HarborItem[]> {
  const { status, text } = await report(scanner, body);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as HarborReport).vulnerabilities;
}

const vulnerable = [
  {
    name: "left",
    version: "1.0.0",
    findings: [
      { vulnerability: "CVE-2026-1", severity: "critical", fixedVersion: "1.0.1", summary: "bad" },
      { vulnerability: "CVE-2026-2", severity: "unspecified" },
      { vulnerability: "CVE-2026-3", severity: "high", suppressedBy: "vendor" },
    ],
  },
] as const;

describe("Harbor's scanner", () => {
  it("says what it is, with the date of the vulnerability database", async () => {
    const answer = await server.request("service:read", "GET", path("verdict", "metadata"));
    assert.match(answer.headers.get("content-type") ?? "", /adapter\.metadata\+json; version=1\.0$/);
    const { scanner, capabilities, properties } = JSON.parse(answer.text);
    assert.deepEqual(scanner, { name: "Plimsoll verdict", vendor: "Plimsoll", version: "0.0.0-test" });
    assert.deepEqual(capabilities[0].produces_mime_types, [REPORT, HARBOR_REPORT]);
    assert.equal(
      properties["harbor.scanner-adapter/vulnerability-database-updated-at"],
      "2026-11-22T00:00:00Z",
    );
  });

  it("reports what was found and not settled, in the media type that is asked for", async () => {
    const answer = await report("findings", await push({ packages: vulnerable }), HARBOR_REPORT);
    assert.equal(answer.headers.get("content-type"), HARBOR_REPORT);
    const { severity, vulnerabilities } = JSON.parse(answer.text) as HarborReport;
    assert.equal(severity, "Critical");
    assert.deepEqual(
      vulnerabilities.map(({ id, severity, fix_version }) => [id, severity, fix_version]),
      [
        ["CVE-2026-1", "Critical", "1.0.1"],
        ["CVE-2026-2", "Unknown", ""],
      ],
    );
    const [first] = vulnerabilities;
    assert.deepEqual([first?.package, first?.version, first?.description], ["left", "1.0.0", "bad"]);
  });

  it("never shows what is not known as an empty list", async () => {
    const doubtful = { completeness: "incomplete", verification: "unverified" } as const;
    assert.deepEqual(
      (await itemsOf("findings", await push(doubtful))).map(({ id }) => id),
      ["PLIMSOLL-INCOMPLETE", "PLIMSOLL-UNVERIFIED"],
    );
    const unasked = await report("findings", await push({ hasFindings: false }));
    assert.equal(unasked.status, 500);
    assert.match(unasked.text, /no vulnerability database/);
    assert.deepEqual(await itemsOf("findings", await push({})), []);
  });

  it("blocks by the verdict: an entry for each reason, and none where the gate lets it pass", async () => {
    // The first policy is not met; all built-in policies block.
    const items = await itemsOf("verdict", await push({ packages: vulnerable, results: ["not_met"] }));
    assert.ok(items.length > 0);
    assert.ok(items.every(({ id, severity }) => id.startsWith("PLIMSOLL-") && severity === "Critical"));
    assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
    assert.deepEqual(await itemsOf("verdict", await push({ packages: vulnerable })), []);
    const unverified = await itemsOf("verdict", await push({ verification: "unverified" }));
    assert.match(unverified.map(({ id }) => id).join(), /UNVERIFIED/);
  });

  for (const scanner of ["findings", "verdict"]) {
    it(`asks to wait while an image is not judged: ${scanner}`, async () => {
      for (const image of [{ state: "queued" }, { results: null }] as const) {
        const answer = await report(scanner, await push(image));
        assert.equal(answer.status, 302);
        assert.equal(answer.headers.get("refresh-after"), "5");
      }
    });
  }

  it("tells of an analysis that failed", async () => {
    const answer = await report("findings", await push({ state: "failed" }));
    assert.equal(answer.status, 500);
    assert.match(JSON.parse(answer.text).error.message, /no such image/);
    const blocked = await itemsOf("verdict", await push({ state: "failed" }));
    assert.equal(blocked[0]?.id, "PLIMSOLL-FAILED-1");
  });

  it("has an image analysed that it does not know, and never keeps what Harbor signs in with", async () => {
    const known = await push({});
    const digest = `sha256:${"9".repeat(64)}`;
    const before = (await server.parts.queue.count()).analyse.waiting;
    const answer = await report("findings", scanOf(known.artifact.repository, digest));
    assert.equal(answer.status, 302);
    assert.equal((await server.parts.queue.count()).analyse.waiting, before + 1);
    const audit = await server.request("owner", "GET", "/orgs/acme/audit");
    assert.doesNotMatch(audit.text, /secret-of-harbor|cm9ib3Q6/);
  });

  it("knows the one Harbor that is connected by the address that it has inside", async () => {
    const { artifact } = await push({});
    const inside = scanOf(artifact.repository, artifact.digest, "http://core:8080");
    assert.equal((await scan(inside)).status, 422);
    await inOrg(server.parts.store, server.orgs.acme, async (tx) => {
      await tx.updateTable("registry").set({ kind: "harbor" }).where("host", "=", SEED_HOST).execute();
    });
    assert.equal((await scan(inside)).status, 202);
    await inOrg(server.parts.store, server.orgs.acme, async (tx) => {
      const other = { id: crypto.randomUUID(), kind: "harbor", host: "harbor.example.net", insecure: false };
      await insertRegistry(tx, server.orgs.acme, { ...other, username: null, passwordSealed: null });
    });
    assert.equal((await scan(inside)).status, 422, "which of the two nobody knows");
  });

  it("says in Harbor's own words what it cannot scan", async () => {
    const unknown = await scan(scanOf("acme/never-enabled", `sha256:${"a".repeat(64)}`));
    assert.equal(unknown.status, 422);
    assert.match(JSON.parse(unknown.text).error.message, /not enabled/);
    const raw = await report("findings", await push({}), "application/vnd.scanner.adapter.vuln.report.raw");
    assert.equal(raw.status, 501);
    const id = `00000000-0000-4000-8000-000000000000_${"a".repeat(64)}`;
    const nothing = await server.request("service:read", "GET", path("findings", `scan/${id}/report`));
    assert.equal(nothing.json.code, "NOT_FOUND");
    assert.equal((await scan(await push({}), "service:read")).json.code, "FORBIDDEN");
  });
});
