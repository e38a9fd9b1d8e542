/**
 * A second organisation sees nothing of the first by any identifier. In `acme` there is a row of everything, with a marker in each
 * name; the owner of `other` asks every route for it, by acme's address and by the ids in its own.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { actions, type Action } from "../../src/domain/roles.ts";
import type { Route } from "../../src/server/route.ts";
import { allRoutes } from "../../src/server/routes/all.ts";
import { asEngine, inOrg } from "../../src/store/in-org.ts";
import type { StoreTransaction } from "../../src/store/connect.ts";
import { toStoredFinding } from "../helpers/seed-findings.ts";
import { startTestServer, type TestServer } from "../helpers/server.ts";

/** In the name of every row of acme. */
const marker = "acmemarker";
const digest = `sha256:${"ac".repeat(32)}`;
const time = "2026-12-24T00:00:00Z";
const vulnerability = "CVE-2026-7777";

/** Ids of acme's rows by the names that paths and queries have for them. */
type Ids = Readonly<Record<string, string>>;

/** A body that the route takes, by the end of its address; `{}` where it takes that. */
const bodies: Readonly<Record<string, unknown>> = {
  "patch /members/{accountId}": { role: "viewer" },
  "put /trust-rules/{ruleId}": {
    name: "ci",
    issuer: "https://ci.example.com",
    claims: { project: ["acme"] },
    scopes: ["read"],
  },
  "put /policies/{policyId}": { title: "t", config: {}, version: 1 },
  "patch /policies/{policyId}": { enabled: false },
  "put /webhooks/{webhookId}": { name: "n", url: "https://example.com/" },
  "patch /webhooks/{webhookId}": { enabled: false },
  "patch /repositories/{repositoryId}": { enabled: false },
  "put /repositories/{repositoryId}": { enabled: false },
  "post /registries/{registryId}/switch": { pattern: "*", enabled: true },
  "post /environments/{environmentId}/images": { digest },
  "post /images/{imageId}/reports": { document: "e30=" },
  "put /teams/{teamId}/members": { accounts: [] },
  "put /repositories/{repositoryId}/owner": { accountId: null, teamId: null },
  "put /images/{imageId}/owner": { accountId: null, teamId: null },
  "post /clusters/{clusterId}/admission": {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "1", kind: { kind: "Pod" }, operation: "CREATE", namespace: "default" },
  },
};

let server: TestServer;
let ids: Ids;
before(async () => {
  server = await startTestServer();
  ids = await seed();
});
after(() => server.close());

const inOrganisations = allRoutes.filter(({ spec }) => spec.path.startsWith("/orgs/{org}"));
const lists = inOrganisations.filter(({ spec }) => spec.method === "get" && paramsOf(spec.path).length === 0);
const byId = inOrganisations.filter(({ spec }) => paramsOf(spec.path).length > 0);

test("there are routes to ask", () => {
  assert.ok(byId.length >= 10, `found ${byId.length}`);
});

describe("the rows of acme are there for its own", () => {
  for (const route of byId.filter(({ spec }) => spec.method === "get")) {
    test(nameOf(route), async () => {
      const answer = await server.request("owner", "GET", fill(route, "acme"));
      assert.ok(
        // Harbor's scanner tells by 302 that there is no report yet.
        answer.status < 300 || answer.status === 409 || answer.status === 302,
        `${answer.status} ${answer.text.slice(0, 300)}`,
      );
    });
  }
});

describe("the owner of another organisation finds nothing", () => {
  for (const route of byId) {
    test(`${nameOf(route)} by an id`, async () => {
      const unchanged = await snapshot();
      for (const org of ["other", "acme"]) {
        const answer = await ask(route, org);
        const isForServices = actions[route.spec.permission as Action].roles.length === 0;
        const expected = isForServices && org === "other" ? "FORBIDDEN" : "NOT_FOUND";
        assert.equal(answer.json?.code, expected, `in ${org}: ${answer.status} ${answer.text.slice(0, 300)}`);
        assertTellsNothing(answer.text);
      }
      assert.deepEqual(await snapshot(), unchanged);
    });
  }

  for (const route of lists) {
    test(`${nameOf(route)} in its own list, also when it names acme's ids`, async () => {
      for (const query of ["", `?${queryOf(route)}`]) {
        const answer = await server.request("outsider", "GET", fill(route, "other") + query);
        assert.ok(answer.status < 500 && answer.status !== 403, `${answer.status} ${answer.text}`);
        assertTellsNothing(answer.text);
      }
      const answer = await server.request("outsider", "GET", fill(route, "acme"));
      assert.equal(answer.status, 404);
    });
  }

  test("with the cursor of a list of acme", async () => {
    await server.request("owner", "POST", "/orgs/acme/members", { name: `${marker}-2`, role: "viewer" });
    await server.request("owner", "POST", "/orgs/acme/members", { name: `${marker}-3`, role: "viewer" });
    const { json } = await server.request("owner", "GET", "/orgs/acme/audit?limit=1");
    assert.equal(typeof json.next, "string");
    const answer = await server.request("outsider", "GET", `/orgs/other/audit?cursor=${json.next}`);
    assertTellsNothing(answer.text);
  });
});

