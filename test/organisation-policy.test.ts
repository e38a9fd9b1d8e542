/**
 * `plimsoll policy --org`: the same verdict as on the image's page, or the same policies applied where the image is. With a real
 * server, worker and database; only the registry is a small one of the tests'.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { organisationPolicyReport, type OrganisationPolicyReport } from "../src/api/reports.ts";
import type { imagePolicyResults } from "../src/api/rest/images.ts";
import type { PolicyView } from "../src/api/rest/policies.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { startWorker, type RunningWorker } from "../src/worker/main.ts";
import { readConfig } from "../src/config/config.ts";
import { startFakeRegistry, type FakeRegistry } from "./helpers/fake-registry.ts";
import { buildImage, writeLayout, type BuiltImage, type LayerInput } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { repositoryRoot, runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { startTestServer, type As, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-org-policy-"));
const baseEnv = {
  PLIMSOLL_HOME: folder,
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
};
let server: TestServer;
let listening: Listening;
let registry: FakeRegistry;
let worker: RunningWorker | null = null;
let stopping = new AbortController();
let address: string;

const bottom: LayerInput = {
  entries: [
    file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
    file("lib/apk/db/installed", "P:libssl3\nV:3.1.3-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\n"),
  ],
};

/** Each with another file, so that no two have one digest. */
function imageOf(name: string, config: Readonly<Record<string, unknown>> = {}): BuiltImage {
  return buildImage({ layers: [bottom, { entries: [file("app/name", name)] }], config });
}

before(async () => {
  server = await startTestServer();
  server.setNow(new Date());
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  address = `http://127.0.0.1:${listening.address.port}`;
  registry = await startFakeRegistry();
  const from = join(repositoryRoot, "examples/advisories");
  const built = await runInProcess(["db", "build", "--from", from, "--demonstration", "--quiet"], {
    env: baseEnv,
  });
  assert.equal(built.exitCode, 0, built.stderr);
  await startJobs();
  await api("owner", "POST", "/orgs/acme/registries", { host: registry.host });
  for (const name of ["acme/app", "acme/base"]) {
    await api("owner", "POST", "/orgs/acme/repositories", { name });
  }
});

