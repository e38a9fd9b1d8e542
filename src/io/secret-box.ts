/**
 * Seals small secrets (registry passwords, webhook keys) for the database with AES-256-GCM, so that a stolen backup tells none.
 * Form: version byte 1, 12 bytes of nonce, 16 bytes of tag, ciphertext. The purpose is authenticated too: a sealed registry
 * password cannot be passed off as a webhook key.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";

export interface SecretBox {
  /** `purpose` e.g. `registry:<id>`. */
  seal(secret: string, purpose: string): Buffer;
  /** @throws PlimsollError SECRET_UNREADABLE when it was sealed with another key, for another purpose, or was changed */
  open(sealed: Uint8Array, purpose: string): string;
}

/** `key`: any text of at least 32 characters; the installation's own is 256 random bits. */
export function createSecretBox(key: string): SecretBox {
  if (key.length < KEY_LENGTH_MIN) {
    throw new PlimsollError(
      "CONFIG_INVALID",
      `The installation's key must have at least ${KEY_LENGTH_MIN} characters.`,
    );
  }
  const secret = createHash("sha256").update("plimsoll secret box 1\n").update(key).digest();
  return {
    seal: (text, purpose) => seal(secret, text, purpose),
    open: (sealed, purpose) => open(secret, sealed, purpose),
  };
}

function seal(key: Buffer, text: string, purpose: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
}

function open(key: Buffer, sealed: Uint8Array, purpose: string): string {
  const bytes = Buffer.from(sealed);
  const head = 1 + NONCE_BYTES + TAG_BYTES;
  try {
    if (bytes[0] !== VERSION || bytes.length < head) throw new TypeError("not a sealed secret");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(1 + NONCE_BYTES, head));
    return Buffer.concat([decipher.update(bytes.subarray(head)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new PlimsollError(
      "SECRET_UNREADABLE",
      "A stored secret cannot be read with this installation's key.",
      { cause },
    );
  }
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_LENGTH_MIN = 32;
