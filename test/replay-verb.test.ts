/** `plimsoll replay` against the real server on a loopback port; what a worker does is done by the test. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { replayReport } from "../src/api/command-reports.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { asEngine } from "../src/store/in-org.ts";
import { recordReplay, type ReplayOutcome } from "../src/store/stores/replays.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { seedImages, type SeededImage } from "./helpers/seed.ts";
import { startTestServer, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-replay-"));
let server: TestServer;
let listening: Listening;
let env: Record<string, string>;
let image: SeededImage;

before(async () => {
  server = await startTestServer();
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  const { authorization = "" } = await server.credentials("token:developer");
  env = {
    PLIMSOLL_HOME: folder,
    PLIMSOLL_SERVER: `http://127.0.0.1:${listening.address.port}`,
    PLIMSOLL_TOKEN: authorization.replace("Bearer ", ""),
    PLIMSOLL_ORG: "acme",
  };
  const seed = [{ repository: "acme/app", tag: "1", packages: [{ name: "left-pad" }] }];
  [image] = (await seedImages(server.parts.store, server.orgs.acme, seed)) as [SeededImage];
});
after(async () => {
  await listening.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs it, and answers as a worker would once somebody has asked. */
async function replay(outcome: Omit<ReplayOutcome, "now">, ...args: readonly string[]): Promise<Run> {
  const { store } = server.parts;
  const now = server.parts.clock();
  const run = runInProcess(["replay", image.id, ...args], { env });
  let done: string | null = null;
  while (done === null) {
    const row = await asEngine(store, (tx) =>
      tx.selectFrom("replay").select("id").where("state", "=", "waiting").executeTakeFirst(),
    );
    done = row?.id ?? null;
  }
  await asEngine(store, (tx) => recordReplay(tx, server.orgs.acme, done, { ...outcome, now }));
  return run;
}

const made = { engine: "1.0.0/a", differences: [], failure: null } as const;

test("the same: 0", async () => {
  const { exitCode, stdout, stderr } = await replay({ ...made, state: "same" });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^same, byte by byte \(program unknown then, 1\.0\.0\/a now\)\n$/);
});

test("another: 2, with the cause and what differs", async () => {
  const differences = [{ part: "policy", text: "“A” is met, and was not met" }] as const;
  const outcome = { ...made, state: "different", differences } as const;
  const { exitCode, stdout } = await replay(outcome, "--verdict", image.evaluationId!);
  assert.equal(exitCode, 2);
  assert.match(stdout, /cause engine[^\n]*\n {2}policy: “A” is met, and was not met\n$/);
  const json = await replay(outcome, "--format", "json");
  const report = replayReport.parse(JSON.parse(json.stdout));
  assert.deepEqual([report.state, report.cause, report.differences], ["different", "engine", differences]);
});

test("what is not kept, a verdict that there is not, and no worker: 1", async () => {
  const failed = await replay({ ...made, state: "failed", failure: "a part of it was removed" });
  assert.equal(failed.exitCode, 1);
  assert.match(failed.stderr, /^error VERDICT_NOT_KEPT: a part of it was removed/m);
  const nobody = "00000000-0000-4000-8000-000000000000";
  const unknown = await runInProcess(["replay", image.id, "--verdict", nobody], { env });
  assert.match(unknown.stderr, /^error NOT_FOUND: /m);
  const waiting = await runInProcess(["replay", image.id, "--wait", "0"], { env });
  assert.match(waiting.stderr, /^error VERDICT_PENDING: /m);
});
