/** `secrets`, `hygiene` and `lint` from the command line: gates, filters, formats, and no value anywhere. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-examination-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const secret = ["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"].join("");

function layout(name: string, content: string): string {
  const path = join(folder, name);
  writeLayout(
    path,
    buildImage({ layers: [{ entries: [file("app/settings.ini", content)], compression: "gzip" }] }),
  );
  return `oci-dir://${path}`;
}

const withSecret = layout("with", `key = ${secret}\n`);
const without = layout("without", "key = none of your business\n");
const dockerfile = join(folder, "Dockerfile");
writeFileSync(dockerfile, `FROM debian:12\nENV STRIPE=${secret}\nUSER 5\n`);

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess(args, { env: { PLIMSOLL_HOME: join(folder, "home") } });
}

const codes: readonly (readonly [args: readonly string[], exitCode: number])[] = [
  [["secrets", withSecret], 0],
  [["secrets", "--exit-code", withSecret], 2],
  [["secrets", "--strict", withSecret], 2],
  [["secrets", "--exit-code", "--only-severity", "low", withSecret], 0],
  [["secrets", "--exit-code", without], 0],
  [["secrets", "--strict", without], 0],
  [["secrets", "--only-severity", "grave", without], 1],
  [["secrets", "oci-dir:///does/not/exist"], 1],
  [["hygiene", without], 0],
  [["hygiene", "--exit-code", without], 2],
  [["hygiene", "--exit-code", "--only-severity", "critical", without], 0],
  [["hygiene", "--exit-code", "--only-severity", "critical", withSecret], 2],
  [["hygiene", "--exit-code", "--only-severity", "critical", "--ignore", "CIS-DI-0010", withSecret], 0],
  [["hygiene", "--ignore", "CIS-DI-9999", without], 1],
  [["hygiene", "--standard", "other", without], 1],
  [["lint", dockerfile], 0],
  [["lint", "--exit-code", dockerfile], 2],
  [["lint", "--exit-code", "--ignore", "CIS-DI-0006,CIS-DI-0010,PLM-0011", dockerfile], 0],
  [["lint", join(folder, "none")], 1],
];

for (const [args, exitCode] of codes) {
  test(`exit code ${exitCode}: ${args.map((arg) => arg.replace(folder, "…")).join(" ")}`, async () => {
    const result = await run(...args);
    assert.equal(result.exitCode, exitCode, result.stderr);
    assert.ok(!`${result.stdout}${result.stderr}`.includes(secret.slice(4)));
  });
}

for (const format of ["text", "json", "sarif", "markdown"]) {
  test(`secrets, hygiene and lint as ${format} name the place and not the value`, async () => {
    for (const args of [
      ["secrets", withSecret],
      ["hygiene", withSecret],
      ["lint", dockerfile],
    ]) {
      const { stdout, exitCode } = await run(...args, "--format", format);
      assert.equal(exitCode, 0);
      assert.ok(/settings\.ini|Dockerfile/.test(stdout), args[0]);
      assert.ok(!stdout.includes(secret.slice(4)));
    }
  });
}

test("lint reads standard input", async () => {
  const result = await runInProcess(["lint", "--exit-code", "-"], {
    stdin: "FROM scratch\nUSER 0\n",
    env: {},
  });
  assert.equal(result.exitCode, 2);
  assert.match(result.stdout, /CIS-DI-0001/);
});

test("hygiene reports by a standard, with what nobody checked", async () => {
  const { stdout } = await run("hygiene", "--standard", "cis", "--format", "json", without);
  const { standard } = JSON.parse(stdout) as { standard: { controls: { id: string; status: string }[] } };
  assert.equal(standard.controls.length, 12);
  assert.equal(standard.controls.find(({ id }) => id === "4.1")?.status, "failed");
  assert.equal(standard.controls.find(({ id }) => id === "4.5")?.status, "not_checked");
});

test("hygiene asks the database at hand which packages are malicious", async () => {
  const [records, database, home] = ["records", "database", "own-home"].map((name) => join(folder, name));
  assert.ok(records !== undefined && database !== undefined && home !== undefined);
  mkdirSync(records);
  const record = {
    id: "MAL-2024-0001",
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name: "evil" }, versions: ["1.0.0"] }],
  };
  writeFileSync(join(records, "MAL-2024-0001.json"), JSON.stringify(record));
  const env = { PLIMSOLL_HOME: home, PLIMSOLL_DB_DIR: database };
  const built = await runInProcess(["db", "build", "--from", records], { env });
  assert.equal(built.exitCode, 0, built.stderr);
  const statusOf = async (name: string, version: string): Promise<unknown> => {
    const path = join(folder, `${name}-${version}`);
    const manifest = file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    const system = file("etc/os-release", "ID=wolfi\nVERSION_ID=1\n");
    const installed = file("lib/apk/db/installed", "P:a\nV:1-r0\nA:x86_64\n\n");
    writeLayout(path, buildImage({ layers: [{ entries: [system, installed, manifest] }] }));
    const { stdout } = await runInProcess(["hygiene", "--format", "json", `oci-dir://${path}`], { env });
    const { checks } = JSON.parse(stdout) as {
      checks: { id: string; status: string; findings: unknown[] }[];
    };
    const found = checks.find(({ id }) => id === "PLM-0108");
    return [found?.status, found?.findings.length];
  };
  assert.deepEqual(await statusOf("evil", "1.0.0"), ["failed", 1]);
  assert.deepEqual(await statusOf("evil", "1.0.1"), ["passed", 0]);
});
