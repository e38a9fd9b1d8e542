/** JSON of `plimsoll vex doctor`, what became of every statement, and of `plimsoll vex repo list`. */
import { z } from "zod";
import { vexOutcomes } from "../domain/vex.ts";
import { sharedFields, toolView } from "./common-views.ts";
import { statementView } from "./finding-views.ts";

export const vexDoctorReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:vex-doctor:1"),
  tool: toolView,
  ...sharedFields,
  image: z
    .strictObject({
      repository: z.string().nullable(),
      tag: z.string().nullable(),
      digests: z.array(z.string()),
    })
    .describe("What a statement may call the image; a digest names it in any repository"),
  bases: z.array(z.string()).describe("Base images whose statements count for what came with them"),
  statements: z
    .array(
      z.strictObject({
        outcome: z
          .enum(vexOutcomes)
          .describe("The furthest it came with any finding; applied: it decides at least one"),
        reason: z.string().describe("The outcome in words"),
        advice: z.string().nullable().describe("What would let it apply; null: nothing is wrong with it"),
        applied: z
          .array(z.strictObject({ vulnerability: z.string(), purl: z.string() }))
          .describe("The findings that it decides"),
        statement: statementView,
      }),
    )
    .describe("In the order they were read"),
});

/** `plimsoll vex repo list`, `add`, `update` and `remove` */
export const vexRepositoriesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:vex-repositories:1"),
  tool: toolView,
  repositories: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string().describe("What it calls itself; empty: nothing, or nothing was fetched"),
        address: z.string().describe("Without credentials"),
        mirror: z.string().nullable().describe("Address that it is fetched from instead"),
        setBy: z
          .enum(["settings", "list"])
          .describe("settings: PLIMSOLL_VEX_REPOSITORIES; list: vex repo add"),
        checkedAt: z.string().nullable().describe("When it was last asked with success; null: never"),
        fetchedAt: z
          .string()
          .nullable()
          .describe("When the documents at hand were fetched; null: there are none"),
        updatedAt: z.string().nullable().describe("What it says of its own age"),
        ageHours: z.int().nullable().describe("Hours since it was last asked with success"),
        old: z.boolean().describe("It was not asked for twice as long as it wants to be, or never"),
        packages: z.int().describe("Packages that it has a document of"),
        sizeBytes: z.int().describe("Of its documents"),
        failure: z.strictObject({ at: z.string(), reason: z.string() }).nullable(),
        outcome: z
          .enum(["updated", "unchanged", "current", "failed"])
          .nullable()
          .describe("Of add and update; current: its time had not come; null: it was not asked"),
      }),
    )
    .describe("In the order of their precedence"),
});

export type VexRepositoriesReport = z.infer<typeof vexRepositoriesReport>;
