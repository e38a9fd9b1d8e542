/**
 * A database that is published and taken: by the command line in processes of its own, which are killed, and which read and write
 * at the same time.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startPushRegistry, type PushRegistry } from "../helpers/push-registry.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import { skipWithout } from "../helpers/shared.ts";
import { killMany } from "../proof/kill.ts";
import { answersOf } from "../proof/kill-checks.ts";
import { runCli } from "../proof/kill-run.ts";
import { pullVerb, type Verb } from "../proof/kill-verbs.ts";
import { createRandom } from "../proof/random.ts";

const skip = skipWithout("feeds/MANIFEST.md");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-publish-"));
const reference = (registry: PushRegistry | null): string => `${registry?.host}/team/db:edition-0`;
let registry: PushRegistry | null = null;
let verb: Verb | null = null;

before(async () => {
  if (skip !== false) return;
  registry = await startPushRegistry();
  verb = await pullVerb(registry, folder);
});
after(async () => {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("db pull that is killed leaves the old database or the new one", { skip }, async () => {
  const failures: string[] = [];
  const tally = await killMany(
    verb ?? assert.fail(),
    join(folder, "killed"),
    4,
    createRandom(7),
    failures,
    () => {},
  );
  assert.deepEqual(failures, []);
  assert.equal(tally.kills, 4);
});

test("two processes take databases while others read: every answer is one of the two", { skip }, async () => {
  const dir = join(folder, "shared");
  const pull = (edition: number): Promise<{ exitCode: number | null; stderr: string }> =>
    runCli(verb?.args(edition) ?? [], dir, null);
  const answers: string[] = [];
  for (const edition of [0, 1]) {
    assert.equal((await pull(edition)).exitCode, 0);
    answers.push(answersOf(dir));
  }
  const done = new AbortController();
  const seen = new Set<string>();
  const reading = (async () => {
    while (!done.signal.aborted) {
      seen.add(answersOf(dir));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  for (let round = 0; round < 2; round += 1) {
    const ends = await Promise.all([pull(0), pull(1)]);
    // One at a time: who comes while the other writes is told so, and nothing is half.
    for (const { exitCode, stderr } of ends)
      assert.ok(exitCode === 0 || stderr.includes("DATABASE_LOCKED"), stderr);
    assert.ok(ends.some(({ exitCode }) => exitCode === 0));
  }
  done.abort();
  await reading;
  assert.ok(seen.size > 0);
  for (const each of seen) assert.ok(answers.includes(each), each);
});

test("signed by one's key, taken by who trusts it, refused by who trusts another", { skip }, async () => {
  const keys = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")].map((pair, at) => {
    const [secret, open] = [join(folder, `key-${at}.pem`), join(folder, `key-${at}.pub`)];
    writeFileSync(secret, pair.privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(open, pair.publicKey.export({ type: "spki", format: "pem" }));
    return { secret, open };
  });
  const [own, other] = keys;
  const env = (name: string, more: Record<string, string>): { env: Record<string, string> } => ({
    env: { HOME: folder, PLIMSOLL_OFFLINE: "0", PLIMSOLL_DB_DIR: join(folder, name), ...more },
  });
  const bundle = join(folder, "bundle.tar");
  const exported = await runProcess(
    ["db", "export", bundle],
    env("edition-0", { PLIMSOLL_DB_SIGNING_KEY: own?.secret ?? "" }),
  );
  assert.equal(exported.exitCode, 0, exported.stderr);
  const trusting = { PLIMSOLL_DB_TRUSTED_KEYS: own?.open ?? "" };
  const imported = await runProcess(["db", "import", bundle, "--format", "json"], env("imported", trusting));
  assert.equal(imported.exitCode, 0, imported.stderr);
  assert.match(String((JSON.parse(imported.stdout) as { keyId: unknown }).keyId), /^SHA256:/);
  assert.equal((await runProcess(["db", "verify"], env("imported", trusting))).exitCode, 0);
  const refused = await runProcess(
    ["db", "import", bundle],
    env("refused", { PLIMSOLL_DB_TRUSTED_KEYS: other?.open ?? "" }),
  );
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /DATABASE_UNTRUSTED/);
  const unsigned = await runProcess(["db", "pull", reference(registry)], env("unsigned", trusting));
  assert.match(unsigned.stderr, /DATABASE_UNTRUSTED/);
  const missing = await runProcess(["db", "status"], env("unsigned", {}));
  assert.match(missing.stderr, /DATABASE_MISSING/);
});
