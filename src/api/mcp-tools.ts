/** What the MCP server asks its callers for: the arguments of each tool. Nothing that changes anything is among them. */
import { z } from "zod";
import { severities } from "../domain/advisory.ts";

// Words end up as arguments of a command line, so none may look like an option.
const word = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^-\s]/u, "it may not be empty or begin with - or a space");

const image = word(1000).describe(
  "Image reference, or local://, registry://, archive:///file.tar, oci-dir:///folder, fs:///folder, sbom:///file",
);
const platform = word(50).optional().describe("Of an index: `linux/arm64`");
const organisation = word(63).optional().describe("Of the server; default: PLIMSOLL_ORG");
const vulnerability = word(200).describe("Any of its ids: `CVE-2021-44228`, `GHSA-…`");

const ofImage = z.strictObject({ image, platform });
const findingFilters = {
  severities: z
    .array(z.enum([...severities] as [string, ...string[]]))
    .max(5)
    .optional(),
  onlyFixed: z.boolean().optional().describe("Only findings with a fixed version, and undetermined ones"),
  ids: z.array(vulnerability).max(50).optional().describe("Only these vulnerabilities; aliases count"),
};

export const mcpInputs = {
  image_overview: ofImage,
  image_vulnerabilities: ofImage.extend({
    ...findingFilters,
    packageTypes: z.array(word(30)).max(20).optional().describe("Types of package URLs: `deb`, `npm`"),
  }),
  image_packages: ofImage.extend({
    packageTypes: z.array(word(30)).max(20).optional().describe("Types of package URLs: `deb`, `npm`"),
  }),
  image_policies: ofImage.extend({ organisation }),
  image_fixes: ofImage.extend(findingFilters),
  base_image_advice: ofImage,
  compare_images: ofImage.extend({ to: image }),
  explain_vulnerability: ofImage.extend({ vulnerability }),
  package_advisories: z.strictObject({
    purls: z.array(word(1000)).min(1).max(100).describe("Package URLs: `pkg:npm/lodash@4.17.20`"),
  }),
  affected_images: z.strictObject({
    organisation,
    vulnerability: vulnerability.optional(),
    package: word(500)
      .optional()
      .describe(
        "Instead of a vulnerability: a name or package URL with stars and a range, `log4j-core@<2.17.1`",
      ),
    environment: word(63).optional().describe("With package: only images that run there"),
  }),
  list_repositories: z.strictObject({ organisation }),
  database_status: z.strictObject({}),
} as const;

export type McpTool = keyof typeof mcpInputs;
export type McpInput<Tool extends McpTool> = z.output<(typeof mcpInputs)[Tool]>;
