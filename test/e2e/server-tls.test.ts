/** `plimsoll server` with TLS of its own, as a person runs it: asked by the command line, and renewed while it runs. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeAuthority } from "../helpers/certificates.ts";
import { eventually } from "../helpers/eventually.ts";
import { testPrograms } from "../helpers/postgres.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import { processesNaming, startServerProcess, type ServerProcess } from "../helpers/server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-server-tls-"));
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

const file = (name: string): string => join(folder, name);
const args = ["--tls-cert", file("server.pem"), "--tls-key", file("server.key"), "--no-worker"];

function show(authority: ReturnType<typeof makeAuthority>): void {
  const { cert, key } = authority.issue("127.0.0.1");
  writeFileSync(file("ca.pem"), authority.cert);
  writeFileSync(file("server.pem"), cert);
  writeFileSync(file("server.key"), key, { mode: 0o600 });
}

/** Status and body, or why there is no answer. */
function ask(server: ServerProcess, ca: string, path: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(`${server.address}${path}`, { ca, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve(`${answer.statusCode} ${text}`));
    });
    sent.on("error", (error) => resolve(`error ${error.message}`));
    sent.end();
  });
}

test("it answers over https alone, and the command line reaches it by its authority", async () => {
  const authority = makeAuthority();
  show(authority);
  running = await startServerProcess({ home, args });
  assert.match(running.address, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(await ask(running, authority.cert, "/api/v1/health"), '200 {"status":"ok"}');
  await assert.rejects(fetch(running.address.replace("https:", "http:")));
  const env = { HOME: home, PLIMSOLL_HOME: join(folder, "client"), PLIMSOLL_SERVER: running.address };
  const asked = (more: Readonly<Record<string, string>>) =>
    runProcess(["gate", "--org", "acme", "--wait", "0", `r.example.com/app@sha256:${"a".repeat(64)}`], {
      env: { ...env, PLIMSOLL_TOKEN: `plim_${"x".repeat(43)}`, ...more },
    });
  assert.match((await asked({ PLIMSOLL_CA_FILE: file("ca.pem") })).stderr, /^error TOKEN_INVALID: /m);
  assert.match((await asked({})).stderr, /^error SERVER_UNREACHABLE: /m);
});

test("a renewed certificate is shown without a restart", async () => {
  const authority = makeAuthority("Another Authority");
  show(authority);
  const answer = async (): Promise<boolean> =>
    (await ask(running!, authority.cert, "/api/v1/health")).startsWith("200");
  await eventually(answer, "the new certificate is shown");
  assert.match(running!.output.stderr, /the certificate was renewed/);
  assert.equal(await running!.stop(), 0);
});

test("without a key that fits it does not start", async () => {
  writeFileSync(file("server.key"), makeAuthority().issue("127.0.0.1").key);
  const run = await runProcess(["server", "--listen", "127.0.0.1:0", ...args], {
    env: { PLIMSOLL_HOME: home, HOME: home },
  });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error CONFIG_INVALID: .*cannot be used together/m);
});
