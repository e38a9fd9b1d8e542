import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, scryptSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import nacl from "tweetnacl";
import { keyIdOf, readPrivateKey, readPublicKey, verifyBytes } from "./keys.ts";

const pairs = {
  ecdsa: generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
  ed25519: generateKeyPairSync("ed25519"),
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const message = Buffer.from("what is signed");
const pem = (key: KeyObject, type: "spki" | "pkcs8"): string =>
  key.export({ type, format: "pem" }).toString();
const noPassword = (): Promise<string> => Promise.reject(new Error("no password is needed"));

for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
  test(`keys: ${name} signs and verifies`, async () => {
    const signing = await readPrivateKey(pem(privateKey, "pkcs8"), "a.key", noPassword);
    const signature = await signing.sign(message);
    const half = readPublicKey(pem(publicKey, "spki"), "a.pub");
    assert.equal(signing.keyId, keyIdOf(half));
    assert.equal(signing.publicPem, pem(publicKey, "spki"));
    assert.equal(verifyBytes(half, message, signature), true);
    assert.equal(verifyBytes(half, Buffer.from("something else"), signature), false);
    for (const other of Object.values(pairs)) {
      if (other.publicKey !== publicKey)
        assert.equal(verifyBytes(other.publicKey, message, signature), false);
    }
    assert.equal(verifyBytes(half, message, Buffer.alloc(0)), false);
  });
}

test("keys: an encrypted PKCS #8 key opens by its password alone", async () => {
  const text = pairs.ecdsa.privateKey
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open" })
    .toString();
  const signing = await readPrivateKey(text, "a.key", async () => "open");
  assert.equal(signing.keyId, keyIdOf(pairs.ecdsa.publicKey));
  await assert.rejects(
    readPrivateKey(text, "a.key", async () => "wrong"),
    { code: "KEY_PASSWORD_WRONG" },
  );
});

function cosignKey(cost: { N: number; r: number; p: number }, label = "SIGSTORE"): string {
  const salt = randomBytes(32);
  const nonce = randomBytes(24);
  const der = pairs.ecdsa.privateKey.export({ type: "pkcs8", format: "der" });
  const key = new Uint8Array(scryptSync("open", salt, 32, { N: 2, r: 8, p: 1 }));
  const box = {
    kdf: { name: "scrypt", params: cost, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: Buffer.from(nacl.secretbox(new Uint8Array(der), new Uint8Array(nonce), key)).toString(
      "base64",
    ),
  };
  const body = Buffer.from(JSON.stringify(box)).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN ENCRYPTED ${label} PRIVATE KEY-----\n${body}\n-----END ENCRYPTED ${label} PRIVATE KEY-----\n`;
}

test("keys: keys as cosign encrypts them", async () => {
  for (const label of ["SIGSTORE", "COSIGN"]) {
    const text = cosignKey({ N: 2, r: 8, p: 1 }, label);
    const signing = await readPrivateKey(text, "cosign.key", async () => "open");
    assert.equal(signing.keyId, keyIdOf(pairs.ecdsa.publicKey));
    await assert.rejects(
      readPrivateKey(text, "cosign.key", async () => "x"),
      { code: "KEY_PASSWORD_WRONG" },
    );
  }
});

const refused: readonly (readonly [name: string, text: string])[] = [
  ["a cost of more memory than is given", cosignKey({ N: 2 ** 24, r: 8, p: 1 })],
  ["no cost", cosignKey({ N: 0, r: 8, p: 1 })],
  ["rounds without end", cosignKey({ N: 2, r: 8, p: 1000 })],
  ["no key", "hello"],
  ["a broken key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"],
  ["another curve", pem(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey, "pkcs8")],
  ["a short RSA key", pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey, "pkcs8")],
  ["a key for agreeing on keys", pem(generateKeyPairSync("x25519").privateKey, "pkcs8")],
];

for (const [name, text] of refused) {
  test(`keys: ${name} is refused, and not quoted`, async () => {
    await assert.rejects(
      readPrivateKey(text, "a.key", async () => "open"),
      (error: Error & { code?: string; cause?: unknown }) => {
        assert.equal(error.code, "KEY_INVALID");
        assert.equal(error.cause, undefined);
        return true;
      },
    );
  });
}

test("keys: a private key is not taken for a public one", () => {
  assert.throws(() => readPublicKey(pem(pairs.ecdsa.privateKey, "pkcs8"), "a.pub"), { code: "KEY_INVALID" });
});
