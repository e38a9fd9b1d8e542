/** JSON of `plimsoll vex doctor`: what became of every statement. */
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