function ask(route: Route, org: string) {
  const { spec } = route;
  const key = `${spec.method} ${spec.path.replace("/orgs/{org}", "")}`;
  const body = spec.body === undefined ? undefined : (bodies[key] ?? {});
  const isFit = spec.body === undefined || spec.body.safeParse(body).success;
  assert.ok(isFit, `give ${key} a body in this test that the route takes`);
  return server.request("outsider", spec.method.toUpperCase(), fill(route, org), body);
}

function fill({ spec }: Route, org: string): string {
  return paramsOf(spec.path).reduce(
    (path, name) => {
      const id = ids[name] ?? assert.fail(`name a row of acme for {${name}} of ${spec.path} in this test`);
      return path.replace(`{${name}}`, encodeURIComponent(id));
    },
    spec.path.replace("{org}", org),
  );
}

/** Every parameter that can hold an id of acme, or a name. */
function queryOf({ spec }: Route): string {
  const query = new URLSearchParams();
  for (const [name, shape] of Object.entries(spec.query?.shape ?? {})) {
    const id = ids[`${name}Id`] ?? ids[name] ?? ids["exceptionId"] ?? "";
    for (const word of [id, digest, marker]) {
      if (!shape.safeParse(word).success) continue;
      query.set(name, word);
      break;
    }
  }
  query.delete("cursor");
  return query.toString();
}

function assertTellsNothing(text: string): void {
  // The number of an event stands in many answers.
  const words = [marker, digest, server.orgs.acme, ...Object.values(ids)].filter(
    (word) => !/^\d+$/.test(word),
  );
  const told = words.filter((word) => text.includes(word));
  assert.deepEqual(told, []);
}

function nameOf({ spec }: Route): string {
  return `${spec.method} ${spec.path}`;
}

function paramsOf(path: string): string[] {
  return [...path.matchAll(/\{([A-Za-z]+)\}/g)].map((match) => match[1]!).filter((name) => name !== "org");
}

/** Every row of acme, as text. */
async function snapshot(): Promise<readonly string[]> {
  const tables = [
    "member",
    "invitation",
    "token",
    "policy",
    "policy_version",
    "exception",
    "webhook",
    "delivery",
    "cluster",
    "verdict_key",
    "registry",
  ];
  const more = [
    "repository",
    "environment",
    "image",
    "tag",
    "environment_image",
    "event",
    "evaluation",
    "upload",
  ];
  return inOrg(server.parts.store, server.orgs.acme, async (tx) => {
    const rows: string[] = [];
    for (const table of [...tables, ...more]) {
      const found = await sql<{ row: string }>`
        select t::text as row from ${sql.table(table)} t order by 1`.execute(tx);
      rows.push(...found.rows.map(({ row }) => `${table} ${row}`));
    }
    return rows;
  });
}

/** One row of everything. */
async function seed(): Promise<Ids> {
  const { owner, security } = server.accounts;
  const invited = { name: `${marker}-1`, role: "viewer" };
  await server.request("owner", "POST", "/orgs/acme/members", invited);
  await server.request("owner", "POST", "/orgs/acme/tokens", { name: marker, scopes: ["read"] });
  const ids = await seedRows(owner, security);
  await seedFinding(ids["imageId"]!);
  return { ...ids, vulnerability };
}

/** What vendors say is of no organisation, and is reached through an image of one. */
async function seedFinding(imageId: string): Promise<void> {
  const purl = `pkg:npm/${marker}@1.0.0`;
  await asEngine(server.parts.store, async (tx) => {
    const pkg = {
      match_key: marker,
      identity: marker,
      purl,
      ecosystem: "npm",
      name: marker,
      version: "1.0.0",
    };
    const packageId = await insert(tx, "package", pkg);
    const said = { vulnerability, severity: "high", summary: marker } as const;
    const body = JSON.stringify(toStoredFinding({ name: marker }, said));
    const finding = { package_id: packageId, vulnerability, state: "affected", severity: "high", body };
    await insert(tx, "finding", finding);
    const held = { org_id: server.orgs.acme, package_id: packageId };
    await insert(tx, "org_package", held, "package_id");
    const placed = { ...held, image_id: imageId, position: 0, purl, evidence: "[]" };
    await insert(tx, "image_package", placed, "package_id");
  });
}