after(async () => {
  await stopJobs();
  await listening.close(true);
  await registry.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startJobs(): Promise<void> {
  stopping = new AbortController();
  worker = await startWorker({
    connection: server.database.connection,
    config: readConfig(baseEnv, folder, folder),
    secrets: server.parts.secrets,
    log: () => {},
    concurrency: 2,
    signal: stopping.signal,
    clock: () => new Date(),
    monotonicMs: () => performance.now(),
    layout: null,
    watchMs: 100,
  });
}

async function stopJobs(): Promise<void> {
  stopping.abort();
  await worker?.done;
  worker = null;
}

// eslint-disable-next-line typescript/no-explicit-any
async function api(as: As, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await server.request(as, method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

async function policy(as: As, args: readonly string[]): Promise<Run> {
  const { authorization = "" } = await server.credentials(as);
  const env = {
    ...baseEnv,
    PLIMSOLL_SERVER: address,
    PLIMSOLL_TOKEN: authorization.replace("Bearer ", ""),
  };
  return runInProcess(["policy", "--org", "acme", ...args], { env });
}

async function judged(as: As, args: readonly string[]): Promise<OrganisationPolicyReport> {
  const run = await policy(as, ["--format", "json", ...args]);
  assert.equal(run.exitCode, 0, run.stderr);
  return organisationPolicyReport.parse(JSON.parse(run.stdout));
}

function statuses(report: OrganisationPolicyReport): Record<string, string> {
  const results = report.images[0]?.verdict?.results ?? [];
  return Object.fromEntries(results.map(({ title, status }) => [title, status]));
}

/** Until every policy that is changed in a test is as it was. */
async function changePolicy(title: string, change: Partial<PolicyView>): Promise<() => Promise<void>> {
  const put = async (changed: Partial<PolicyView>): Promise<PolicyView> => {
    const { policies } = (await api("owner", "GET", "/orgs/acme/policies")) as { policies: PolicyView[] };
    const found = policies.find((row) => row.title === title)!;
    const { id, description, config, weight, effect, enabled, scope, version } = { ...found, ...changed };
    const body = { title, description, config, weight, effect, enabled, scope, version: found.version };
    assert.equal(version, found.version);
    await api("owner", "PUT", `/orgs/acme/policies/${id}`, body);
    return found;
  };
  const before = await put(change);
  return async () => void (await put({ effect: before.effect, config: before.config }));
}

test("a pushed image gets the verdict of its page, and the gate stops for it", async () => {
  registry.addImage("acme/app", "1", imageOf("one"));
  const reference = `${registry.host}/acme/app:1`;
  const run = await policy("token:developer", ["--exit-code", reference]);
  assert.equal(run.exitCode, 2, run.stderr);
  assert.match(run.stderr, /waiting: the server had not heard of it/);
  assert.match(run.stderr, /gate: policy: .*No fixable critical or high vulnerabilities/);
  const report = await judged("token:viewer", [reference]);
  assert.equal(report.judged, "server");
  const imageId = report.page?.split("/").at(-1) ?? "";
  const page = (await api("viewer", "GET", `/orgs/acme/images/${imageId}/policies`)) as {
    results: { title: string; status: string }[];
  } satisfies Pick<(typeof imagePolicyResults)["_zod"]["output"], never>;
  assert.deepEqual(
    statuses(report),
    Object.fromEntries(page.results.map(({ title, status }) => [title, status])),
  );
});

test("the same image in a layout is judged alike, here, and the report says so", async () => {
  writeLayout(join(folder, "one"), imageOf("one"), "1");
  const there = await judged("token:viewer", [`${registry.host}/acme/app:1`]);
  const here = await judged("token:viewer", [`oci-dir://${join(folder, "one")}`]);
  assert.equal(here.judged, "here");
  assert.equal(here.page, null);
  assert.match(here.reason ?? "", /not read from a registry/);
  assert.equal(here.images[0]?.otherDatabase, false);
  const comparable = ({ status, images }: OrganisationPolicyReport) => ({
    status,
    score: images[0]?.verdict?.score,
    results: images[0]?.verdict?.results.map((row) => ({
      ...row,
      policy: "",
      // The server keeps answers and not what would give one.
      supply: null,
      deviations: row.deviations.length,
    })),
  });
  // An OCI layout that nobody pushed carries attestations, or none, as the registry does.
  assert.deepEqual(comparable(here), comparable(there));
});

test("a policy that only warns is shown and stops nothing", async () => {
  const titles = Object.entries(statuses(await judged("token:viewer", [`${registry.host}/acme/app:1`])))
    .filter(([, status]) => status === "not_met")
    .map(([title]) => title);
  assert.ok(titles.length > 0);
  const restore: (() => Promise<void>)[] = [];
  for (const title of titles) restore.push(await changePolicy(title, { effect: "warn" }));
  try {
    const run = await policy("token:viewer", ["--exit-code", `oci-dir://${join(folder, "one")}`]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /FAILED/);
    assert.match(run.stdout, /warns/);
    const strict = await policy("token:viewer", ["--strict", `oci-dir://${join(folder, "one")}`]);
    assert.equal(strict.exitCode, 2);
    assert.match(strict.stderr, /gate: no-data/);
  } finally {
    for (const back of restore) await back();
  }
});

test("an approved exception counts here too", async () => {
  const title = "No fixable critical or high vulnerabilities";
  const layout = `oci-dir://${join(folder, "one")}`;
  assert.equal(statuses(await judged("token:viewer", [layout]))[title], "not_met");
  const asked = await api("developer", "POST", "/orgs/acme/exceptions", {
    kind: "false_positive",
    vulnerability: "CVE-2023-5363",
    justification: "vulnerable_code_not_in_execute_path",
    reason: "not called",
  });
  assert.equal(
    statuses(await judged("token:viewer", [layout]))[title],
    "not_met",
    "asked for is not approved",
  );
  await api("security", "POST", `/orgs/acme/exceptions/${asked.id}/approve`, { note: "" });
  assert.equal(statuses(await judged("token:viewer", [layout]))[title], "met");
  await api("security", "POST", `/orgs/acme/exceptions/${asked.id}/withdraw`, { note: "" });
  assert.equal(statuses(await judged("token:viewer", [layout]))[title], "not_met");
});

test("an approved base is known by its layers here too, and never by a label", async () => {
  const base = buildImage({ layers: [bottom] });
  registry.addImage("acme/base", "1", base);
  await judged("token:developer", [`${registry.host}/acme/base:1`]);
  const restore = await changePolicy("No unapproved base images", {
    config: { allowed_base_images: [`${registry.host}/acme/*`], allowed_distros_only: false },
  });
  try {
    const title = "No unapproved base images";
    assert.equal(statuses(await judged("token:viewer", [`oci-dir://${join(folder, "one")}`]))[title], "met");
    const labels = { Labels: { "org.opencontainers.image.base.name": `${registry.host}/acme/base:1` } };
    const forged = buildImage({ layers: [{ entries: [file("app/name", "forged")] }], config: labels });
    writeLayout(join(folder, "forged"), forged, "1");
    assert.notEqual(
      statuses(await judged("token:viewer", [`oci-dir://${join(folder, "forged")}`]))[title],
      "met",
    );
  } finally {
    await restore();
  }
});

test("--repository judges a local image as one of that repository", async () => {
  const special = `${registry.host}/acme/special`;
  const made = await api("owner", "POST", "/orgs/acme/policies", {
    type: "non-root",
    title: "Special non-root",
    config: {},
    scope: { repositories: [special], environments: [] },
  });
  const layout = `oci-dir://${join(folder, "one")}`;
  try {
    assert.equal(statuses(await judged("token:viewer", [layout]))["Special non-root"], undefined);
    const report = await judged("token:viewer", ["--repository", special, layout]);
    assert.equal(statuses(report)["Special non-root"], "not_met");
  } finally {
    await api("owner", "DELETE", `/orgs/acme/policies/${made.id}`);
  }
});

const elsewhere: readonly (readonly [name: string, as: As, path: string, reason: RegExp])[] = [
  ["a repository that is not enabled", "token:developer", "acme/quiet", /not enabled/],
  [
    "an image that the server does not know, to somebody who may only read",
    "token:viewer",
    "acme/app",
    /may not ask/,
  ],
];
for (const [name, as, path, reason] of elsewhere) {
  test(`${name} is judged here`, async () => {
    registry.addImage(path, "unknown", imageOf(`unknown ${name}`));
    const report = await judged(as, [`${registry.host}/${path}:unknown`]);
    assert.equal(report.judged, "here");
    assert.match(report.reason ?? "", reason);
  });
}

test("another vulnerability database than the server's is told", async () => {
  const other = { ...baseEnv, PLIMSOLL_DB_DIR: join(folder, "other-db") };
  const from = join(repositoryRoot, "examples/advisories/kev");
  const built = await runInProcess(["db", "build", "--from", from, "--quiet"], { env: other });
  assert.equal(built.exitCode, 0, built.stderr);
  const { authorization = "" } = await server.credentials("token:viewer");
  const env = { ...other, PLIMSOLL_SERVER: address, PLIMSOLL_TOKEN: authorization.replace("Bearer ", "") };
  const run = await runInProcess(["policy", "--org", "acme", `oci-dir://${join(folder, "one")}`], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /OTHER DATABASE/);
});

test("an analysis that failed says why", async () => {
  const image = imageOf("broken");
  registry.addImage("acme/app", "broken", image);
  registry.blobs.set(image.layers[1]!.digest, Buffer.from("not a layer"));
  const run = await policy("token:developer", ["--wait", "60", `${registry.host}/acme/app:broken`]);
  assert.equal(run.exitCode, 1, run.stdout);
  assert.match(run.stderr, /^error [A-Z_]+: The server's analysis failed: /m);
});

test("it waits no longer than it was told", async () => {
  await stopJobs();
  registry.addImage("acme/app", "waiting", imageOf("waiting"));
  const run = await policy("token:developer", ["--wait", "0", `${registry.host}/acme/app:waiting`]);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error VERDICT_PENDING: /m);
  await startJobs();
  const report = await judged("token:developer", [`${registry.host}/acme/app:waiting`]);
  assert.equal(report.judged, "server");
});

test("statements that the user names, or that lie in the image, are proposals and change no verdict", async () => {
  const statement = (author: string) => ({
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex/1",
    author,
    timestamp: "2026-01-01T00:00:00Z",
    version: 1,
    statements: [
      {
        vulnerability: { name: "CVE-2023-5363" },
        products: [{ "@id": "pkg:apk/alpine/openssl" }],
        status: "not_affected",
        justification: "component_not_present",
      },
    ],
  });
  const inside = file("srv/app.vex.json", JSON.stringify(statement("Inside")));
  const image = buildImage({ layers: [bottom, { entries: [inside] }] });
  writeLayout(join(folder, "proposing"), image, "1");
  const reference = `oci-dir://${join(folder, "proposing")}`;
  const location = join(folder, "named.json");
  writeFileSync(location, JSON.stringify(statement("Named")));
  const without = await judged("token:viewer", [reference]);
  const named = await judged("token:viewer", ["--vex-location", location, reference]);
  assert.match(without.images[0]?.proposals[0]?.text ?? "", /by Inside.*\(proposed\)$/);
  assert.match(named.images[0]?.proposals[0]?.text ?? "", /by Named/);
  assert.deepEqual(statuses(named), statuses(without));
  const shown = await policy("token:viewer", ["--vex-location", location, reference]);
  assert.match(shown.stdout, /Proposed\s+not approved/);
  const project = join(folder, "proposing.yaml");
  writeFileSync(
    project,
    "exceptions: [{ vulnerability: CVE-2023-5363, kind: false_positive, justification: component_not_present, reason: of the file }]\n",
  );
  // Even a file that the user names is no approval of the organisation.
  const excepted = await judged("token:viewer", ["--config", project, reference]);
  assert.deepEqual(statuses(excepted), statuses(without));
  assert.match(excepted.images[0]?.proposals[0]?.text ?? "", /of the file/);
});

const refused: readonly (readonly [name: string, args: readonly string[], code: string])[] = [
  ["an own choice of policies", ["--only-policy", "x", "oci-dir://one"], "USAGE"],
  ["an own configuration", ["--policy-config", "x.json", "oci-dir://one"], "USAGE"],
  ["an own choice of authors", ["--vex-author", "me", "oci-dir://one"], "USAGE"],
  ["no image", [], "USAGE"],
  ["a wait that is no number", ["--wait", "soon", "oci-dir://one"], "USAGE"],
];
for (const [name, args, code] of refused) {
  test(`with --org, ${name} is refused`, async () => {
    const run = await policy("token:viewer", args);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, new RegExp(`^error ${code}: `, "m"));
  });
}
