/** Signed verdicts: what they say, who verifies them, and keys that take turns. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { SEED_DATABASE, seedDigest, type SeedImage } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { isSignedBy, readEnvelope } from "../../attestations/dsse.ts";
import { readGateVerdict, refusalsOf } from "../../attestations/gate-verdict.ts";
import { keyIdOf } from "../../attestations/keys.ts";
import { readStatement } from "../../attestations/statement.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";
import { openVerdictSigner, type VerdictSigner } from "../gate/verdict-signer.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-verdicts-"));
let server: TestServer;
before(async () => {
  server = await startTestServer();
  await recordDatabase(server, "2026-11-22T00:00:00Z");
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function recordDatabase({ parts }: TestServer, updatedAt: string): Promise<void> {
  const facts = { digest: SEED_DATABASE, advisoryCount: 12, demonstration: false, spaces: [], feeds: [] };
  const status = { updatedAt, ...facts, hasKev: true, hasEpss: true };
  return asEngine(parts.store, (tx) => recordDatabaseState(tx, { status, appliedAt: null, failure: null }));
}

let number = 0;
async function seed(
  image: Partial<SeedImage> = {},
  of = server,
): Promise<{ repository: string; digest: string }> {
  number += 1;
  const repository = `acme/verdict-${number}`;
  const [made] = await seedImages(of.parts.store, of.orgs.acme, [
    { repository, tag: "1", packages: [{ name: "left-pad" }], ...image },
  ]);
  return { repository: `registry.example.com/${repository}`, digest: made!.digest };
}

const ask = (method: string, path: string, body?: unknown, as: As = "owner", of = server): Promise<Answer> =>
  of.request(as, method, `/orgs/acme${path}`, body);
const signed = (body: object, as: As = "service:gate", of = server): Promise<Answer> =>
  ask("POST", "/gate/verdict", body, as, of);
const keys = async (): Promise<Answer["json"][]> =>
  (await ask("GET", "/verdict-keys", undefined, "viewer")).json.keys;

/** The statement of an envelope that one of these public keys signed. */
function opened({ envelope }: Answer["json"], pems: readonly string[]) {
  const read = readEnvelope(Buffer.from(JSON.stringify(envelope)));
  assert.equal(read.payloadType, "application/vnd.in-toto+json");
  assert.ok(
    pems.some((pem) => isSignedBy(read, createPublicKey(pem))),
    "signed by a key that counts",
  );
  const statement = readStatement(read.payload);
  return { statement, verdict: readGateVerdict(statement) };
}

describe("a signed verdict", () => {
  test("needs a key, which an owner makes", async () => {
    const image = await seed();
    const missing = await signed(image);
    assert.deepEqual([missing.status, missing.json.code], [409, "VERDICT_KEY_MISSING"]);
    const made = await ask("POST", "/verdict-keys", {});
    assert.equal(made.status, 201);
    const [key] = made.json.keys;
    assert.deepEqual([key.signs, key.createdBy, key.validUntil], [true, "owner", null]);
    assert.equal(key.keyId, keyIdOf(createPublicKey(key.publicKey)));
    assert.ok(!made.text.includes("PRIVATE"));
    assert.equal((await signed(image)).status, 200);
    assert.equal((await signed(image, "security")).status, 200);
    assert.equal((await signed(image, "editor")).status, 403);
  });

  test("says what the gate says, by which policies and data, and until when", async () => {
    await ask("POST", "/environments", { name: "production" });
    const [good, bad] = [await seed(), await seed({ results: ["not_met"] })];
    const { json } = await signed({ ...good, environment: "production" });
    const [{ publicKey, keyId }] = (await keys()) as [Answer["json"]];
    assert.deepEqual([json.pass, json.keyId], [true, keyId]);
    const { statement, verdict } = opened(json, [publicKey]);
    assert.deepEqual(statement.subjects, [{ name: good.repository, digest: good.digest }]);
    const { policy, evaluatedAt, ...said } = verdict;
    assert.match(policy.digest, /^sha256:[0-9a-f]{64}$/);
    assert.ok(Date.parse(evaluatedAt ?? "") > 0);
    assert.deepEqual(said, {
      tool: { name: "plimsoll", version: "0.0.0-test" },
      issuer: "http://127.0.0.1:7300",
      organisation: "acme",
      environment: "production",
      decision: "admit",
      causes: [],
      database: { digest: SEED_DATABASE, updatedAt: "2026-11-22T00:00:00Z" },
      demonstration: false,
      issuedAt: "2026-11-22T12:00:00.000Z",
      expiresAt: "2026-11-22T13:00:00.000Z",
    });
    const asked = { digest: good.digest, environment: "production", organisation: "acme" };
    assert.deepEqual(refusalsOf(statement, verdict, { ...asked, now: server.parts.clock() }), []);
    const denied = opened((await signed(bad)).json, [publicKey]).verdict;
    assert.deepEqual([denied.decision, denied.causes[0]?.cause], ["deny", "policy"]);
    const unknown = await signed({ ...good, digest: seedDigest("never") });
    assert.equal(unknown.json.code, "IMAGE_UNKNOWN");
    assert.equal((await signed({ ...good, validSeconds: 59 })).json.code, "REQUEST_INVALID");
  });

  test("does not outlast the time when its database is fresh", async () => {
    const start = server.parts.clock();
    // Half an hour before the database is five days old.
    server.setNow(new Date("2026-11-26T23:30:00Z"));
    const { json } = await signed({ ...(await seed()), validSeconds: 86_400 });
    assert.equal(json.expiresAt, "2026-11-27T00:00:00.000Z");
    server.setNow(start);
  });

  test("is signed once for many, and anew when half of its time is over", async () => {
    const image = await seed();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signed(image)));
    const again = await signed(image);
    assert.equal(new Set([...answers, again].map(({ json }) => json.expiresAt)).size, 1);
    assert.deepEqual(again.json.envelope, (await signed(image)).json.envelope);
    const start = server.parts.clock();
    server.setNow(new Date(start.getTime() + 1_800_000));
    assert.equal((await signed(image)).json.expiresAt, "2026-11-22T13:30:00.000Z");
    server.setNow(start);
  });
});

