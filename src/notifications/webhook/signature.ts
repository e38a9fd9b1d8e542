/**
 * Symmetric signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, with a secret written `whsec_` and base64.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme"
 */
import { createHmac } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";

const PREFIX = "whsec_";

/** `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw` from 24 to 64 random bytes. */
export function makeSecret(random: Uint8Array): string {
  if (random.byteLength < 24 || random.byteLength > 64) {
    throw new PlimsollError("INTERNAL", "A webhook's secret is made of 24 to 64 bytes.");
  }
  return PREFIX + Buffer.from(random).toString("base64");
}

/**
 * The three headers of a message. The time is that of the attempt, in whole seconds: receivers refuse old ones, so that nobody
 * can send a message again that he overheard.
 */
export function signedHeaders(
  message: { readonly id: string; readonly at: Date; readonly body: string },
  secret: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key)
    .update(`${message.id}.${timestamp}.${message.body}`, "utf8")
    .digest("base64");
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
