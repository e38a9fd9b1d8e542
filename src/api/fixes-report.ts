/** JSON of `plimsoll fixes`. */
import { z } from "zod";
import { countsView, severityView, sharedFields, toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();

export const fixesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:fixes:1"),
  tool: toolView,
  ...sharedFields,
  filters: z.array(z.string()).describe("Filters in words; empty: none"),
  after: countsView.describe("What would be left after every upgrade"),
  introduced: z.array(z.string()).describe("Vulnerabilities that the upgrades bring"),
  packages: z
    .array(
      z.strictObject({
        ecosystem: z.string(),
        name: z.string(),
        purl: z.string(),
        version: z.string(),
        path: textOrNull.describe("The first of its places"),
        places: z.int().min(0),
        fromBase: z.boolean().nullable().describe("The base image brought it; null: it is not known"),
        upgradeTo: textOrNull.describe("The smallest version that leaves the fewest; null: no fix is known"),
        step: z.enum(["patch", "minor", "major", "unknown"]).nullable(),
        command: textOrNull,
        findings: z.array(
          z.strictObject({
            vulnerability: z.string(),
            severity: severityView,
            fixedBy: textOrNull.describe("The smallest version that clears it"),
            cleared: z.boolean().describe("By the upgrade of the package"),
          }),
        ),
        introduced: z.array(z.string()),
      }),
    )
    .describe("The gravest first, those without a fix last"),
});

export type FixesReport = z.infer<typeof fixesReport>;
