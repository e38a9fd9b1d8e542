/**
 * Keys as cosign and OpenSSL write them, and signatures by them: ECDSA with SHA-256 in ASN.1, Ed25519 (RFC 8032), RSA
 * (PKCS #1 v1.5 with SHA-256). What cosign signs verifies here, and the other way round.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { isCosignKey, openCosignKey } from "./cosign-key.ts";
import { keyInvalid, wrongPassword } from "./error.ts";

/** Something that signs: a key at hand, or a program that reaches one. */
export interface SigningKey {
  /** `SHA256:…`; null where the public key is not known. */
  readonly keyId: string | null;
  /** PEM of the public key; null where it is not known. */
  readonly publicPem: string | null;
  /** The signature over these bytes, in the form of its algorithm. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const pemBytesMax = 64 * 1024;
const rsaBitsMin = 2048;
const curves: readonly string[] = ["prime256v1", "secp384r1", "secp521r1"];

/** A public key in PEM. `name` is for people. @throws PlimsollError KEY_INVALID; a private key is refused, as it ought not to lie about */
export function readPublicKey(pem: string, name: string): KeyObject {
  if (pem.includes("PRIVATE KEY-----")) throw keyInvalid(name, "is a private key; give its public half");
  return checked(name, "public", () => createPublicKey(limited(pem)));
}

/**
 * A private key in PEM: plain or encrypted PKCS #8, SEC1, PKCS #1, or as cosign encrypts it. `password` is asked when it is needed.
 * @throws PlimsollError KEY_INVALID, KEY_PASSWORD_WRONG
 */
export async function readPrivateKey(
  pem: string,
  name: string,
  password: () => Promise<string>,
): Promise<SigningKey> {
  const key = await openPrivateKey(pem, name, password);
  const half = createPublicKey(key);
  return {
    keyId: keyIdOf(half),
    publicPem: half.export({ type: "spki", format: "pem" }).toString(),
    sign: async (bytes) => sign(hashOf(key), bytes, key),
  };
}

async function openPrivateKey(
  pem: string,
  name: string,
  password: () => Promise<string>,
): Promise<KeyObject> {
  const text = limited(pem);
  if (isCosignKey(text)) {
    const der = await openCosignKey(text, name, await password());
    return checked(name, "private", () => createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  }
  if (!/ENCRYPTED/.test(text)) return checked(name, "private", () => createPrivateKey(text));
  const passphrase = await password();
  try {
    return createPrivateKey({ key: text, passphrase });
  } catch {
    // The cause may quote the key.
    throw wrongPassword(name);
  }
}

/** Whether `signature` is this key's over `bytes`. Never throws: what is no signature at all is a wrong one. */
export function verifyBytes(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(hashOf(key), bytes, key, signature);
  } catch {
    return false;
  }
}

/** `SHA256:` and the hash of the public key in SPKI, base64 without padding: what OpenSSH and the vulnerability database use. */
export function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64").replace(/=+$/, "")}`;
}

/** Ed25519 hashes by itself. */
function hashOf(key: KeyObject): "sha256" | null {
  return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}

function limited(pem: string): string {
  return pem.slice(0, pemBytesMax);
}

function checked(name: string, kind: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch {
    throw keyInvalid(name, `cannot be read as a ${kind} key in PEM`);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return key;
  if (type === "ec" && curves.includes(details?.namedCurve ?? "")) return key;
  if (type === "rsa" && (details?.modulusLength ?? 0) >= rsaBitsMin) return key;
  throw keyInvalid(name, "is neither ECDSA on a NIST curve, nor Ed25519, nor RSA of 2048 bits or more");
}
