/** Passwords of inputs go into a file that only the run reads, each for its registry. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PlimsollError } from "../../domain/error.ts";
import type { ActionCommand } from "./commands.ts";
import { readInputs } from "./inputs.ts";
import { withSignIns } from "./sign-ins.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-sign-ins-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "auth.json");

async function keysOf(
  given: Readonly<Record<string, string>>,
  command: ActionCommand = "cves",
  env: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>> | null> {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const changed = await withSignIns(env, readInputs(Object.fromEntries(inputs)), { command, file });
  if (changed["REGISTRY_AUTH_FILE"] !== file) return null;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { auths } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly auths: Readonly<Record<string, { readonly auth: string }>>;
  };
  return Object.fromEntries(
    Object.entries(auths).map(([key, { auth }]) => [key, Buffer.from(auth, "base64").toString("utf8")]),
  );
}

const hub = { "dockerhub-user": "h", "dockerhub-password": "hp" };
const own = { "registry-user": "r", "registry-password": "rp" };
const writes = { "registry-write-user": "w", "registry-write-password": "wp" };
const hubKey = "https://index.docker.io/v1/";

test("each pair is for its registry", async () => {
  const image = "ghcr.io/octo/app:1";
  assert.deepEqual(await keysOf({ image, ...hub, ...own }), { [hubKey]: "h:hp", "ghcr.io": "r:rp" });
  assert.deepEqual(await keysOf({ image: "app:1", ...own }), { [hubKey]: "r:rp" });
  assert.deepEqual(await keysOf({ image, ...own, ...writes }, "attestation-add"), { "ghcr.io": "w:wp" });
  assert.deepEqual(await keysOf({ image, ...own, ...writes }), { "ghcr.io": "r:rp" });
  assert.equal(await keysOf({ image: "oci-dir://out", ...own }), null);
  const compared = { image: "archive://app.tar", to: "registry://ghcr.io/octo/app:main", ...own };
  assert.deepEqual(await keysOf(compared, "compare"), { "ghcr.io": "r:rp" });
  assert.equal(await keysOf(compared, "cves"), null);
  assert.equal(await keysOf({ image }), null);
});

test("what was signed in before stays", async () => {
  const before = join(folder, "before.json");
  const auth = Buffer.from("b:bp").toString("base64");
  writeFileSync(before, JSON.stringify({ auths: { "quay.io": { auth } } }));
  const keys = await keysOf({ image: "ghcr.io/octo/app:1", ...own }, "cves", { REGISTRY_AUTH_FILE: before });
  assert.deepEqual(keys, { "quay.io": "b:bp", "ghcr.io": "r:rp" });
});

test("a user name without a password is a slip, and the password is not in the message", async () => {
  await assert.rejects(
    keysOf({ image: "app:1", "registry-password": "secret" }),
    (error) => error instanceof PlimsollError && error.code === "USAGE" && !error.message.includes("secret"),
  );
});
