/**
 * Private keys as cosign encrypts them: PKCS #8 in a box of NaCl (XSalsa20, Poly1305) under a key that scrypt derives from a
 * password (github.com/secure-systems-lab/go-securesystemslib, encrypted/encrypted.go).
 */
import { scrypt } from "node:crypto";
import nacl from "tweetnacl";
import { keyInvalid, wrongPassword } from "./error.ts";
import { asBase64, asObject, invalid, parseObject, type JsonObject } from "./json.ts";

const label = /-----BEGIN ENCRYPTED (?:COSIGN|SIGSTORE) PRIVATE KEY-----([A-Za-z0-9+/=\s]{1,65536})-----END/;

const jsonBytesMax = 48 * 1024;
/** Work of scrypt that is done for a file: bytes of memory, and rounds. */
const memoryBytesMax = 256 * 1024 ** 2;
const parallelMax = 16;

export function isCosignKey(pem: string): boolean {
  return label.test(pem);
}

/** The key in PKCS #8, DER. @throws PlimsollError KEY_INVALID, KEY_PASSWORD_WRONG */
export async function openCosignKey(pem: string, name: string, password: string): Promise<Buffer> {
  const box = readBox(pem, name);
  const key = await derive(box, password);
  const opened = nacl.secretbox.open(box.ciphertext, box.nonce, key);
  if (opened === null) throw wrongPassword(name);
  return Buffer.from(opened);
}

interface Box {
  readonly salt: Uint8Array;
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function readBox(pem: string, name: string): Box {
  const body = label.exec(pem)?.[1] ?? "";
  try {
    const root = parseObject(Buffer.from(body, "base64"), "key", jsonBytesMax);
    const kdf = asObject(root["kdf"], "kdf");
    const cipher = asObject(root["cipher"], "cipher");
    if (kdf["name"] !== "scrypt" || cipher["name"] !== "nacl/secretbox")
      throw invalid("key", "of a known kind");
    const nonce = new Uint8Array(asBase64(cipher["nonce"], "cipher.nonce"));
    if (nonce.length !== nacl.secretbox.nonceLength) throw invalid("cipher.nonce", "24 bytes long");
    return {
      salt: asBase64(kdf["salt"], "kdf.salt"),
      cost: readCost(asObject(kdf["params"], "kdf.params")),
      nonce,
      ciphertext: new Uint8Array(asBase64(root["ciphertext"], "ciphertext")),
    };
  } catch {
    // The cause may quote the key.
    throw keyInvalid(name, "is no key as cosign writes it");
  }
}

function readCost(params: JsonObject): Box["cost"] {
  const [N, r, p] = [params["N"], params["r"], params["p"]].map((value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0,
  ) as [number, number, number];
  if (N * r * p === 0 || 128 * N * r > memoryBytesMax || p > parallelMax)
    throw invalid("kdf.params", "usable");
  return { N, r, p };
}

function derive({ salt, cost }: Box, password: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, nacl.secretbox.keyLength, { ...cost, maxmem: 2 * memoryBytesMax }, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}