function seedRows(owner: string, security: string): Promise<Ids> {
  return inOrg(server.parts.store, server.orgs.acme, async (tx) => {
    const org = server.orgs.acme;
    const id = (table: string, columns: Readonly<Record<string, unknown>>): Promise<string> =>
      insert(tx, table, { org_id: org, ...columns });
    const registryId = await id("registry", { kind: "distribution", host: `${marker}.example.com` });
    const repositoryId = await id("repository", { registry_id: registryId, name: `${marker}/app` });
    const environmentId = await id("environment", { name: marker });
    const imageId = await id("image", { digest, state: "queued", platform: "linux/amd64" });
    const held = { repository_id: repositoryId, image_id: imageId, pushed_digest: digest };
    await insert(tx, "repository_image", { org_id: org, ...held }, "image_id");
    const tag = { repository_id: repositoryId, name: marker, digest, pushed_at: time };
    await insert(tx, "tag", { org_id: org, ...tag }, "name");
    const recorded = { environment_id: environmentId, image_id: imageId, recorded_by: marker };
    await insert(tx, "environment_image", { org_id: org, ...recorded }, "image_id");
    const exceptionId = await id("exception", {
      vulnerability: "CVE-2026-0001",
      kind: "accepted_risk",
      reason: marker,
      state: "requested",
      requested_by: owner,
      requested_by_name: marker,
      expires_at: time,
    });
    const webhookId = await id("webhook", {
      name: marker,
      url: `https://${marker}.example.com/`,
      secret_sealed: Buffer.from("sealed"),
    });
    const clusterId = await id("cluster", {
      name: marker,
      mode: "audit",
      unknown_images: "deny",
      old_evidence: "deny",
      restarts: "admit",
    });
    const verdictKeyId = await id("verdict_key", {
      key_id: `SHA256:${marker}`,
      public_pem: marker,
      private_sealed: Buffer.from("sealed"),
      created_by: marker,
    });
    const ruleId = await id("trust_rule", {
      name: marker,
      issuer: `https://${marker}.example.com`,
      audience: marker,
      claims: JSON.stringify({ project: [marker] }),
      scopes: ["read"],
      minutes: 60,
      created_by: marker,
    });
    const project = { name: marker, version: "1", repository_id: repositoryId, tag: "1" };
    const projectId = await id("uploaded_project", project);
    const uploadId = await id("upload", {
      kind: "sbom",
      project_id: projectId,
      image_id: imageId,
      size_bytes: 1,
      digest,
      uploaded_by: marker,
    });
    const event = { kind: "image.pushed", title: marker, image_id: imageId, once_key: marker };
    const eventId = String(await id("event", event));
    const told = { org_id: org, webhook_id: webhookId, event_id: eventId, state: "failed" };
    await insert(tx, "delivery", told, "event_id");
    const evaluationId = await id("evaluation", {
      image_id: imageId,
      status: "met",
      causes: "[]",
      inputs: "{}",
      has_findings: false,
    });
    const policyId = await only(tx, "policy");
    await sql`update policy_version set title = ${marker}`.execute(tx);
    const [tokenId, invitationId] = [await only(tx, "token"), await only(tx, "invitation")];
    const fixed = { accountId: security, policyId, tokenId, invitationId };
    return {
      ...fixed,
      registryId,
      repositoryId,
      environmentId,
      imageId,
      exceptionId,
      webhookId,
      eventId,
      clusterId,
      verdictKeyId,
      ruleId,
      uploadId,
      scanId: `${repositoryId}_${digest.replace("sha256:", "")}`,
      evaluationId,
      replayId: await id("replay", { evaluation_id: evaluationId, state: "waiting", asked_by: marker }),
      teamId: await id("team", { name: marker }),
    };
  });
}

async function insert(
  tx: StoreTransaction,
  table: string,
  columns: Readonly<Record<string, unknown>>,
  returned = "id",
): Promise<string> {
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  const values = sql.join(Object.values(columns));
  const { rows } = await sql<{ id: string }>`
    insert into ${sql.table(table)} (${names}) values (${values}) returning ${sql.ref(returned)}::text as id`.execute(
    tx,
  );
  return rows[0]!.id;
}

async function only(tx: StoreTransaction, table: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(table)} order by id limit 1`.execute(
    tx,
  );
  return rows[0]!.id;
}
