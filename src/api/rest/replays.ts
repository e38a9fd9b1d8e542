/** A verdict made once more from what was kept of it. */
import { z } from "zod";
import { textOrNull, time, uuid } from "./fields.ts";

export const replayView = z.object({
  id: uuid,
  evaluationId: uuid,
  state: z
    .enum(["waiting", "same", "different", "failed"])
    .describe("same: byte by byte; different: with the same inputs, so by the program; failed: see failure"),
  cause: z.literal("engine").nullable().describe("Of a difference; null: there is none"),
  keptEngine: textOrNull.describe("The program that made it then; null: nothing is kept of it"),
  engine: textOrNull.describe("The program that made it once more; null: not yet"),
  differences: z.array(z.object({ part: z.enum(["policy", "score", "finding", "base"]), text: z.string() })),
  failure: textOrNull,
  askedBy: z.string(),
  askedAt: time,
  doneAt: time.nullable(),
});
export type ReplayView = z.output<typeof replayView>;
