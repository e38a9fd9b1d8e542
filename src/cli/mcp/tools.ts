/** The tools of the MCP server: each is one verb of the command line that reads and changes nothing, with its answer as JSON. */
import { mcpInputs, type McpInput, type McpTool } from "../../api/mcp-tools.ts";

export interface ToolRow<Tool extends McpTool> {
  readonly title: string;
  readonly description: string;
  /** Arguments of the command line, from what was asked. */
  readonly toArguments: (input: McpInput<Tool>) => readonly string[];
}

const json = ["--format", "json"] as const;

export const tools: { readonly [Tool in McpTool]: ToolRow<Tool> } = Object.freeze({
  image_overview: {
    title: "Overview of an image",
    description:
      "Counts of vulnerabilities by severity, base image, policies and health score of a container image.",
    toArguments: (input) => ["quickview", ...json, ...ofImage(input)],
  },
  image_vulnerabilities: {
    title: "Vulnerabilities of an image",
    description:
      "Findings with package, layer, fixed version, EPSS and KEV, and those that are suppressed or undetermined.",
    toArguments: ({ packageTypes, ...input }) => [
      "cves",
      ...json,
      ...filters(input),
      ...list("--only-package-type", packageTypes),
      ...ofImage(input),
    ],
  },
  image_packages: {
    title: "Packages of an image",
    description: "The software bill of materials as a list of packages.",
    toArguments: ({ packageTypes, ...input }) => [
      "sbom",
      "--format",
      "list",
      ...list("--only-package-type", packageTypes),
      ...ofImage(input),
    ],
  },
  image_policies: {
    title: "Policies on an image",
    description:
      "What each policy says of an image: met, not met or no data, with deviations and remediation. With an organisation: its own policies.",
    toArguments: ({ organisation, ...input }) => [
      "policy",
      ...json,
      ...option("--org", organisation),
      ...ofImage(input),
    ],
  },
  image_fixes: {
    title: "Upgrades that fix an image",
    description: "The smallest upgrade of each package that clears its vulnerabilities.",
    toArguments: (input) => ["fixes", ...json, ...filters(input), ...ofImage(input)],
  },
  base_image_advice: {
    title: "Better base images",
    description: "Whether the base image's tag has moved, and other tags, with what each would change.",
    toArguments: (input) => ["recommendations", ...json, ...ofImage(input)],
  },
  compare_images: {
    title: "Compare two images",
    description: "Packages, vulnerabilities and policies that differ between an image and another one.",
    toArguments: ({ to, ...input }) => ["compare", ...json, "--to", to, ...ofImage(input)],
  },
  explain_vulnerability: {
    title: "Why a vulnerability was found or not",
    description:
      "Every advisory about a vulnerability, its ranges and the package's version, and which statement decided.",
    toArguments: ({ vulnerability, image, platform }) => [
      "explain",
      ...json,
      ...option("--platform", platform),
      vulnerability,
      image,
    ],
  },
  package_advisories: {
    title: "Advisories of packages",
    description: "What the vulnerability database says of packages, by package URL.",
    toArguments: ({ purls }) => ["db", "query", ...json, ...purls],
  },
  affected_images: {
    title: "Who is affected",
    description:
      "Images of an organisation on the Plimsoll server that hold a vulnerability, or packages by name and version range.",
    toArguments: ({ organisation, vulnerability, package: pattern, environment }) => [
      "affected",
      ...json,
      ...option("--org", organisation),
      ...option("--package", pattern),
      ...option("--environment", environment),
      ...(vulnerability === undefined ? [] : [vulnerability]),
    ],
  },
  list_repositories: {
    title: "Repositories of an organisation",
    description: "Repositories that the Plimsoll server watches for an organisation.",
    toArguments: ({ organisation }) => ["repo", "list", ...json, ...option("--org", organisation)],
  },
  database_status: {
    title: "Vulnerability database",
    description: "How old the vulnerability database is, and each feed in it.",
    toArguments: () => ["db", "status", ...json],
  },
});

export const toolNames = Object.keys(mcpInputs) as readonly McpTool[];

function ofImage({
  image,
  platform,
}: {
  readonly image: string;
  readonly platform?: string | undefined;
}): string[] {
  return [...option("--platform", platform), image];
}

function filters(input: {
  readonly severities?: readonly string[] | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
}): string[] {
  return [
    ...list("--only-severity", input.severities),
    ...(input.onlyFixed === true ? ["--only-fixed"] : []),
    ...list("--only-cve-id", input.ids),
  ];
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

function list(name: string, values: readonly string[] | undefined): string[] {
  return values === undefined || values.length === 0 ? [] : [name, values.join(",")];
}
