/** The verbs that speak to a server, against the real one on a loopback port. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { parse } from "yaml";
import { affectedReport, exceptionsReport, repositoriesReport } from "../src/api/command-reports.ts";
import { complianceExport } from "../src/api/rest/compliance-export.ts";
import { organisationEnvironmentsReport } from "../src/api/known-image-reports.ts";
import { pushReport } from "../src/api/push-reports.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { checkMigrated } from "../src/store/migrate.ts";
import { startFakeRegistry } from "./helpers/fake-registry.ts";
import { buildImage } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { sharedPostgres } from "./helpers/postgres.ts";
import { runInProcess, type Run, type RunSettings } from "./helpers/run-plimsoll.ts";
import { seedSample } from "./helpers/sample-images.ts";
import { startTestServer, testPassword, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-verbs-"));
let server: TestServer;
let listening: Listening;
let address: string;

before(async () => {
  server = await startTestServer();
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  address = `http://127.0.0.1:${listening.address.port}`;
});

after(async () => {
  await listening.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `home` names a folder of sign-ins. */
function plimsoll(home: string, args: readonly string[], settings: RunSettings = {}): Promise<Run> {
  const env = { PLIMSOLL_HOME: join(folder, home), ...settings.env };
  return runInProcess(args, { ...settings, env });
}

async function signIn(account: string): Promise<void> {
  const args = ["login", "--server", address, "--name", account, "--password-stdin"];
  const run = await plimsoll(account, args, { stdin: `${testPassword}\n` });
  assert.equal(run.exitCode, 0, run.stderr);
}

function assertRefused(run: Run, code: string): void {
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, new RegExp(`^error ${code}: `, "m"));
}

