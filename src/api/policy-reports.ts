/**
 * JSON about policies themselves: the whole of an evaluation (`--result-file`), tests of policies, and what a policy is.
 */
import { z } from "zod";
import { toolView } from "./common-views.ts";
import { deviationView, policyResultView, scoreView, statusView } from "./verdict-views.ts";

const effect = z.enum(["report", "warn", "block"]);
const options = z.record(z.string(), z.unknown());

const violationView = z.strictObject({
  message: z.string(),
  detail: deviationView.shape.columns.describe("Columns of the table for people"),
  remediation: z.string().nullable(),
  purl: z.string().nullable(),
  vulnerability: z.string().nullable(),
  layer: z.string().nullable(),
});

/** `plimsoll policy --result-file` */
export const policyResultFile = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-result:1"),
  tool: toolView,
  evaluatedAt: z.string().describe("RFC 3339"),
  reference: z.string().describe("What was judged, as it was named"),
  pass: z.boolean().describe("No policy that blocks is unmet, on any platform"),
  images: z.array(
    z.strictObject({
      platform: z.string(),
      digest: z.string().nullable(),
      reason: z.string().nullable().describe("Why it was not judged; null when it was"),
      status: statusView,
      pass: z.boolean(),
      score: scoreView.nullable(),
      policies: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          description: z.string().nullable(),
          type: z.string(),
          config: options.describe("Options it was judged by, defaults included"),
          effect,
          weight: z.number().min(0),
          lost: z.number().min(0),
          status: statusView,
          pass: z.boolean().nullable().describe("Null: there is no data"),
          reason: z.string().nullable(),
          supply: z.string().nullable(),
          violations: z.array(violationView),
          debug: z.array(z.string()),
          bindings: z
            .record(z.string(), z.unknown())
            .nullable()
            .describe(
              "Of a module in Rego: the document that it made, data.docker.scout; null: it made none",
            ),
          metrics: z
            .record(z.string(), z.number())
            .nullable()
            .describe("Of a module in Rego: timers in nanoseconds and counters, as OPA names them"),
        }),
      ),
      inputs: z
        .record(z.string(), z.unknown())
        .nullable()
        .describe("The facts that were judged; policy test --facts reads them"),
    }),
  ),
});
export type PolicyResultFile = z.output<typeof policyResultFile>;

/** `plimsoll policy --result-file --result-format scout`, by the name of each policy: the file of `docker scout policy`. */
export const scoutResultFile = z.record(
  z.string(),
  z.strictObject({
    pass: z.boolean().describe("False where there is no data, too"),
    violations: z.array(z.record(z.string(), z.unknown())).describe("The detail of each"),
    bindings: z
      .record(z.string(), z.unknown())
      .describe("What a module made; of other policies pass and violation"),
    metrics: z.record(z.string(), z.number()),
  }),
);
export type ScoutResultFile = z.output<typeof scoutResultFile>;

/** `plimsoll policy --list` */
export const policyListReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-list:1"),
  tool: toolView,
  policies: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      description: z.string().nullable().describe("Null: the type's own words are enough"),
      type: z.string(),
      enabled: z.boolean(),
      effect,
      weight: z.number().min(0),
      config: options.describe("As it was configured, defaults left out"),
      origin: z.string().nullable().describe("Of a module in Rego: where it was read from"),
      unusable: z.string().nullable().describe("Of a module in Rego: why it cannot be judged here"),
    }),
  ),
});
export type PolicyListReport = z.output<typeof policyListReport>;

/** `plimsoll policy test` */
export const policyTestReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-test:1"),
  tool: toolView,
  passed: z.int().min(0),
  failed: z.int().min(0),
  tests: z.array(
    z.strictObject({
      file: z.string(),
      name: z.string(),
      failures: z.array(z.string()).describe("Empty: it passed"),
      results: z.array(policyResultView),
    }),
  ),
});
export type PolicyTestReport = z.output<typeof policyTestReport>;

/** `plimsoll policy explain` */
export const policyExplainReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-explain:1"),
  tool: toolView,
  id: z.string(),
  title: z.string(),
  description: z.string(),
  type: z.string(),
  typeTitle: z.string(),
  typeDescription: z.string(),
  specs: z.array(z.string()),
  enabled: z.boolean(),
  effect,
  weight: z.number().min(0),
  needs: z.array(z.strictObject({ fact: z.string(), supply: z.string() })),
  asks: z.array(z.string()).describe("What it makes an analysis do besides, in words"),
  options: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      value: z.unknown(),
      isDefault: z.boolean(),
    }),
  ),
  result: policyResultView.nullable().describe("On the image that was named; null: none was"),
});
export type PolicyExplainReport = z.output<typeof policyExplainReport>;

/** `plimsoll policy what-if` */
export const policyWhatIfReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-what-if:1"),
  tool: toolView,
  images: z.array(
    z.strictObject({
      platform: z.string(),
      digest: z.string().nullable(),
      status: statusView.describe("By the policies of now"),
      score: z.strictObject({
        before: z.string().nullable().describe("`B (83%)`; null: none"),
        after: z.string().nullable(),
      }),
      policies: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          before: statusView.nullable().describe("As the file has it; null: it was not asked"),
          after: statusView.nullable().describe("Null: it is not asked any more"),
          reason: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type PolicyWhatIfReport = z.output<typeof policyWhatIfReport>;

/** `plimsoll policy publish` */
export const policyPublishReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-publish:1"),
  tool: toolView,
  reference: z.string(),
  digest: z.string(),
  policies: z
    .array(z.strictObject({ id: z.string(), title: z.string() }))
    .describe("What whoever takes the bundle judges by"),
});
export type PolicyPublishReport = z.output<typeof policyPublishReport>;
