/** `plimsoll policy`: one analysis a platform, several when asked for, else the one that the other commands would choose. */
import type { Analysis } from "../domain/analysis.ts";
import { PlimsollError } from "../domain/error.ts";
import { formatPlatform, type Platform } from "../domain/image.ts";
import type { PlatformVerdict } from "../reports/types.ts";
import type { CliContext } from "./context.ts";
import type { DatabaseOptions } from "./options/database.ts";
import { readPlatform, type ImageOptions } from "./options/image.ts";
import type { InventoryOptions } from "./options/inventory.ts";
import { splitList } from "./options/output.ts";
import type { ChosenPolicies } from "./options/policy.ts";
import type { SeverityOptions } from "./options/severity.ts";
import type { VexOptions } from "./options/vex.ts";
import { open, runAnalysis, type OrganisationFacts } from "./run-analysis.ts";

export type JudgeOptions = ImageOptions &
  DatabaseOptions &
  SeverityOptions &
  VexOptions &
  Pick<InventoryOptions, "checkFiles">;

export interface JudgePolicies extends ChosenPolicies {
  /** See `AnalyzeOptions`. */
  readonly keepsFacts?: boolean;
  /** What an organisation adds; absent: the user judges alone. */
  readonly organisation?: OrganisationFacts;
}

/** @throws PlimsollError when not even one platform can be judged */
export async function judgePlatforms(
  context: CliContext,
  reference: string,
  options: JudgeOptions,
  chosen: JudgePolicies,
): Promise<PlatformVerdict[]> {
  const judge = (platform: Platform | null): Promise<Analysis> =>
    runAnalysis(context, {
      reference,
      platform,
      options,
      database: chosen.needFindings ? "required" : "optional",
      policies: chosen.policies,
      debugPolicies: chosen.debug,
      keepsFacts: chosen.keepsFacts === true,
      ...(chosen.organisation === undefined ? {} : { organisation: chosen.organisation }),
    });
  const words = splitList(options.platform);
  if (!isSeveral(words)) {
    const analysis = await judge(options.platform === undefined ? null : readPlatform(options.platform));
    return [{ platform: formatPlatform(analysis.image.config.platform), analysis, reason: null }];
  }
  const wanted = await wantedPlatforms(context, reference, options);
  const rows: PlatformVerdict[] = [];
  for (const platform of wanted) {
    const { value: analysis, reason } = await judgeIfThere(() => judge(platform));
    rows.push({ platform: formatPlatform(platform), analysis, reason });
  }
  if (rows.every((row) => row.analysis === null)) await judge(wanted[0] ?? null);
  return rows;
}

/** Whether the words of --platform ask for a verdict over platforms. */
export function isSeveral(words: readonly string[]): boolean {
  return words.length > 1 || words[0] === "all";
}

/**
 * A platform that the index lacks, or whose image cannot be analysed (Windows), is a row without data: it must not hide what
 * is known of the others, nor pass in silence.
 */
export async function judgeIfThere<T>(
  judge: () => Promise<T>,
): Promise<{ readonly value: T; readonly reason: null } | { readonly value: null; readonly reason: string }> {
  try {
    return { value: await judge(), reason: null };
  } catch (error) {
    const code = error instanceof PlimsollError ? error.code : null;
    if (code === "PLATFORM_NOT_FOUND")
      return { value: null, reason: "the index has no image for this platform" };
    if (code === "IMAGE_UNSUPPORTED") return { value: null, reason: "images for it are not analysed" };
    throw error;
  }
}

/** Those that --platform names; of `all` those of the index. */
export async function wantedPlatforms(
  context: CliContext,
  reference: string,
  options: ImageOptions,
): Promise<readonly Platform[]> {
  const words = splitList(options.platform);
  if (!words.includes("all")) return words.map(readPlatform);
  const opened = await open(context, { reference, platform: null, options });
  try {
    return opened.platforms.length > 0 ? opened.platforms : [opened.image.config.platform];
  } finally {
    await opened.close();
  }
}
