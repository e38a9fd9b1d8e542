/**
 * Signing in to a real registry that asks for a password: by docker's config.json, by a credential helper, by the
 * environment; what a refusal looks like; and that no output ever holds a secret.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type LocalRegistry, startRegistry } from "../helpers/local-registry.ts";
import { buildImage } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runInProcess } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("docker-registry");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-sign-in-"));
const user = {
  user: "ann",
  password: "s3cret-pass",
  // crypt(3) of the password with bcrypt, cost 4: no secret, it opens nothing but this test's registry.
  htpasswd: "ann:$2y$04$abcdefghijklmnopqrstuuaUNpTaGyHErb7YklXKRt/SEtSLxPST6",
};
const wrong = "wr0ng-pass";
let registry: LocalRegistry | null = null;

const image = buildImage({
  layers: [
    {
      entries: [
        file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"),
        file("lib/apk/db/installed", "P:musl\nV:1.2.5-r10\nA:x86_64\no:musl\nL:MIT\n\n"),
      ],
    },
  ],
});

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry(join(folder, "registry"), user);
  const { manifest, manifestMediaType, manifestDigest } = image;
  const blobs = new Map([...image.blobs].filter(([digest]) => digest !== manifestDigest));
  await registry.push("team/app", "1", { bytes: manifest, mediaType: manifestMediaType, blobs });
  mkdirSync(join(folder, "bin"));
  writeHelper("good", `echo '{"ServerURL":"x","Username":"ann","Secret":"${user.password}"}'`);
  writeHelper("none", "echo 'credentials not found in native keychain'; exit 1");
  writeHelper("broken", `echo 'the vault says ${user.password}' >&2; exit 3`);
});

after(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writeHelper(name: string, script: string): void {
  const path = join(folder, "bin", `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\ncat >/dev/null\n${script}\n`);
  chmodSync(path, 0o755);
}

function host(): string {
  assert.ok(registry !== null);
  return registry.host;
}

function encoded(password: string): string {
  return Buffer.from(`ann:${password}`).toString("base64");
}

let configs = 0;

interface Case {
  readonly name: string;
  /** `config.json`, or null for none. */
  readonly config: (() => object) | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly reference?: () => string;
  /** Null: it works. */
  readonly code: string | null;
}

const cases: readonly Case[] = [
  { name: "auths", config: () => ({ auths: { [host()]: { auth: encoded(user.password) } } }), code: null },
  {
    name: "auths with an address as key",
    config: () => ({ auths: { [`http://${host()}/v2/`]: { auth: encoded(user.password) } } }),
    code: null,
  },
  { name: "credHelpers", config: () => ({ credHelpers: { [host()]: "good" } }), code: null },
  { name: "credsStore", config: () => ({ credsStore: "good" }), code: null },
  {
    name: "a store that knows nothing, and auths",
    config: () => ({ credsStore: "none", auths: { [host()]: { auth: encoded(user.password) } } }),
    code: null,
  },
  {
    name: "the environment",
    config: null,
    env: { PLIMSOLL_REGISTRY_USER: "ann", PLIMSOLL_REGISTRY_PASSWORD: user.password },
    code: null,
  },
  { name: "nobody", config: null, code: "REGISTRY_UNAUTHORIZED" },
  {
    name: "a wrong password",
    config: () => ({ auths: { [host()]: { auth: encoded(wrong) } } }),
    code: "REGISTRY_UNAUTHORIZED",
  },
  {
    name: "a wrong password in the environment",
    config: null,
    env: { PLIMSOLL_REGISTRY_USER: "ann", PLIMSOLL_REGISTRY_PASSWORD: wrong },
    code: "REGISTRY_UNAUTHORIZED",
  },
  {
    name: "the sign-in of another registry",
    config: () => ({ auths: { "registry.example.com": { auth: encoded(user.password) } } }),
    code: "REGISTRY_UNAUTHORIZED",
  },
  {
    name: "a helper that fails",
    config: () => ({ credHelpers: { [host()]: "broken" } }),
    code: "CREDENTIALS_INVALID",
  },
  {
    name: "a helper that is missing",
    config: () => ({ credHelpers: { [host()]: "absent" } }),
    code: "CREDENTIALS_INVALID",
  },
  {
    name: "an entry that cannot be read",
    config: () => ({ auths: { [host()]: { auth: Buffer.from(user.password).toString("base64") } } }),
    code: "CREDENTIALS_INVALID",
  },
  {
    name: "a tag that is not there",
    config: () => ({ auths: { [host()]: { auth: encoded(user.password) } } }),
    reference: () => `${host()}/team/app:2`,
    code: "SOURCE_NOT_FOUND",
  },
];

for (const { name, config, env = {}, reference, code } of cases) {
  test(`signing in by ${name}: ${code ?? "works"}`, { skip }, async () => {
    configs += 1;
    const docker = join(folder, `docker${configs}`);
    mkdirSync(docker);
    if (config !== null) writeFileSync(join(docker, "config.json"), JSON.stringify(config()));
    const run = await runInProcess(
      ["sbom", "--format", "json", "--debug", reference?.() ?? `${host()}/team/app:1`],
      {
        env: {
          PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
          HOME: folder,
          DOCKER_CONFIG: docker,
          PLIMSOLL_NO_CACHE: "1",
          ...env,
        },
      },
    );
    assert.equal(run.exitCode, code === null ? 0 : 1, run.stderr);
    if (code === null) assert.match(run.stdout, /pkg:apk\/alpine\/musl@1\.2\.5-r10/);
    else {
      assert.equal(run.stdout, "");
      assert.equal(/^error ([A-Z_]+): /m.exec(run.stderr)?.[1], code, run.stderr);
    }
    for (const secret of [user.password, wrong, encoded(user.password), encoded(wrong)]) {
      assert.ok(!`${run.stdout}${run.stderr}`.includes(secret), "a secret is in the output");
    }
  });
}

test("the password in the address of a policy configuration is not repeated", async () => {
  const server = createServer((_request, response) => response.end("no JSON"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const address = `http://ann:${user.password}@127.0.0.1:${(server.address() as AddressInfo).port}/p.json`;
    const run = await runInProcess(["policy", "--policy-config", address, "alpine"], { env: {} });
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error JSON_INVALID: /m);
    assert.ok(!run.stderr.includes(user.password));
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});
