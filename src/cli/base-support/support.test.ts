/** Lists of supported tags: loaded from an archive and a folder, shown, used by policies, and refused when they are old or broken. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { file, writeTar } from "../../../test/helpers/oci-tar.ts";
import { runInProcess, type Run } from "../../../test/helpers/run-plimsoll.ts";
import { supportedTagsReport } from "../../api/known-image-reports.ts";
import { readConfig } from "../../config/config.ts";
import { sampleImage } from "../../../test/golden/sample-analysis.ts";
import { knownPolicies } from "../../policies/definitions.ts";
import type { CliContext } from "../context.ts";
import { policySources } from "../policy-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-support-"));
const library =
  "Maintainers: nobody (@nobody)\n\nTags: 3.22.1, 3.22, latest\nArchitectures: amd64\nDirectory: x\n";
const archive = gzipSync(
  writeTar([
    file("official-images-master/library/alpine", library),
    file("official-images-master/README.md", "Tags: no"),
  ]),
);
const server = createServer((request, response) => {
  if (request.url === "/lists.tar.gz") response.end(archive);
  else response.writeHead(404).end();
});
let address = "";

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(join(folder, "copy", "library"), { recursive: true });
  writeFileSync(join(folder, "copy", "library", "alpine"), library);
  writeFileSync(join(folder, "copy", "library", "node"), library.replace("3.22, latest", "25"));
  writeFileSync(join(folder, "empty.tar.gz"), gzipSync(writeTar([file("README.md", "x")])));
  writeFileSync(join(folder, "broken.tar.gz"), archive.subarray(0, 40));
});
after(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const today = new Date("2026-11-22T12:00:00Z");

function run(home: string, ...args: readonly string[]): Promise<Run> {
  const env = { PLIMSOLL_IMAGES_DIR: join(folder, home), PLIMSOLL_OFFLINE: "0" };
  return runInProcess(["base", "support", ...args], { cwd: folder, env, now: today });
}

async function ask(home: string, name: string, tag: string, now = today): Promise<unknown> {
  const config = readConfig({ PLIMSOLL_IMAGES_DIR: join(folder, home) }, folder, folder);
  const context = { config, env: {}, home: folder, cwd: folder, clock: () => now } as unknown as CliContext;
  const policies = knownPolicies
    .filter(({ type }) => type === "approved-base-images")
    .map((policy) => ({ ...policy, config: { ...policy.config, supported_tags_only: true } }));
  const signers = { keys: [], identities: [] };
  const { findBaseSupport } = await policySources(context, {
    policies,
    signers,
    options: {},
    image: sampleImage,
    platform: sampleImage.config.platform,
  });
  const answer = await findBaseSupport!({ name, tag });
  return "value" in answer ? answer.value.isSupported : answer.reason;
}

test("loaded from an archive at an address, and shown", async () => {
  assert.equal(
    (await run("a", "list")).stderr,
    "No list was loaded yet; plimsoll base support update does.\n",
  );
  const updated = await run("a", "update", "--from", `${address}/lists.tar.gz`);
  assert.deepEqual([updated.exitCode, updated.stdout], [0, `1 images, from ${address}/lists.tar.gz\n`]);
  const shown = await run("a", "list", "alpine");
  assert.equal(shown.stdout, "docker.io/library/alpine: 3.22.1 3.22 latest\n");
  const { loadedAt, stale, images } = supportedTagsReport.parse(
    JSON.parse((await run("a", "list", "node", "--format", "json")).stdout),
  );
  assert.deepEqual([loadedAt, stale, images], [today.toISOString(), false, []]);
});

test("loaded from a copy of the repository, and asked by policies", async () => {
  assert.equal(await ask("b", "docker.io/library/alpine", "3.22"), "no list of supported tags was loaded");
  assert.equal((await run("b", "update", "--from", "copy")).stdout, "2 images, from copy\n");
  assert.equal(await ask("b", "docker.io/library/alpine", "3.22"), true);
  assert.equal(await ask("b", "docker.io/library/alpine", "3.14"), false);
  assert.equal(
    await ask("b", "ghcr.io/acme/base", "1"),
    "no list of supported tags speaks of ghcr.io/acme/base",
  );
  const later = new Date("2027-03-22T12:00:00Z");
  assert.equal(
    await ask("b", "docker.io/library/alpine", "3.22", later),
    "the lists of supported tags were loaded 120 days ago",
  );
});

const refused: readonly (readonly [from: string, code: string])[] = [
  ["nowhere", "FILE_NOT_FOUND"],
  ["empty.tar.gz", "DOCUMENT_INVALID"],
  ["broken.tar.gz", "DOCUMENT_INVALID"],
];
for (const [from, code] of refused) {
  test(`refused, and what was loaded stays: ${from}`, async () => {
    await run("c", "update", "--from", "copy");
    const { exitCode, stderr } = await run("c", "update", "--from", from);
    assert.match(stderr, new RegExp(`^error ${code}: `));
    assert.equal(exitCode, 1);
    assert.equal(await ask("c", "docker.io/library/alpine", "3.22"), true);
  });
}

test("an address that has none, and nobody may be asked", async () => {
  assert.match((await run("d", "update", "--from", `${address}/none`)).stderr, /^error HTTP_FAILED: /);
  const env = { PLIMSOLL_IMAGES_DIR: join(folder, "d") };
  const offline = await runInProcess(["base", "support", "update"], { cwd: folder, env });
  assert.match(offline.stderr, /^error USAGE: PLIMSOLL_OFFLINE is set/);
});