describe("keys", () => {
  test("take turns: what the one before signed counts for a while, and no longer", async () => {
    const image = await seed();
    const before = (await signed(image)).json;
    const rotated = await ask("POST", "/verdict-keys", { overlapHours: 24 });
    assert.deepEqual(
      rotated.json.keys.map(({ signs, validUntil }: Answer["json"]) => [signs, validUntil]),
      [
        [true, null],
        [false, "2026-11-23T12:00:00.000Z"],
      ],
    );
    const after = (await signed(image)).json;
    assert.notEqual(after.keyId, before.keyId);
    const pems = (await keys()).map(({ publicKey }) => publicKey);
    for (const json of [before, after]) opened(json, pems);
    const start = server.parts.clock();
    server.setNow(new Date(start.getTime() + 86_400_000));
    assert.deepEqual(
      (await keys()).map(({ keyId }) => keyId),
      [after.keyId],
    );
    server.setNow(start);
  });

  test("are deleted at once, and then nothing is signed", async () => {
    for (const { id } of await keys()) assert.equal((await ask("DELETE", `/verdict-keys/${id}`)).status, 204);
    assert.deepEqual(await keys(), []);
    assert.equal((await signed(await seed())).json.code, "VERDICT_KEY_MISSING");
    const { json } = await ask("GET", "/audit");
    const rows = json.entries.filter(({ action }: Answer["json"]) => action.startsWith("verdict-key."));
    assert.deepEqual(
      rows.map(({ action }: Answer["json"]) => action),
      ["verdict-key.deleted", "verdict-key.deleted", "verdict-key.created", "verdict-key.created"],
    );
    assert.doesNotMatch(JSON.stringify(rows), /PRIVATE|BEGIN/);
  });

  test("are sealed in the database", async () => {
    await ask("POST", "/verdict-keys", {});
    const rows = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx.selectFrom("verdict_key").selectAll().execute(),
    );
    assert.equal(rows.length, 1);
    assert.doesNotMatch(rows[0]!.private_sealed.toString("latin1"), /PRIVATE/);
  });
});

describe("a key of the installation", () => {
  const pair = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  };
  const [current, old] = [pair(), pair()];
  const write = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const publicKeyFile = write("verdicts.pub", `${current.publicKey}${old.publicKey}`);

  const signers: readonly (readonly [string, () => Promise<VerdictSigner>])[] = [
    ["in a file", () => openVerdictSigner({ key: write("verdicts.key", current.privateKey), publicKeyFile })],
    [
      "behind a program",
      () => {
        const script = write("sign.mjs", SIGN_SCRIPT);
        const key = write("program.key", current.privateKey);
        const program = write("sign", `#!/bin/sh\nexec '${process.execPath}' '${script}' '${key}'\n`, 0o700);
        return openVerdictSigner({ key: `exec:${program}`, publicKeyFile });
      },
    ],
  ];
  for (const [name, open] of signers) {
    test(`${name} signs for every organisation`, async () => {
      const other = await startTestServer({ verdictSigner: await open() });
      try {
        await recordDatabase(other, "2026-11-22T00:00:00Z");
        const image = await seed({}, other);
        const { json } = await signed(image, "service:gate", other);
        const listed = (await ask("GET", "/verdict-keys", undefined, "viewer", other)).json.keys;
        assert.deepEqual(
          listed.map(({ id, publicKey, signs }: Answer["json"]) => [id, publicKey, signs]),
          [
            [null, current.publicKey, true],
            [null, old.publicKey, false],
          ],
        );
        assert.equal(json.keyId, listed[0].keyId);
        assert.equal(opened(json, [current.publicKey]).verdict.decision, "admit");
      } finally {
        await other.close();
      }
    });
  }

  test("that does not belong to its public half is found at the start", async () => {
    const wrong = write("wrong.key", old.privateKey);
    await assert.rejects(openVerdictSigner({ key: wrong, publicKeyFile }), { code: "CONFIG_INVALID" });
    const none = write("none.pub", "");
    await assert.rejects(openVerdictSigner({ key: wrong, publicKeyFile: none }), { code: "CONFIG_INVALID" });
    const missing = join(folder, "missing");
    await assert.rejects(openVerdictSigner({ key: missing, publicKeyFile }), { code: "CONFIG_INVALID" });
    await assert.rejects(openVerdictSigner({ key: `exec:${missing}`, publicKeyFile }), {
      code: "SIGNER_FAILED",
    });
  });
});

const SIGN_SCRIPT = `
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
const key = createPrivateKey(readFileSync(process.argv[2]));
process.stdout.write(sign("sha256", readFileSync(0), key).toString("base64"));
`;
