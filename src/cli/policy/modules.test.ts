/** Modules that are named and cannot be read, and a machine without an Open Policy Agent. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildImage, writeLayout } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { repositoryRoot, runInProcess, type Run } from "../../../test/helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-modules-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const image = `oci-dir://${join(folder, "image")}`;
writeLayout(join(folder, "image"), buildImage({ layers: [{ entries: [file("etc/x", "x")] }] }));
const module = "# METADATA\n# custom:\n#   name: one\npackage docker.scout\n";
mkdirSync(join(folder, "twice"));
mkdirSync(join(folder, "empty"));
writeFileSync(join(folder, "one.rego"), module);
writeFileSync(join(folder, "twice", "a.rego"), module);
writeFileSync(join(folder, "twice", "b.rego"), module);
writeFileSync(join(folder, "other.rego"), "package main\n");

const environment = {
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_OPA: join(folder, "no-opa"),
};
before(async () => {
  const from = join(repositoryRoot, "examples/advisories");
  const built = await runInProcess(["db", "build", "--from", from], { cwd: folder, env: environment });
  assert.equal(built.exitCode, 0, built.stderr);
});

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess(["policy", image, "--skip-db-update", ...args], { cwd: folder, env: environment });
}

test("without an engine a module has no data, and says what is missing", async () => {
  const { stdout, exitCode } = await run("--policy-file", "one.rego", "--exit-code", "--fail-on", "no-data");
  assert.match(
    stdout,
    /rego engine missing: .*no-opa was not found; install opa, or name it with PLIMSOLL_OPA/,
  );
  assert.equal(exitCode, 2);
});

test("a configuration may speak of modules that were not named; that is told", async () => {
  const policies = [
    { name: "one", weight: 3 },
    { name: "two", enabled: false },
  ];
  writeFileSync(join(folder, "config.json"), JSON.stringify({ policies }));
  const { stdout, stderr } = await run(
    "--policy-file",
    "one.rego",
    "--policy-config",
    "config.json",
    "--list",
  );
  assert.match(stdout, /^one {2}\(one\)\n {2}type rego, weight 3/);
  assert.match(stderr, /^warning: the policy configuration speaks of policies that were not named: two$/m);
  writeFileSync(join(folder, "config.json"), JSON.stringify({ policies: [{ name: "one", wieght: 3 }] }));
  const wrong = await run("--policy-file", "one.rego", "--policy-config", "config.json");
  assert.match(wrong.stderr, /^error POLICY_CONFIG_INVALID: /m);
});

const MIB = 1024 * 1024;
writeFileSync(join(folder, "large.rego"), module.padEnd(MIB + 1, "\n"));
writeFileSync(join(folder, "largest.rego"), module.padEnd(MIB, "\n"));
mkdirSync(join(folder, "many"));
for (let index = 0; index <= 1_000; index += 1)
  writeFileSync(join(folder, "many", `${index}.rego`), module.replace("name: one", `name: m${index}`));

test("a module may have 1 MiB, and at an address no more than in a file", async () => {
  const { exitCode, stderr } = await run("--policy-file", "largest.rego", "--list");
  assert.equal(exitCode, 0, stderr);
  const server = createServer((_request, response) => response.end(module.padEnd(MIB + 1, "\n")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/large.rego`;
    const fetched = await run("--policy-file", address, "--list");
    assert.match(fetched.stderr, /^error [A-Z_]+: .*1048576/m);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const refused: readonly (readonly [args: readonly string[], code: string])[] = [
  [["--policy-file", "large.rego"], "POLICY_MODULE_INVALID"],
  [["--policy-dir", "many"], "POLICY_MODULE_INVALID"],
  [["--policy-file", "nope.rego"], "FILE_NOT_FOUND"],
  [["--policy-dir", "nope"], "FILE_NOT_FOUND"],
  [["--policy-dir", "empty"], "FILE_NOT_FOUND"],
  [["--policy-dir", "twice"], "POLICY_MODULE_INVALID"],
  [["--policy-file", "other.rego"], "POLICY_MODULE_INVALID"],
  [["--policy-file", "one.rego", "--only-policy", "two"], "POLICY_UNKNOWN"],
];

for (const [args, code] of refused) {
  test(`${args.join(" ")}: ${code}`, async () => {
    const { stderr, exitCode } = await run(...args);
    assert.match(stderr, new RegExp(`^error ${code}: `, "m"));
    assert.equal(exitCode, 1);
  });
}
