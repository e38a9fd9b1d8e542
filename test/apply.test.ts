/** `plimsoll apply`: an organisation as a file says, with the difference first, and the second run changes nothing. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { applyReport, type ApplyReport } from "../src/api/apply-file.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { runInProcess, type Run, type RunSettings } from "./helpers/run-plimsoll.ts";
import { startTestServer, testPassword, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-apply-"));
let server: TestServer;
let listening: Listening;

before(async () => {
  server = await startTestServer();
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  for (const account of ["owner", "viewer"]) {
    const address = `http://127.0.0.1:${listening.address.port}`;
    const args = ["login", "--server", address, "--name", account, "--password-stdin"];
    const { exitCode, stderr } = await plimsoll(account, args, { stdin: `${testPassword}\n` });
    assert.equal(exitCode, 0, stderr);
  }
});
after(async () => {
  await listening.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function plimsoll(account: string, args: readonly string[], settings: RunSettings = {}): Promise<Run> {
  const env = { PLIMSOLL_HOME: join(folder, account), ...settings.env };
  return runInProcess(args, { ...settings, env });
}

function write(text: string): string {
  const file = join(folder, "acme.yaml");
  writeFileSync(file, text);
  return file;
}

async function apply(
  text: string,
  args: readonly string[] = [],
  settings: RunSettings = {},
): Promise<ApplyReport> {
  const run = await plimsoll("owner", ["apply", "-f", write(text), "--format", "json", ...args], settings);
  assert.equal(run.exitCode, 0, run.stderr);
  return applyReport.parse(JSON.parse(run.stdout));
}

const names = ({ changes }: ApplyReport): string[] =>
  changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

const whole = `
organisation: acme
environments: [production, staging]
registries:
  - host: registry.example.com
    kind: harbor
    username: robot
    passwordFrom: REGISTRY_PASSWORD
    pollSeconds: 3600
repositories:
  - acme/app
  - { registry: registry.example.com, name: acme/other }
policies:
  - type: severity
    title: Nothing critical
    effect: warn
    config: { severities: [CRITICAL] }
    scope: { environments: [production] }
`;
const env = { REGISTRY_PASSWORD: "the robot's own" };

describe("apply", () => {
  test("shows what would change, and a dry run changes nothing", async () => {
    const planned = [
      "create environment production",
      "create environment staging",
      "create registry registry.example.com",
      "create repository acme/app",
      "create repository registry.example.com/acme/other",
      "create policy Nothing critical",
    ];
    for (let run = 0; run < 2; run += 1) {
      const report = await apply(whole, ["--dry-run"], { env });
      assert.deepEqual(names(report), planned);
      assert.equal(report.applied, false);
      assert.ok(!JSON.stringify(report).includes(env.REGISTRY_PASSWORD));
      assert.equal(report.beside.length, 7);
    }
  });

  test("makes it so, and the second time there is nothing to do", async () => {
    assert.equal((await apply(whole, [], { env })).changes.length, 6);
    const again = await apply(whole);
    assert.deepEqual(again.changes, []);
    assert.equal(again.unchanged, 6);
    const { json } = await server.request("owner", "GET", "/orgs/acme/registries");
    assert.deepEqual(
      [json.registries[0].kind, json.registries[0].hasPassword, json.registries[0].pollSeconds],
      ["harbor", true, 3600],
    );
  });

  test("changes what differs and nothing else; what a policy leaves out is its type's default", async () => {
    const graced = whole.replace("[CRITICAL] }", "[CRITICAL, HIGH], grace_period_days: 14 }");
    const { changes } = await apply(graced);
    assert.deepEqual(
      changes.map(({ action, differences }) => [action, differences.map(({ path }) => path)]),
      [["change", ["config.grace_period_days", "config.severities"]]],
    );
    const back = await apply(whole);
    assert.deepEqual(
      back.changes[0]?.differences.map(({ path, after }) => [path, after]),
      [
        ["config.grace_period_days", 0],
        ["config.severities", ["critical"]],
      ],
    );
    const polled = await apply(whole.replace("3600", "7200"), [], { env });
    assert.deepEqual(polled.changes[0]?.differences, [{ path: "pollSeconds", before: 3600, after: 7200 }]);
    const text = await plimsoll("owner", ["apply", "-f", write(whole), "--dry-run", "-e"], { env });
    assert.equal(text.exitCode, 2);
    assert.match(text.stdout, /^~ registry registry\.example\.com\n {4}pollSeconds: 7200 -> 3600\n/);
    assert.match(text.stdout, /^1 to change, 5 as the file says$/m);
    await apply(whole, [], { env });
  });

  test("takes away what is not in a part of the file, when asked to", async () => {
    const less = "organisation: acme\nenvironments: [production]\nrepositories: [acme/app]\n";
    const kept = await apply(less);
    assert.deepEqual(names(kept), []);
    assert.deepEqual(
      kept.beside.map(({ kind, name }) => `${kind} ${name}`),
      ["environment staging", "repository registry.example.com/acme/other"],
    );
    const pruned = await apply(less, ["--prune"]);
    assert.deepEqual(names(pruned), [
      "delete repository registry.example.com/acme/other",
      "delete environment staging",
    ]);
    const { json } = await server.request("owner", "GET", "/orgs/acme/policies");
    assert.equal(json.policies.length, 8, "a part that the file has not is left alone");
    const disabled = await server.request("owner", "GET", "/orgs/acme/repositories?enabled=false");
    assert.deepEqual(
      disabled.json.entries.map(({ name }: { name: string }) => name),
      ["acme/other"],
    );
  });

  test("reads standard input, and --org counts more than the file", async () => {
    const run = (text: string, ...args: string[]) =>
      plimsoll("owner", ["apply", "-f", "-", "--dry-run", ...args], { stdin: text });
    assert.match(
      (await run("organisation: acme\nenvironments: [canary]\n")).stdout,
      /^\+ environment canary$/m,
    );
    assert.match((await run("organisation: acme\n", "--org", "nobody")).stdout, /^0 to change/m);
    assert.match((await run("environments: []\n")).stderr, /USAGE: Name the organisation/);
  });

  const wrong: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ["an unknown part", "organisation: acme\npolicy: []\n", /line 2: .*policy/],
    ["twice the same", "environments: [a, a]\n", /two have the same name/],
    [
      "a wrong word",
      "policies:\n  - type: severity\n    title: a\n    config: {}\n    effect: stop\n",
      /line 5: policies\[0\]\.effect/,
    ],
    [
      "a password that is not set",
      "registries: [{ host: other.example.com, passwordFrom: NOT_SET }]\n",
      /NOT_SET, the password of other\.example\.com, is not set/,
    ],
    ["another kind", "registries: [{ host: registry.example.com, kind: zot }]\n", /cannot become zot/],
    [
      "another type",
      "policies: [{ type: non-root, title: Nothing critical, config: {} }]\n",
      /cannot become non-root/,
    ],
    [
      "an option of a policy",
      "policies: [{ type: severity, title: Odd, config: { severities: [GRAVE] } }]\n",
      /severities/,
    ],
    ["no YAML", "a: [", /CONFIG_INVALID/],
  ];
  for (const [name, text, message] of wrong) {
    test(`refuses ${name} before anything is changed`, async () => {
      const file = write(`${text}`);
      const { exitCode, stderr } = await plimsoll("owner", ["apply", "-f", file, "--org", "acme"]);
      assert.equal(exitCode, 1);
      assert.match(stderr, message);
    });
  }

  test("tells how far it came when the server refuses", async () => {
    const text =
      "environments: [fine]\npolicies: [{ type: severity, title: Odd, config: {}, scope: { environments: [none] } }]\n";
    const { exitCode, stderr } = await plimsoll("owner", ["apply", "-f", write(text), "--org", "acme"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /1 of 2 changes were made; this one was not: policy Odd/);
    const asViewer = await plimsoll("viewer", [
      "apply",
      "-f",
      write("environments: [more]\n"),
      "--org",
      "acme",
    ]);
    assert.match(asViewer.stderr, /error FORBIDDEN/);
  });
});
