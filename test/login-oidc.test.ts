/** `plimsoll login --oidc` as jobs of GitHub and GitLab run it, against a real server and an issuer that signs for real. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { listen, type Listening } from "../src/server/listen.ts";
import { startCiIssuer, type CiIssuer } from "./helpers/ci-issuer.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { startTestServer, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-oidc-"));
const AUDIENCE = "http://127.0.0.1:7300";
const claims = { aud: AUDIENCE, sub: "repo:acme/app:ref:refs/heads/main", repository: "acme/app" };
let issuer: CiIssuer;
let server: TestServer;
let listening: Listening;
let address: string;
/** GitHub's service that makes ID tokens for a job. */
let github: Server;
const asked: { url: string; authorization: string }[] = [];

before(async () => {
  [issuer, server] = await Promise.all([startCiIssuer(), startTestServer()]);
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  address = `http://127.0.0.1:${listening.address.port}`;
  github = createServer(async (request, response) => {
    asked.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    const aud = new URL(request.url ?? "", "http://x").searchParams.get("audience");
    response.end(JSON.stringify({ value: await issuer.sign({ ...claims, aud }, server.parts.clock()) }));
  });
  await new Promise<void>((done) => github.listen(0, "127.0.0.1", done));
  const rule = { name: "ci", issuer: issuer.url, claims: { repository: ["acme/*"] }, scopes: ["read"] };
  const made = await server.request("owner", "POST", "/orgs/acme/trust-rules", rule);
  assert.equal(made.status, 201, made.text);
});

after(async () => {
  github.closeAllConnections();
  await new Promise((done) => github.close(done));
  await listening.close();
  await Promise.all([issuer.close(), server.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function login(
  home: string,
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<Run> {
  const args = ["login", "--server", address, "--oidc", "--org", "acme", ...more];
  return runInProcess(args, { env: { PLIMSOLL_HOME: join(folder, home), ...env } });
}

test("a job of GitHub asks for a token for this server, and may do what the rule says", async () => {
  const url = `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?api-version=2.0`;
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-proof" };
  const run = await login("github", env, ["--audience", AUDIENCE]);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /a service of acme until 2026-11-22T13:00:00\.000Z \(read\)/);
  assert.deepEqual(asked, [
    {
      url: `/token?api-version=2.0&audience=${encodeURIComponent(AUDIENCE)}`,
      authorization: "Bearer request-proof",
    },
  ]);
  const list = await runInProcess(["repo", "list", "--org", "acme"], {
    env: { PLIMSOLL_HOME: join(folder, "github") },
  });
  assert.equal(list.exitCode, 0, list.stderr);
  assert.ok(!readFileSync(join(folder, "github/credentials.json"), "utf8").includes("request-proof"));
});

test("a job of GitLab brings its token in the environment, once", async () => {
  const env = { PLIMSOLL_ID_TOKEN: await issuer.sign(claims, server.parts.clock()) };
  const run = await login("gitlab", env);
  assert.equal(run.exitCode, 0, run.stderr);
  const again = await login("gitlab", env);
  assert.match(again.stderr, /^error ID_TOKEN_USED: /m);
  assert.ok(!again.stderr.includes(env.PLIMSOLL_ID_TOKEN));
});

test("without a token it says what the job needs", async () => {
  const nowhere = await login("nowhere", {});
  assert.match(nowhere.stderr, /^error ID_TOKEN_MISSING: .*PLIMSOLL_ID_TOKEN/m);
  const forbidden = await login("forbidden", { GITHUB_ACTIONS: "true" });
  assert.match(forbidden.stderr, /id-token: write/);
  const clear = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "http://token.example.com/",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-proof",
  };
  assert.match((await login("clear", clear)).stderr, /^error ID_TOKEN_MISSING: .*https/m);
});
