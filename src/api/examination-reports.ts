/** The JSON reports of secrets, hygiene and Dockerfiles. As in `reports.ts`, `schema` names view and layout. */
import { z } from "zod";
import { problemView, severityView, toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

const examinationFields = {
  tool: toolView,
  target: z.strictObject({
    name: z.string(),
    reference: z.string(),
    source: z.string(),
    digest: textOrNull,
    platform: textOrNull,
  }),
  completeness: z.enum(["complete", "incomplete"]),
  verification: z.enum(["verified", "unverified", "not_applicable"]),
  sandbox: z
    .enum(["full", "partial"])
    .nullable()
    .describe("The wall behind which files were read; partial where the system gives none around it"),
  problems: z.array(problemView),
  notSearched: z.array(z.string()).describe("What was not searched for secrets, and why"),
};

const placeView = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("file"),
    path: z.string(),
    line: z.int().min(1),
    layer: textOrNull,
    layerIndex: count.nullable(),
  }),
  z.strictObject({ kind: z.literal("environment"), name: z.string() }),
  z.strictObject({ kind: z.literal("label"), name: z.string() }),
  z.strictObject({ kind: z.literal("history"), step: count.describe("Oldest first, from 0") }),
  z.strictObject({ kind: z.literal("command"), field: z.enum(["entrypoint", "cmd"]) }),
]);

export const secretsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:secrets:1"),
  ...examinationFields,
  notListed: count.describe("Findings past the limits, which are counted only"),
  secrets: z.array(
    z.strictObject({
      rule: z.string(),
      title: z.string(),
      severity: severityView,
      place: placeView,
      shown: z.string().describe("At most four characters of the value, and an ellipsis"),
      removedIn: z
        .strictObject({ layer: z.string(), layerIndex: count })
        .nullable()
        .describe("The later layer that deleted or replaced the file; the image still holds it"),
    }),
  ),
});

const checkFields = {
  id: z.string(),
  title: z.string().describe("What is so when the check is passed"),
  severity: severityView,
  references: z.array(z.string()),
  fix: z.string(),
};

const resultView = z.enum(["passed", "failed", "not_checked"]);

export const hygieneReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:hygiene:1"),
  ...examinationFields,
  checks: z.array(
    z.strictObject({
      ...checkFields,
      status: resultView,
      reason: textOrNull.describe("Why it was not checked; null when it was"),
      findingCount: count,
      findings: z.array(
        z.strictObject({ message: z.string(), path: textOrNull, layerIndex: count.nullable() }),
      ),
    }),
  ),
  standard: z
    .strictObject({
      id: z.string(),
      title: z.string(),
      url: z.string(),
      controls: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          status: resultView,
          reason: textOrNull,
          checks: z.array(z.string()),
        }),
      ),
    })
    .nullable()
    .describe("The same results by the controls of a standard, when it was asked for"),
});

export const lintReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:lint:1"),
  tool: toolView,
  file: z.string(),
  findings: z.array(
    z.strictObject({
      check: z.string(),
      severity: severityView,
      line: z.int().min(1).nullable(),
      message: z.string(),
    }),
  ),
  checks: z.array(z.strictObject(checkFields)).describe("All checks that were made"),
});

export type SecretsReport = z.infer<typeof secretsReport>;
export type LintReport = z.infer<typeof lintReport>;
