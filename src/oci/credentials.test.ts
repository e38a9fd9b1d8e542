import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { askHelper } from "./credential-helper.ts";
import { createCredentialSource, type ExplicitCredentials } from "./credentials.ts";
import { credentialFiles } from "./docker-config.ts";
import { OciError } from "./error.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-credentials-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A helper of the protocol: reads the server, then runs `script` with it as $server. */
function writeHelper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = get ] || exit 9\nread -r server\n${script}\n`);
  chmodSync(path, 0o755);
}

let files = 0;
function writeConfig(content: unknown): string {
  files += 1;
  const path = join(folder, `config-${files}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function sourceOf(paths: readonly string[], explicit: ExplicitCredentials | null = null) {
  return createCredentialSource({ explicit, files: paths, env, signal: null });
}

writeHelper("known", `printf '{"ServerURL":"%s","Username":"me","Secret":"for %s"}' "$server" "$server"`);
writeHelper("token", `echo '{"Username":"<token>","Secret":"identity"}'`);
writeHelper("none", "echo 'credentials not found in native keychain'; exit 1");
writeHelper("broken", "echo 'hunter2 leaked' >&2; exit 3");
writeHelper("chatty", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
writeHelper("slow", "sleep 30");
writeHelper("noise", "echo secret-noise");

test("stored sign-ins are found by registry and path", async () => {
  const config = writeConfig({
    auths: {
      "https://index.docker.io/v1/": { auth: base64("hub:pass:with:colons") },
      "quay.io": { auth: base64("quay:pw") },
      "quay.io/team": { auth: base64("team:pw") },
      "identity.example": { auth: base64("x:y"), identitytoken: "refresh" },
      "bearer.example": { registrytoken: "bear" },
      "https://old.example/v2/": { username: "old", password: "pw" },
      "empty.example": {},
    },
    credHelpers: { "helper.example": "known", "ecr.example": "token", "off.example": "none" },
  });
  const ask = sourceOf([config]);
  const basic = (user: string, password: string) => ({ kind: "basic", user, password });
  const rows: readonly (readonly [string, string, unknown])[] = [
    ["docker.io", "library/alpine", basic("hub", "pass:with:colons")],
    ["quay.io", "other/app", basic("quay", "pw")],
    ["quay.io", "team/app", basic("team", "pw")],
    ["quay.io", "teams/app", basic("quay", "pw")],
    ["identity.example", "a", { kind: "identity-token", token: "refresh" }],
    ["bearer.example", "a", { kind: "bearer", token: "bear" }],
    ["old.example", "a", basic("old", "pw")],
    ["empty.example", "a", null],
    ["unknown.example", "a", null],
    ["helper.example", "a", basic("me", "for helper.example")],
    ["ecr.example", "a", { kind: "identity-token", token: "identity" }],
    ["off.example", "a", null],
  ];
  for (const [registry, path, expected] of rows) {
    assert.deepEqual((await ask(registry, path)).credentials, expected, `${registry}/${path}`);
  }
});

test("a store is asked for every registry, by the name Docker gives it", async () => {
  const ask = sourceOf([writeConfig({ credsStore: "known" })]);
  const { credentials } = await ask("docker.io", "library/alpine");
  assert.deepEqual(credentials, { kind: "basic", user: "me", password: "for https://index.docker.io/v1/" });
});

test("a store that is not installed leaves a note; a named helper that is not is an error", async () => {
  const store = await sourceOf([writeConfig({ credsStore: "absent" })])("quay.io", "a");
  assert.equal(store.credentials, null);
  assert.match(store.note ?? "", /docker-credential-absent/);
  const named = sourceOf([writeConfig({ credHelpers: { "quay.io": "absent" } })]);
  await assert.rejects(named("quay.io", "a"), { code: "CREDENTIALS_INVALID" });
});

test("explicit sign-ins go to their registry only", async () => {
  const config = writeConfig({ auths: { "quay.io": { auth: base64("stored:pw") } } });
  const explicit = { registry: "quay.io", user: "given", password: "pw", token: null };
  const ask = sourceOf([config], explicit);
  assert.deepEqual((await ask("quay.io", "a")).credentials, { kind: "basic", user: "given", password: "pw" });
  assert.equal((await ask("evil.example", "a")).credentials, null);
  const token = sourceOf([], { ...explicit, token: "t" });
  assert.deepEqual((await token("quay.io", "a")).credentials, { kind: "bearer", token: "t" });
  const nothing = sourceOf([config], { ...explicit, user: null });
  assert.deepEqual((await nothing("quay.io", "a")).credentials, {
    kind: "basic",
    user: "stored",
    password: "pw",
  });
});

test("helpers that fail, flood, hang or babble are errors without their output", async () => {
  for (const name of ["broken", "chatty", "slow", "noise", "../evil", "a/b", ""]) {
    const run = askHelper({
      name,
      server: "quay.io",
      env,
      signal: null,
      timeoutMs: name === "slow" ? 200 : 10_000,
    });
    await assert.rejects(run, (error: unknown) => {
      assert.ok(error instanceof OciError, name);
      assert.equal(error.code, "CREDENTIALS_INVALID", name);
      assert.doesNotMatch(JSON.stringify([error.message, error.details]), /hunter2|secret-noise|aaaa/);
      return true;
    });
  }
});

test("files that cannot be understood are named, not quoted", async () => {
  const rows = [
    "{",
    "[]",
    '{"auths":[]}',
    '{"auths":{"quay.io":{"auth":"bm9jb2xvbg=="}}}',
    '{"auths":{"quay.io":{"auth":7}}}',
  ];
  for (const text of rows) {
    const path = writeConfig(text);
    await assert.rejects(sourceOf([path])("quay.io", "a"), (error: unknown) => {
      assert.ok(error instanceof OciError && error.code === "CREDENTIALS_INVALID", text);
      assert.equal(error.details["path"], path);
      assert.equal(error.cause, undefined);
      assert.doesNotMatch(error.message, /nocolon|bm9j/);
      return true;
    });
  }
  assert.equal((await sourceOf([join(folder, "absent.json")])("quay.io", "a")).credentials, null);
});

test("files of sign-ins in their usual places", () => {
  assert.deepEqual(credentialFiles({}, "/home/me"), [
    "/home/me/.docker/config.json",
    "/home/me/.config/containers/auth.json",
  ]);
  const full = {
    DOCKER_CONFIG: "/d",
    XDG_RUNTIME_DIR: "/run/user/1",
    REGISTRY_AUTH_FILE: "/a.json",
    XDG_CONFIG_HOME: "/c",
  };
  assert.deepEqual(credentialFiles(full, "/home/me"), [
    "/d/config.json",
    "/a.json",
    "/run/user/1/containers/auth.json",
    "/c/containers/auth.json",
  ]);
});
