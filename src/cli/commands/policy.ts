/** `plimsoll policy`: evaluates policies and is the gate of a pipeline. */
import { Command } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import { PlimsollError } from "../../domain/error.ts";
import { formatPlatform, type Platform } from "../../domain/image.ts";
import { decideGate, type GateDecision } from "../../policies/gate.ts";
import { renderReport } from "../../reports/render.ts";
import type { PlatformVerdict } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addGateOptions, closeGate, gateOptions, type GateOptions } from "../options/gate.ts";
import { addImageOptions, IMAGE_ARGUMENT, readPlatform, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, splitList, writeResult, type OutputOptions } from "../options/output.ts";
import {
  addPolicyOptions,
  choosePolicies,
  type ChosenPolicies,
  type PolicyOptions,
} from "../options/policy.ts";
import { renderOptions } from "../options/render.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { open, runAnalysis } from "../run-analysis.ts";

interface Options extends ImageOptions, VexOptions, GateOptions, OutputOptions, PolicyOptions {
  readonly list?: true;
}

export const policy: CommandMaker = (context, finish) => {
  const command = new Command("policy")
    .description("Evaluate policies on an image and grade it.")
    .argument("[image]", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown"], "table");
  addGateOptions(command, "a policy is not met");
  addPolicyOptions(command);
  command.option("--list", "list the policies and their options, and end");
  addVexOptions(command);
  addImageOptions(
    command,
    "platforms of an index, comma separated, or all; the verdict is the worst of them",
  );
  return command.action(async (reference: string | undefined, options: Options) => {
    const gate = gateOptions(options);
    const chosen = await choosePolicies(context, options);
    if (options.list === true) {
      await writeResult(context, options, listPolicies(chosen, options.format));
      return;
    }
    if (reference === undefined) command.error("error: missing required argument 'image'");
    const platforms = await judgePlatforms(context, reference as string, options, chosen);
    const first = platforms.find((row) => row.analysis !== null)?.analysis;
    if (first === undefined || first === null) return;
    const rows = isSeveral(splitList(options.platform)) ? platforms : [];
    const report = { view: "policy", analysis: first, platforms: rows } as const;
    await writeResult(
      context,
      options,
      renderReport(options.format, report, renderOptions(context, options)),
    );
    finish(closeGate(context, await decide(platforms, gate)));
  });
};

/** One row a platform: several when asked for, else the one that the other commands would choose. */
async function judgePlatforms(
  context: CliContext,
  reference: string,
  options: Options,
  chosen: ChosenPolicies,
): Promise<PlatformVerdict[]> {
  const judge = (platform: Platform | null): Promise<Analysis> =>
    runAnalysis(context, {
      reference,
      platform,
      options,
      database: chosen.needFindings ? "required" : "optional",
      policies: chosen.policies,
      debugPolicies: chosen.debug,
    });
  const words = splitList(options.platform);
  if (!isSeveral(words)) {
    const analysis = await judge(options.platform === undefined ? null : readPlatform(options.platform));
    return [{ platform: formatPlatform(analysis.image.config.platform), analysis, reason: null }];
  }
  const wanted = words.includes("all")
    ? await platformsOf(context, reference, options)
    : words.map(readPlatform);
  const rows: PlatformVerdict[] = [];
  for (const platform of wanted) {
    rows.push({ platform: formatPlatform(platform), ...(await judgeIfThere(() => judge(platform))) });
  }
  if (rows.every((row) => row.analysis === null)) await judge(wanted[0] ?? null);
  return rows;
}

/** Whether the words of --platform ask for a verdict over platforms. */
function isSeveral(words: readonly string[]): boolean {
  return words.length > 1 || words[0] === "all";
}

/**
 * A platform that the index lacks, or whose image cannot be analysed (Windows), is a row without data: it must not hide what
 * is known of the others, nor pass in silence.
 */
async function judgeIfThere(
  judge: () => Promise<Analysis>,
): Promise<Pick<PlatformVerdict, "analysis" | "reason">> {
  try {
    return { analysis: await judge(), reason: null };
  } catch (error) {
    const code = error instanceof PlimsollError ? error.code : null;
    if (code === "PLATFORM_NOT_FOUND")
      return { analysis: null, reason: "the index has no image for this platform" };
    if (code === "IMAGE_UNSUPPORTED") return { analysis: null, reason: "images for it are not analysed" };
    throw error;
  }
}

async function platformsOf(
  context: CliContext,
  reference: string,
  options: Options,
): Promise<readonly Platform[]> {
  const opened = await open(context, { reference, platform: null, options });
  try {
    return opened.platforms.length > 0 ? opened.platforms : [opened.image.config.platform];
  } finally {
    await opened.close();
  }
}

async function decide(
  platforms: readonly PlatformVerdict[],
  options: ReturnType<typeof gateOptions>,
): Promise<GateDecision> {
  const { worstVerdict } = await import("../../policies/verdict.ts");
  const analyses = platforms.flatMap((row) => (row.analysis === null ? [] : [row.analysis]));
  const has = (test: (analysis: Analysis) => boolean): boolean => analyses.some(test);
  return decideGate({
    verdict: worstVerdict(platforms.map((row) => row.analysis?.verdict ?? null)),
    findingsLeft: null,
    completeness: has((analysis) => analysis.sbom.completeness === "incomplete") ? "incomplete" : "complete",
    verification: has((analysis) => analysis.sbom.verification === "unverified") ? "unverified" : "verified",
    database: worstDatabase(analyses),
    undeterminedCount: analyses
      .flatMap((analysis) => analysis.findings ?? [])
      .filter((finding) => finding.status === "undetermined").length,
    options,
  });
}

function worstDatabase(
  analyses: readonly Analysis[],
): { stale: boolean; missingSpaces: readonly string[] } | null {
  const databases = analyses.flatMap((analysis) => (analysis.database === null ? [] : [analysis.database]));
  if (databases.length === 0) return null;
  return {
    stale: databases.some((database) => database.stale),
    missingSpaces: [...new Set(databases.flatMap((database) => database.missingSpaces))].sort(),
  };
}

function listPolicies(chosen: ChosenPolicies, format: string): string {
  if (format === "json") return `${JSON.stringify(chosen.policies, null, 2)}\n`;
  const lines = chosen.policies.flatMap((row) => [
    `${row.id}  (${row.title})`,
    `  type ${row.type}, weight ${row.weight}, ${row.enabled ? "enabled" : "disabled"}`,
    `  ${JSON.stringify(row.config)}`,
  ]);
  return `${lines.join("\n")}\n`;
}

const EXAMPLES = `
Examples:
  plimsoll policy alpine:3.22
  plimsoll policy --exit-code --strict registry.example.com/team/app:1.2
  plimsoll policy --platform all --exit-code registry.example.com/team/app:1.2
  plimsoll policy --only-policy default-non-root-user archive://app.tar
  plimsoll policy --policy-config policies.json oci-dir://build/image

Exit codes: 0 met, or no gate asked; 1 operational error; 2 not met (--exit-code) or another cause (--fail-on).
Content that was not verified by its digest fails every gate: add --verify for archives.`;
