/** JSON of `plimsoll document`: all that is known of an image in one document. */
import { z } from "zod";
import { signatureView, signerView, storageView } from "./attestation-reports.ts";
import { sharedFields, toolView } from "./common-views.ts";
import { findingView, packageView } from "./finding-views.ts";
import { verdictView } from "./verdict-views.ts";

const texts = z.array(z.string());

export const packReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:document:1"),
  tool: toolView,
  madeAt: z.string().nullable(),
  ...sharedFields,
  configuration: z
    .strictObject({
      user: z.string(),
      entrypoint: texts,
      cmd: texts,
      workingDir: z.string(),
      exposedPorts: texts,
      env: texts.describe("Without the values of secrets"),
      labels: z.record(z.string(), z.string()),
    })
    .nullable()
    .describe("Null: a folder or an SBOM has none"),
  builds: z
    .array(
      z.strictObject({
        predicateType: z.string(),
        verified: z.boolean(),
        builder: z.string().nullable(),
        buildType: z.string().nullable(),
        source: z.string().nullable(),
        commit: z.string().nullable(),
        startedAt: z.string().nullable(),
        finishedAt: z.string().nullable(),
        parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })),
        materials: z.array(z.strictObject({ uri: z.string(), digest: z.string().nullable() })),
      }),
    )
    .describe("What each provenance tells of the build; null: it does not tell"),
  packages: z.array(packageView),
  licences: z.array(
    z.strictObject({
      licence: z.string().nullable().describe("SPDX expression; null: the package tells none"),
      packages: z.int().min(1),
    }),
  ),
  findings: z.array(findingView).nullable().describe("Suppressed ones with why; null: no database was asked"),
  verdict: verdictView.nullable(),
  attestations: z
    .array(
      z.strictObject({
        predicateType: z.string(),
        digest: z.string().nullable(),
        storage: storageView,
        verified: z.boolean(),
        signers: z.array(signerView),
      }),
    )
    .nullable()
    .describe("Null: whether there are any is not known"),
  signatures: z.array(signatureView).nullable().describe("Over the image; null: they were not looked for"),
});
