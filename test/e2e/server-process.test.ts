/** `plimsoll server` as a person runs it: first and second start, a busy port, signals, and what is left afterwards: nothing. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { testPrograms } from "../helpers/postgres.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import {
  fromSources,
  processesNaming,
  startServerProcess,
  type ServerProcess,
} from "../helpers/server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-server-"));
// PostgreSQL, started by root, runs under another account and must get through.
chmodSync(folder, 0o711);
const home = join(folder, "home");
await testPrograms();
let running: ServerProcess | null = null;

after(async () => {
  await running?.stop("SIGKILL");
  for (const line of processesNaming(folder)) process.kill(Number.parseInt(line, 10), "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function get(server: ServerProcess, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${server.address}${path}`);
  return { status: answer.status, text: await answer.text() };
}

async function nothingLeft(): Promise<void> {
  for (let round = 0; round < 100 && processesNaming(folder).length > 0; round += 1) await sleep(100);
  assert.deepEqual(processesNaming(folder), []);
}

test("a first start makes everything and shows a token once", async () => {
  running = await startServerProcess({ home });
  assert.deepEqual(await get(running, "/api/v1/health"), { status: 200, text: '{"status":"ok"}' });
  const { ownerToken, address } = running;
  assert.ok(ownerToken !== null);
  const body = JSON.stringify({ token: ownerToken, name: "ada", password: "correct horse battery" });
  const headers = { "content-type": "application/json" };
  const redeemed = await fetch(`${address}/api/v1/session/redeem`, { method: "POST", headers, body });
  assert.equal(redeemed.status, 200, await redeemed.text());
  assert.ok(!running.output.stderr.includes(ownerToken), "the token is no line of a log");
});

test("a busy port is told before a database is made", async () => {
  const { host } = new URL(running!.address);
  const other = join(folder, "other");
  const run = await runProcess(["server", "--listen", host], { env: { PLIMSOLL_HOME: other, HOME: other } });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error PORT_BUSY: /m);
  assert.ok(!run.stderr.includes("making the database"));
});

test("a second server on the same data is refused", async () => {
  const run = await runProcess(["server", "--listen", "127.0.0.1:0"], {
    env: { PLIMSOLL_HOME: home, HOME: home },
  });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error SERVER_RUNNING: /m);
  assert.equal((await get(running!, "/api/v1/health")).status, 200, "the first one goes on");
});

test("other machines are not let in without TLS", async () => {
  const run = await runProcess(["server", "--listen", "0.0.0.0:0"], {
    env: { PLIMSOLL_HOME: home, HOME: home },
  });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error SERVER_INSECURE: /m);
});

test("SIGTERM ends it with 0, and leaves no process", async () => {
  assert.equal(await running!.stop("SIGTERM"), 0);
  running = null;
  await nothingLeft();
});

test("a second start finds what was there, and shows no token", async () => {
  running = await startServerProcess({ home });
  assert.equal(running.ownerToken, null);
  const setup = await get(running, "/api/v1/setup");
  assert.equal((JSON.parse(setup.text) as { needsOwner: boolean }).needsOwner, false);
  assert.equal(await running.stop("SIGINT"), 0);
  running = null;
  await nothingLeft();
});

test("killed, it leaves no worker; the next start takes the database over", async () => {
  running = await startServerProcess({ home });
  assert.equal(await running.stop("SIGKILL"), "SIGKILL");
  running = await startServerProcess({ home });
  assert.equal((await get(running, "/api/v1/health")).status, 200);
  assert.equal(await running.stop(), 0);
  running = null;
  await nothingLeft();
});

test("without its database it says so and ends, and the next start recovers", async () => {
  running = await startServerProcess({ home });
  const postmaster = readFileSync(join(home, "server/cluster/postmaster.pid"), "utf8");
  const ended = new Promise<number | null>((done) => running!.child.on("close", done));
  process.kill(Number(postmaster.split("\n")[0]), "SIGKILL");
  assert.equal(await ended, 1);
  assert.match(running.output.stderr, /it cannot go on/);
  running = null;
  await nothingLeft();
  running = await startServerProcess({ home });
  assert.equal((await get(running, "/api/v1/health")).status, 200);
  assert.equal(await running.stop(), 0);
  running = null;
});

test("a worker that is killed is replaced", async () => {
  running = await startServerProcess({ home });
  const workers = () => processesNaming(folder).filter((line) => line.includes("worker --from-server"));
  for (let round = 0; round < 100 && workers().length === 0; round += 1) await sleep(100);
  const [first = ""] = workers();
  process.kill(Number.parseInt(first, 10), "SIGKILL");
  for (let round = 0; round < 200 && workers().every((line) => line === first); round += 1) await sleep(100);
  assert.equal(workers().length, 1);
  assert.notEqual(workers()[0], first);
  assert.match(running.output.stderr, /the worker ended \(SIGKILL\)/);
  assert.equal(await running.stop(), 0);
  running = null;
  await nothingLeft();
});

test("asked to end while it starts, it ends and leaves nothing", async () => {
  const fresh = join(folder, "fresh");
  const [program = "", ...args] = [...fromSources, "server", "--listen", "127.0.0.1:0"];
  const run = spawn(program, args, {
    env: { PATH: process.env["PATH"], HOME: fresh, PLIMSOLL_HOME: fresh },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  run.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  for (let round = 0; round < 600 && !said.includes("making the database"); round += 1) await sleep(50);
  const ended = new Promise<number | null>((done) => run.on("close", done));
  run.kill("SIGTERM");
  assert.equal(await ended, 0, said);
  await nothingLeft();
});