test("login keeps a token of its own, in a file of this user alone, and never the password", async () => {
  await signIn("administrator");
  const file = join(folder, "administrator/credentials.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, "utf8");
  assert.ok(!text.includes(testPassword));
  assert.match(text, /plim_/);
  const who = await plimsoll("administrator", ["whoami"]);
  assert.match(who.stdout, /administrator, administrator/);
  assert.match(who.stdout, new RegExp(address));
});

test("login asks at a terminal, and without one says which flags it needs", async () => {
  const asked = await plimsoll("asked", ["login", "--server", address], {
    answers: ["viewer", testPassword],
  });
  assert.equal(asked.exitCode, 0, asked.stderr);
  assert.match(asked.stderr, /Name: Password: /);
  assert.ok(!asked.stderr.includes(testPassword));
  const silent = await plimsoll("silent", ["login", "--server", address, "--name", "viewer"]);
  assertRefused(silent, "USAGE");
  assert.match(silent.stderr, /--password-stdin/);
});

test("a wrong password is refused with the server's code, and nothing is kept", async () => {
  const args = ["login", "--server", address, "--name", "viewer", "--password-stdin"];
  const run = await plimsoll("wrong", args, { stdin: "not the password" });
  assertRefused(run, "SIGN_IN_FAILED");
  assert.ok(!existsSync(join(folder, "wrong/credentials.json")));
});

test("a token that was brought is tried before it is kept", async () => {
  const { authorization = "" } = await server.credentials("token:developer");
  const token = authorization.replace("Bearer ", "");
  const good = await plimsoll("brought", ["login", "--server", address, "--token-stdin"], { stdin: token });
  assert.equal(good.exitCode, 0, good.stderr);
  assert.match(good.stdout, /as developer/);
  const bad = await plimsoll("bad", ["login", "--server", address, "--token-stdin"], {
    stdin: "plim_nothing",
  });
  assertRefused(bad, "TOKEN_INVALID");
  const service = await server.credentials("service:read");
  const stdin = (service["authorization"] ?? "").replace("Bearer ", "");
  const run = await plimsoll("service", ["login", "--server", address, "--token-stdin"], { stdin });
  assert.equal(run.exitCode, 0, run.stderr);
});

test("settings do without a login, and win over it", async () => {
  const { authorization = "" } = await server.credentials("token:editor");
  const env = { PLIMSOLL_SERVER: address, PLIMSOLL_TOKEN: authorization.replace("Bearer ", "") };
  const run = await plimsoll("asked", ["whoami"], { env });
  assert.match(run.stdout, /account +editor/);
});

test("without a server or a sign-in it says what to do", async () => {
  assertRefused(await plimsoll("nobody", ["whoami"]), "SERVER_UNKNOWN");
  assertRefused(
    await plimsoll("nobody", ["whoami"], { env: { PLIMSOLL_SERVER: address } }),
    "SIGN_IN_NEEDED",
  );
  const env = { PLIMSOLL_SERVER: "http://127.0.0.1:9", PLIMSOLL_TOKEN: "plim_x" };
  assertRefused(await plimsoll("nobody", ["whoami"], { env }), "SERVER_UNREACHABLE");
});

test("no token goes to another machine without TLS unless somebody says so", async () => {
  const env = { PLIMSOLL_SERVER: "http://192.0.2.1:7300", PLIMSOLL_TOKEN: "plim_x" };
  assertRefused(await plimsoll("nobody", ["whoami"], { env }), "SERVER_INSECURE");
});

test("a file of sign-ins that cannot be read is not taken for none", async () => {
  await signIn("viewer");
  writeFileSync(join(folder, "viewer/credentials.json"), "{");
  assertRefused(await plimsoll("viewer", ["whoami"]), "CONFIG_INVALID");
});

test("enroll creates an organisation once, and tells of one that exists", async () => {
  await signIn("administrator");
  const made = await plimsoll("administrator", ["enroll", "fresh"]);
  assert.equal(made.exitCode, 0, made.stderr);
  assert.match(made.stdout, /was created/);
  const again = await plimsoll("administrator", ["enroll", "fresh"]);
  assert.equal(again.exitCode, 0, again.stderr);
  assert.match(again.stdout, /exists; you are its owner/);
  assertRefused(await plimsoll("administrator", ["enroll", "acme"]), "CONFLICT");
  assertRefused(await plimsoll("administrator", ["enroll", "No Name"]), "USAGE");
  await signIn("developer");
  assertRefused(await plimsoll("developer", ["enroll", "mine"]), "FORBIDDEN");
});

test("logout revokes the token and forgets it", async () => {
  await signIn("security");
  const file = join(folder, "security/credentials.json");
  const { servers } = JSON.parse(readFileSync(file, "utf8")) as {
    servers: Record<string, { token: string }>;
  };
  const token = servers[address]!.token;
  const out = await plimsoll("security", ["logout"]);
  assert.equal(out.exitCode, 0, out.stderr);
  assert.equal(out.stderr, "");
  assert.ok(!readFileSync(file, "utf8").includes(token));
  const env = { PLIMSOLL_SERVER: address, PLIMSOLL_TOKEN: token };
  assertRefused(await plimsoll("nobody", ["whoami"], { env }), "TOKEN_INVALID");
  assertRefused(await plimsoll("security", ["logout"]), "SIGN_IN_NEEDED");
});

const workers: readonly (readonly [name: string, args: readonly string[], code: string])[] = [
  ["without a database", [], "USAGE"],
  ["on another kind of database", ["--database-url", "mysql://127.0.0.1/plimsoll"], "CONFIG_INVALID"],
  ["without the server's key", ["--database-url", "postgres://127.0.0.1:1/plimsoll"], "CONFIG_INVALID"],
  ["as a server's, without a server", ["--from-server"], "USAGE"],
];
for (const [name, args, code] of workers) {
  test(`a worker ${name} is refused`, async () => {
    assertRefused(await plimsoll("worker", ["worker", ...args]), code);
  });
}

test("a worker whose database does not answer says so, without the password", async () => {
  const env = {
    PLIMSOLL_DATABASE_URL: "postgres://plimsoll:hunter2@127.0.0.1:1/plimsoll",
    PLIMSOLL_SECRET_KEY: "k".repeat(40),
  };
  const run = await plimsoll("worker", ["worker"], { env });
  assertRefused(run, "STORE_UNREACHABLE");
  assert.doesNotMatch(run.stderr, /hunter2/);
});

test("a worker does not start on a database without tables", async () => {
  const postgres = await sharedPostgres();
  const { connection, name } = await postgres.makeEmptyDatabase();
  try {
    await assert.rejects(checkMigrated(connection), { code: "STORE_EMPTY" });
    await checkMigrated(server.database.connection);
  } finally {
    await postgres.dropDatabase(name);
  }
});

test("a registry is connected, and told how to tell of pushes", async () => {
  await signIn("owner");
  const run = await plimsoll("owner", ["registry", "add", "--org", "acme", "registry.example.com"]);
  assert.equal(run.exitCode, 0, run.stderr);
  const settings = parse(run.stdout) as {
    notifications: { endpoints: { url: string; headers: { Authorization: string[] } }[] };
  };
  const [endpoint] = settings.notifications.endpoints;
  const authorization = endpoint?.headers.Authorization[0] ?? "";
  // What the registry will do, with nothing to tell of.
  const told = await fetch(endpoint?.url ?? "", {
    method: "POST",
    headers: { authorization, "content-type": "application/vnd.docker.distribution.events.v2+json" },
    body: JSON.stringify({ events: [] }),
  });
  assert.equal(told.status, 200, await told.text());
  const list = await plimsoll("owner", ["registry", "list", "--org", "acme"]);
  assert.match(list.stdout, /^registry\.example\.com {2}connected/m);
  const other = await fetch(`${address}/api/v1/orgs/acme/images`, { headers: { authorization } });
  assert.equal(other.status, 403, "the token is good for nothing else");
  await other.body?.cancel();
});

test("a registry's password goes in by standard input only", async () => {
  await signIn("owner");
  const args = ["registry", "add", "--org", "acme", "private.example.com", "--username", "puller"];
  assertRefused(await plimsoll("owner", args), "USAGE");
  const run = await plimsoll("owner", [...args, "--password-stdin"], { stdin: "hunter2\n" });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.ok(!run.stdout.includes("hunter2"));
  assertRefused(await plimsoll("owner", [...args, "--password-stdin"], { stdin: "hunter2\n" }), "CONFLICT");
});

test("an editor connects a registry, and an owner makes its token", async () => {
  await signIn("editor");
  const run = await plimsoll("editor", ["registry", "add", "--org", "acme", "second.example.com"]);
  assertRefused(run, "FORBIDDEN");
  assert.match(run.stderr, /plimsoll registry notifications --org acme second\.example\.com/);
  await signIn("owner");
  const again = await plimsoll("owner", ["registry", "notifications", "--org", "acme", "second.example.com"]);
  assert.equal(again.exitCode, 0, again.stderr);
  assert.match(again.stdout, /Bearer plim_/);
  assertRefused(
    await plimsoll("owner", ["registry", "notifications", "--org", "acme", "none.example.com"]),
    "NOT_FOUND",
  );
});

test("repositories are enabled, listed and disabled", async () => {
  await signIn("editor");
  const run = (...args: string[]) => plimsoll("editor", ["repo", ...args, "--org", "acme"]);
  const enabled = await run("enable", "registry.example.com/acme/my-app");
  assert.equal(enabled.exitCode, 0, enabled.stderr);
  assert.equal(enabled.stdout, "registry.example.com/acme/my-app enabled\n");
  assert.equal((await run("enable", "--registry", "registry.example.com", "acme/api")).exitCode, 0);
  // Three registries by now: which one?
  assertRefused(await run("enable", "acme/my-app"), "REGISTRY_AMBIGUOUS");
  assertRefused(await run("enable", "nowhere.example.com/acme/my-app"), "REGISTRY_UNKNOWN");
  const listed = await run("list", "--only-enabled", "--format", "json");
  const names = repositoriesReport
    .parse(JSON.parse(listed.stdout))
    .repositories.map(({ fullName }) => fullName);
  assert.deepEqual(names, ["registry.example.com/acme/api", "registry.example.com/acme/my-app"]);
  assert.equal((await run("disable", "acme/api")).stdout, "registry.example.com/acme/api disabled\n");
  assert.match((await run("list")).stdout, /acme\/api +disabled/);
  assertRefused(await run("disable", "acme/nothing"), "NOT_FOUND");
  const org = { env: { PLIMSOLL_ORG: "acme" } };
  assert.match((await plimsoll("editor", ["repo", "list", "--filter", "my-app"], org)).stdout, /my-app/);
});

test("repositories are enabled and disabled by a pattern, and all of them", async () => {
  await signIn("owner");
  const registry = await startFakeRegistry();
  const run = (...args: readonly string[]) => plimsoll("owner", ["repo", ...args, "--org", "acme"]);
  const here = ["--registry", registry.host];
  const layers = [{ entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n")] }];
  try {
    for (const path of ["acme/one", "acme/two", "other/three"])
      registry.addImage(path, "1", buildImage({ layers }));
    await plimsoll("owner", ["registry", "add", "--org", "acme", registry.host]);
    assert.equal(
      (await run("enable", ...here, "--filter", "^acme/")).stdout,
      `${registry.host}/acme/one enabled\n${registry.host}/acme/two enabled\n`,
    );
    const all = await run("enable", ...here, "--all", "--format", "json");
    const { repositories } = repositoriesReport.parse(JSON.parse(all.stdout));
    assert.deepEqual(
      repositories.map(({ name }) => name),
      ["acme/one", "acme/two", "other/three"],
    );
    assert.equal(
      (await run("disable", ...here, "--filter", "one$")).stdout,
      `${registry.host}/acme/one disabled\n`,
    );
    assert.match((await run("disable", ...here, "--all")).stdout, /two disabled\n.*three disabled\n$/);
    assert.equal(
      (await run("list", "--only-enabled", "--filter", "(one|two|three)$")).stdout,
      "no repositories\n",
    );
    assertRefused(await run("disable", ...here, "--all"), "NOT_FOUND");
    for (const args of [
      ["enable"],
      ["enable", "acme/one", "--all"],
      ["disable", "--all", "--filter", "x"],
      ["list", "--filter", "("],
    ])
      assertRefused(await run(...args), "USAGE");
    // A registry that lists nothing is no registry without repositories.
    assertRefused(await run("enable", "--all", "--registry", "registry.invalid"), "REGISTRY_UNREACHABLE");
  } finally {
    await registry.close();
  }
});

test("an organisation of others is not there", async () => {
  await signIn("owner");
  assertRefused(await plimsoll("owner", ["repo", "list", "--org", "other"]), "NOT_FOUND");
  assertRefused(await plimsoll("owner", ["repo", "list"]), "USAGE");
});

test("push has an image of an enabled repository analysed, and a dry run sends nothing", async () => {
  await signIn("owner");
  const registry = await startFakeRegistry();
  try {
    const layers = [{ entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n")] }];
    registry.addImage("acme/pushed", "1", buildImage({ layers }));
    const reference = `${registry.host}/acme/pushed:1`;
    const push = (...args: readonly string[]) =>
      plimsoll("owner", ["push", "--format", "json", ...args, reference]);
    const dry = pushReport.parse(JSON.parse((await push("--dry-run")).stdout));
    assert.deepEqual(
      [dry.queued, dry.dryRun, dry.tag, dry.repository],
      [null, true, "1", `${registry.host}/acme/pushed`],
    );
    assert.match(dry.digest, /^sha256:/);
    assertRefused(await push("--org", "acme"), "REGISTRY_UNKNOWN");
    for (const args of [
      ["registry", "add", "--org", "acme", registry.host],
      ["repo", "enable", "--org", "acme", `${registry.host}/acme/pushed`],
    ]) {
      const run = await plimsoll("owner", args);
      assert.equal(run.exitCode, 0, run.stderr);
    }
    const when = "2026-01-02T03:04:05Z";
    const sent = await push("--org", "acme", "--author", "ci", "--timestamp", when);
    const report = pushReport.parse(JSON.parse(sent.stdout));
    assert.deepEqual([report.queued, report.organisation, report.digest], [true, "acme", dry.digest]);
    const again = pushReport.parse(JSON.parse((await push("--org", "acme")).stdout));
    assert.equal(again.queued, false);
    registry.addImage(
      "acme/pushed",
      "2",
      buildImage({ layers: [{ entries: [file("etc/hostname", "other\n")] }] }),
    );
    const watching = [
      "watch",
      "--org",
      "acme",
      "--once",
      "--all-images",
      "--tag",
      "2",
      "--repository",
      "acme/pushed",
    ];
    const watched = await plimsoll("owner", [...watching, "--format", "json", "--registry", registry.host]);
    const [line = "{}"] = watched.stdout.split("\n");
    const seen = pushReport.parse(JSON.parse(line));
    assert.deepEqual([seen.tag, seen.queued, seen.organisation], ["2", true, "acme"]);
    const layout = ["push", "--org", "acme", "oci-dir://x"];
    assertRefused(await plimsoll("owner", layout), "USAGE");
  } finally {
    await registry.close();
  }
});

let sample: ReturnType<typeof seedSample> | null = null;
const sampleOf = () => (sample ??= seedSample(server));

test("affected names the images that hold a vulnerability or a package, and tells of those that nobody knows about", async () => {
  const sample = await sampleOf();
  await signIn("developer");
  const ask = (...args: string[]) => plimsoll("developer", ["affected", "--org", "acme", ...args]);
  const byId = await ask("ghsa-aaaa-bbbb-cccc");
  assert.equal(byId.exitCode, 0, byId.stderr);
  assert.match(byId.stdout, /^[0-9]+ images hold CVE-2026-1\n/);
  assert.match(
    byId.stdout,
    /^registry\.example\.com\/acme\/app:1\.0 {2}pkg:deb\/debian\/openssl@3\.0\.1\?arch=amd64$/m,
  );
  assert.match(byId.stdout, /^unknown: \d+ images were not compared/m);
  const none = await ask("CVE-1999-0001");
  assertRefused(none, "NOT_FOUND");
  assert.match(none.stderr, /nobody knows/);
  const held = await ask("--package", "openssl@>3.0", "--environment", "production", "--format", "json");
  const report = affectedReport.parse(JSON.parse(held.stdout));
  assert.deepEqual([report.question, report.unknownCount], ["openssl@>3.0", null]);
  assert.ok(report.images.some(({ digest }) => digest === sample.app.digest));
  assert.ok(report.images.every(({ environments }) => environments.includes("production")));
  assert.match((await ask("--package", "no-such-package")).stdout, /^no image holds no-such-package\n$/);
  assertRefused(await ask(), "USAGE");
  assertRefused(await ask("CVE-2026-1", "--package", "openssl"), "USAGE");
  assertRefused(await ask("CVE-2026-1", "--environment", "production"), "USAGE");
  assertRefused(await ask("--package", "*"), "REQUEST_INVALID");
});

test("exception: asked for by one, decided by another, withdrawn, listed", async () => {
  await sampleOf();
  for (const account of ["developer", "security"]) await signIn(account);
  const run = (as: string, ...args: string[]) =>
    plimsoll(as, ["exception", ...args, "--org", "acme", "--format", "json"]);
  const read = async (as: string, ...args: string[]) => {
    const { stdout, stderr, exitCode } = await run(as, ...args);
    assert.equal(exitCode, 0, stderr);
    return exceptionsReport.parse(JSON.parse(stdout)).exceptions;
  };
  const reason = ["--reason", "no lookups"];
  const until = ["--accept-until", "2027-01-31"];
  const scope = ["--repository", "registry.example.com/acme/app", "--package", "pkg:deb/debian/openssl"];
  const [asked] = await read("developer", "request", "CVE-2026-1", ...until, ...reason, ...scope);
  assert.deepEqual(
    [asked?.state, asked?.kind, asked?.expiresAt, asked?.scope.purl],
    ["requested", "accepted_risk", "2027-01-31T23:59:59.000Z", "pkg:deb/debian/openssl"],
  );
  assertRefused(await run("developer", "approve", asked!.id), "FORBIDDEN");
  const [approved] = await read("security", "approve", asked!.id, "--note", "agreed");
  assert.deepEqual(
    [approved?.state, approved?.decidedBy, approved?.decisionNote],
    ["approved", "security", "agreed"],
  );
  const [own] = await read(
    "security",
    "request",
    "CVE-2026-2",
    "--false-positive",
    "component_not_present",
    ...reason,
  );
  assertRefused(await run("security", "approve", own!.id), "OWN_REQUEST");
  assert.deepEqual((await read("security", "withdraw", own!.id))[0]?.state, "withdrawn");
  assert.deepEqual(
    (await read("developer", "list", "--state", "approved", "--vulnerability", "CVE-2026-1")).map(
      ({ id }) => id,
    ),
    [asked!.id],
  );
  const table = await plimsoll("developer", ["exception", "list", "--org", "acme"]);
  assert.match(
    table.stdout,
    /approved {2}accepted_risk until 2027-01-31 {2}CVE-2026-1 {2}in registry\.example\.com\/acme\/app/,
  );
  const unknown = await run("developer", "request", "CVE-1999-1", ...until, ...reason);
  assertRefused(unknown, "REQUEST_INVALID");
  assert.equal(unknown.stderr.split("no image of the organisation has it").length, 2, unknown.stderr);
  assertRefused(await run("developer", "request", "CVE-2026-3", ...reason), "USAGE");
  assertRefused(
    await run("developer", "request", "CVE-2026-3", ...reason, ...until, "--expires", "2027-01-01"),
    "USAGE",
  );
  for (const bad of [
    ["--accept-until", "soon", ...reason],
    ["--false-positive", "because", ...reason],
    until,
  ])
    assert.equal((await run("developer", "request", "CVE-2026-3", ...bad)).exitCode, 1, bad.join(" "));
});

test("environment --org: recorded by what the server knows, replaced, listed, removed", async () => {
  const known = await sampleOf();
  for (const account of ["editor", "developer"]) await signIn(account);
  const run = (as: string, ...args: string[]) => plimsoll(as, ["environment", "--org", "acme", ...args]);
  const listed = async () => {
    const { stdout, stderr, exitCode } = await run("developer", "canary", "--format", "json");
    assert.equal(exitCode, 0, stderr);
    const [first] = organisationEnvironmentsReport.parse(JSON.parse(stdout)).environments;
    return (
      first?.images?.map(({ repository, digest }) => [repository.split("/").at(-1), digest]) ?? assert.fail()
    );
  };
  const app = "registry.example.com/acme/app";
  // A developer records, and does not make environments.
  assertRefused(await run("developer", "canary", `${app}:1.0`), "FORBIDDEN");
  const made = await run("editor", "canary", `${app}@${known.before.digest}`);
  assert.equal(made.exitCode, 0, made.stderr);
  assert.deepEqual(await listed(), [["app", known.before.digest]]);
  const replaced = await run("developer", "canary", `${app}:1.0`);
  assert.match(replaced.stderr, /^recorded .+\nremoved registry\.example\.com\/acme\/app/);
  assert.deepEqual(await listed(), [["app", known.app.digest]]);
  await run("developer", "canary", "--keep-others", `${app}@${known.before.digest}`);
  assert.equal((await listed()).length, 2);
  const text = (await run("developer", "canary")).stdout;
  assert.deepEqual(
    [known.before, known.app].map(({ digest }) =>
      /its tag has moved/.test(text.split("\n").find((line) => line.includes(digest))!),
    ),
    [true, false],
  );
  await run("developer", "canary", "registry.example.com/acme/old:1.0");
  assert.equal((await listed()).length, 3);
  assertRefused(await run("developer", "canary", "registry.example.com/acme/none:1"), "IMAGE_UNKNOWN");
  assertRefused(await run("developer", "nowhere"), "SOURCE_NOT_FOUND");
  assertRefused(
    await run("developer", "--remove", "canary", "registry.example.com/acme/none:1"),
    "SOURCE_NOT_FOUND",
  );
  assert.equal((await run("developer", "--remove", "canary", known.before.digest)).exitCode, 0);
  assert.equal((await listed()).length, 2);
  assert.match((await run("developer")).stdout, /^canary {2}2 images$/m);
  assertRefused(await run("developer", "--remove", "canary"), "FORBIDDEN");
  assert.equal((await run("editor", "--remove", "canary")).exitCode, 0);
  assertRefused(await run("developer", "canary"), "SOURCE_NOT_FOUND");
});

test("registries of other products say what to set, and prove what they send", async () => {
  await signIn("owner");
  const add = (...args: string[]) => plimsoll("owner", ["registry", "add", "--org", "acme", ...args]);
  const github = await add(
    "ghcr.io",
    "--kind",
    "ghcr",
    "--space",
    "acme",
    "--poll",
    "900",
    "--enable",
    "acme/*",
  );
  assert.equal(github.exitCode, 0, github.stderr);
  assert.match(github.stderr, /GitHub Container Registry \(documented, not tried\): A webhook/);
  const [url = "", key = ""] = github.stdout.trimEnd().split("\n");
  assert.match(key, /^plimh_/);
  const body = JSON.stringify({ zen: "Design for failure." });
  const signature = `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
  const send = (headers: Record<string, string>) =>
    fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-github-event": "ping", ...headers },
    });
  const told = await send({ "x-hub-signature-256": signature });
  assert.deepEqual([told.status, await told.json()], [200, { accepted: 0, ignored: 1 }]);
  const refused = await send({});
  assert.equal(refused.status, 404, await refused.text());
  const hub = await add("docker.io", "--kind", "docker-hub");
  assert.match(hub.stdout, /^http:\/\/[^\n]+\/hooks\/acme\/[0-9a-f-]{36}\/plimh_\S+\n$/);
  const harbor = await add("harbor.example.com", "--kind", "harbor", "--api", "https://harbor.example.com");
  assert.match(harbor.stdout, /\/notifications\nAuthorization: Bearer plim_\S+\n$/);
  const list = await plimsoll("owner", ["registry", "list", "--org", "acme"]);
  assert.match(list.stdout, /^ghcr\.io {2}ghcr {2}connected {2}polled every 900 s/m);
  for (const args of [
    ["x.example.com", "--kind", "other"],
    ["x.example.com", "--poll", "5"],
  ])
    assertRefused(await add(...args), "USAGE");
});

test("what is there already is asked for with a repository", async () => {
  await signIn("editor");
  const run = (...args: string[]) => plimsoll("editor", ["repo", "enable", "--org", "acme", ...args]);
  const done = await run("--backfill", "7", "registry.example.com/acme/old");
  assert.equal(done.exitCode, 0, done.stderr);
  assertRefused(await run("--backfill", "501", "registry.example.com/acme/old"), "USAGE");
  const { rows } = await sql<{ backfill_max: number }>`
    select backfill_max from repository where name = 'acme/old'`.execute(server.database.store.engine);
  assert.deepEqual(rows, [{ backfill_max: 7 }]);
});

test("export writes how images stood at a time", async () => {
  const known = await sampleOf();
  await signIn("developer");
  const run = (...args: string[]) => plimsoll("developer", ["export", "--org", "acme", ...args]);
  const then = await run("--at", "2026-11-01", "--format", "json");
  assert.equal(then.exitCode, 0, then.stderr);
  const { images, at } = complianceExport.parse(JSON.parse(then.stdout));
  assert.equal(at, "2026-11-01T23:59:59.999Z");
  assert.ok(images.some(({ digest }) => digest === known.before.digest));
  const file = join(folder, "audit.csv");
  assert.equal((await run("--environment", "production", "--at", "2099-01-01", "-o", file)).exitCode, 0);
  assert.match(readFileSync(file, "utf8"), new RegExp(`^production,2099-.*${known.app.digest}`, "m"));
  assertRefused(await run("--environment", "nowhere"), "NOT_FOUND");
  const none = await run("--environment", "production", "--at", "2020-01-01");
  assert.match(none.stderr, /no image ran in production then/);
  assert.equal((await run("--at", "soon")).exitCode, 1);
});
