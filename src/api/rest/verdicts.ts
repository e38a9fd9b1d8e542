/** Signed verdicts of the gate, and the keys that they are signed with. */
import { z } from "zod";
import { gateRequest } from "./checks.ts";
import { textOrNull, time, uuid } from "./fields.ts";

export const signedVerdictRequest = gateRequest.extend({
  validSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(3_600)
    .describe("How long it counts at most; no longer than the vulnerability database is fresh"),
});
export const signedVerdictView = z.object({
  pass: z.boolean(),
  keyId: z.string().describe("SHA256: and the hash of the public key"),
  expiresAt: time,
  envelope: z
    .object({
      payloadType: z.string(),
      payload: z.string(),
      signatures: z.array(z.object({ sig: z.string() })),
    })
    .describe("DSSE around an in-toto statement with the predicate type urn:plimsoll:attestation:gate:v1"),
});
export type SignedVerdictView = z.output<typeof signedVerdictView>;

export const verdictKeyRequest = z.strictObject({
  overlapHours: z
    .int()
    .min(24)
    .max(8_760)
    .default(168)
    .describe("How long the key before goes on to count; no verdict lasts longer than 24 hours"),
});
export const verdictKeyView = z.object({
  id: uuid.nullable().describe("Null: a key of the installation"),
  keyId: z.string(),
  publicKey: z.string().describe("PEM"),
  signs: z.boolean().describe("True: it signs; false: it counts until validUntil"),
  createdBy: textOrNull,
  createdAt: time.nullable(),
  validUntil: time.nullable(),
});
export type VerdictKeyView = z.output<typeof verdictKeyView>;
export const verdictKeyList = z.object({ keys: z.array(verdictKeyView) });
