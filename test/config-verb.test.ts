/** `plimsoll config`, and the JSON of commands that show no image: each as its published schema says. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandSchemas } from "../src/api/command-schemas.ts";
import type { ConfigReport } from "../src/api/command-reports.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-config-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  XDG_CONFIG_HOME: folder,
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
};
const path = join(folder, "plimsoll/config.yaml");
const run = (args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
  runInProcess(["config", ...args], { cwd: folder, env: { ...env, ...extra } });

async function originOf(key: string, extra: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const { stdout } = await run([key, "--format", "json"], extra);
  const report = JSON.parse(stdout) as ConfigReport;
  commandSchemas["config-1"]?.parse(report);
  const [row] = report.settings;
  return [row?.value, row?.origin];
}

test("a key is set, read and taken out, and comments stay", async () => {
  const set = await run(["organization", "acme"]);
  assert.equal(set.exitCode, 0, set.stderr);
  writeFileSync(path, `# mine\n${readFileSync(path, "utf8")}`);
  assert.equal((await run(["databaseMaxAge", "48"])).exitCode, 0);
  assert.equal((await run(["failOn", "stale,no-data"])).exitCode, 0);
  assert.equal((await run(["offline", "true"])).exitCode, 0);
  assert.match(readFileSync(path, "utf8"), /^# mine\norganisation: acme\ndatabaseMaxAge: 48\n/);
  assert.deepEqual(await originOf("failOn"), [["stale", "no-data"], "user"]);
  assert.deepEqual(await originOf("offline"), ["1", "environment"]);
  assert.equal((await run(["organisation"])).stdout, "acme\n");
  assert.equal((await run(["--unset", "organisation"])).exitCode, 0);
  assert.doesNotMatch(readFileSync(path, "utf8"), /acme/);
});

test("who sets it is told: environment, project, user", async () => {
  await run(["databaseMaxAge", "48"]);
  assert.deepEqual(await originOf("databaseMaxAge"), [48, "user"]);
  writeFileSync(join(folder, ".plimsoll.yaml"), "settings: { databaseMaxAge: 24 }\n");
  assert.deepEqual(await originOf("databaseMaxAge"), [24, "project"]);
  assert.deepEqual(await originOf("databaseMaxAge", { PLIMSOLL_DB_MAX_AGE_HOURS: "12" }), [
    "12",
    "environment",
  ]);
  assert.deepEqual(await originOf("cacheDir"), [env.PLIMSOLL_CACHE_DIR, "environment"]);
  rmSync(join(folder, ".plimsoll.yaml"));
  assert.match((await run([])).stdout, /^databaseMaxAge +user +48$/m);
});

const wrong: readonly (readonly [code: string, args: readonly string[]])[] = [
  ["USAGE", ["no-such-key"]],
  ["USAGE", ["--unset"]],
  ["USAGE", ["--unset", "server", "x"]],
  ["CONFIG_INVALID", ["databaseMaxAge", "soon"]],
  ["CONFIG_INVALID", ["failOn", "sometimes"]],
];
for (const [code, args] of wrong) {
  test(`config ${args.join(" ")} is ${code}, and the file stays`, async () => {
    const before = readFileSync(path, "utf8");
    const { exitCode, stderr } = await run(args);
    assert.equal(exitCode, 1);
    assert.match(stderr, new RegExp(`error ${code}`));
    assert.equal(readFileSync(path, "utf8"), before);
  });
}

const feed = join(folder, "feed");
mkdirSync(feed);
const record = {
  id: "CVE-2026-1",
  modified: "2024-01-01T00:00:00Z",
  affected: [{ package: { ecosystem: "npm", name: "qs" }, versions: ["6.7.0"] }],
};
writeFileSync(join(feed, "a.json"), JSON.stringify(record));

const reports: readonly (readonly [schema: string, args: readonly string[], stdin?: string])[] = [
  ["db-build-1", ["db", "build", "--from", feed]],
  ["db-status-1", ["db", "status"]],
  ["db-feeds-1", ["db", "feeds"]],
  ["db-verify-1", ["db", "verify"]],
  ["db-query-1", ["db", "query", "pkg:npm/qs@6.7.0"]],
  ["db-query-1", ["db", "query", "--explain", "pkg:npm/qs@6.7.0"]],
  ["db-export-1", ["db", "export", join(folder, "db.tar")]],
  ["db-pull-1", ["db", "import", join(folder, "db.tar")]],
  ["version-1", ["version"]],
  ["cache-1", ["cache", "df"]],
  ["cache-prune-1", ["cache", "prune", "--force"]],
  ["version-schemes-1", ["versions", "list"]],
  ["version-order-1", ["versions", "compare", "--scheme", "deb", "1.0~rc1", "1.0"]],
  ["version-order-1", ["versions", "compare", "--scheme", "apk"], "1.0 1.1\n\nx\n1.0-r1 1.0\n"],
];
for (const [schema, args, stdin = ""] of reports) {
  test(`${args.slice(0, 3).join(" ").replace(folder, "")} --format json is ${schema}${stdin === "" ? "" : ", of lines"}`, async () => {
    const { stdout } = await runInProcess([...args, "--format", "json"], { cwd: folder, env, stdin });
    const read = commandSchemas[schema]?.safeParse(JSON.parse(stdout));
    assert.equal(read?.error, undefined);
  });
}
