/** JSON of the verbs that tell of attestations and signatures. */
import { z } from "zod";
import { toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();

export const signerView = z.strictObject({
  kind: z.enum(["key", "identity"]),
  name: z.string().describe("Name of the key's file, or subject of the certificate"),
  issuer: textOrNull,
  keyId: textOrNull.describe("SHA256:… of the public key"),
});

export const storageView = z.enum(["in-index", "referrer", "tag", "file"]);

export const attestationView = z.strictObject({
  predicateType: z.string(),
  title: textOrNull.describe("What it is, where the type is known"),
  digest: textOrNull.describe("Of it as it is stored"),
  storage: storageView,
  signed: z.boolean().describe("It carries a signature, of whomever"),
  verified: z.boolean().describe("A trusted signer signed it, and it is about this image"),
  signers: z.array(signerView),
  reason: textOrNull.describe("Why it is not verified"),
  subjects: z.array(z.string()),
});

export const signatureView = z.strictObject({
  verified: z.boolean(),
  signer: signerView.nullable(),
  reason: textOrNull,
  storage: storageView,
});

const imageFields = {
  tool: toolView,
  image: z.strictObject({ reference: z.string(), digest: textOrNull, indexDigest: textOrNull }),
};

export const attestationsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:attestations:1"),
  ...imageFields,
  complete: z.boolean().describe("False: the registry could not be asked for all of them"),
  attestations: z.array(attestationView),
  signatures: z.array(signatureView).describe("Over the image itself"),
});

export const attestationVerifyReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:attestation-verify:1"),
  ...imageFields,
  verified: z.boolean(),
  missing: z
    .array(z.string())
    .describe("What was asked for and is not verified: predicate types, or signature"),
  attestations: z.array(attestationView),
  signatures: z.array(signatureView),
  commands: z.array(z.string()).describe("Commands of cosign that verify the same"),
});

export const attestationAddReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:attestation-add:1"),
  tool: toolView,
  added: z.array(
    z.strictObject({
      image: z.string().describe("With the digest that it is about"),
      predicateType: z.string(),
      digest: z.string().describe("Of the manifest that holds it"),
      repository: z.string(),
      storage: z.enum(["referrer", "bundle", "tag"]),
      signed: z.boolean(),
    }),
  ),
});

export type AttestationsReport = z.infer<typeof attestationsReport>;
export type AttestationVerifyReport = z.infer<typeof attestationVerifyReport>;
export type AttestationAddReport = z.infer<typeof attestationAddReport>;

const countOf = z.int().min(0);

/** `plimsoll badge --format json`, and what a health attestation says. */
export const healthReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:health:1"),
  tool: toolView,
  evaluatedAt: z.string(),
  grade: z.enum(["A", "B", "C", "D", "E", "F"]).nullable(),
  percent: countOf.nullable(),
  reason: textOrNull.describe("Why there is no grade"),
  status: z.enum(["met", "not_met", "no_data"]).nullable(),
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      title: z.string(),
      status: z.enum(["met", "not_met", "no_data"]),
      weight: z.number(),
    }),
  ),
  findings: z
    .strictObject({
      critical: countOf,
      high: countOf,
      medium: countOf,
      low: countOf,
      unspecified: countOf,
      undetermined: countOf,
    })
    .nullable()
    .describe("Those that count; null: no vulnerability database was asked"),
  packages: countOf,
  completeness: z.string(),
  database: z.strictObject({ updatedAt: z.string(), stale: z.boolean() }).nullable(),
  demonstration: z.boolean(),
});
