/** What `compare` holds an image against: one that is named, the one of an environment, or the one that was analysed before. */
import type { Analysis } from "../domain/analysis.ts";
import { PlimsollError } from "../domain/error.ts";
import { formatPlatform } from "../domain/image.ts";
import type { EnvironmentImage, KnownImage } from "../domain/known-image.ts";
import type { CliContext } from "./context.ts";
import { findInventory, keptImages, listKnown } from "./known-images.ts";
import type { ImageOptions } from "./options/image.ts";
import { runAnalysis, runStoredAnalysis, type AnalysisRequest } from "./run-analysis.ts";

export interface BaselineOptions {
  readonly to?: string;
  readonly toEnv?: string;
  readonly toLatest?: true;
  readonly toRef?: string;
  readonly toResult?: string;
}

/** Analyses the baseline of the image that was analysed. */
export type Baseline = (analysed: Analysis, request: Omit<AnalysisRequest, "reference">) => Promise<Analysis>;

/** Chooses the baseline before anything is read. @throws PlimsollError USAGE, ENVIRONMENT_UNKNOWN */
export async function findBaseline(context: CliContext, options: BaselineOptions): Promise<Baseline> {
  const { to, toEnv, toLatest, toRef, toResult } = options;
  if ([to, toEnv, toLatest, toResult].filter((option) => option !== undefined).length !== 1)
    throw new PlimsollError(
      "USAGE",
      "compare takes exactly one of --to, --to-env, --to-latest and --to-result.",
    );
  if (toRef !== undefined && to === undefined)
    throw new PlimsollError("USAGE", "--to-ref goes with --to, and names one image of its archive.");
  if (to !== undefined) return (analysed, request) => analyzeNamed(context, to, { analysed, request, toRef });
  if (toResult !== undefined) {
    const { judgeResultFile } = await import("./baseline-result.ts");
    return (analysed, request) => judgeResultFile(context, toResult, { analysed, request });
  }
  if (toEnv !== undefined) {
    const images = await imagesOf(context, toEnv);
    return async (analysed, request) =>
      judgeKnown(context, pickKnown(images, analysed, `environment ${toEnv}`), request);
  }
  return async (analysed, request) => {
    const others = (await listKnown(context)).filter(({ digest }) => digest !== analysed.image.digest);
    return judgeKnown(context, pickKnown(others, analysed, "what was analysed here"), request);
  };
}

/** On the platform of the image, unless another one is asked for: an index has an image for each. */
function analyzeNamed(
  context: CliContext,
  reference: string,
  {
    analysed,
    request,
    toRef,
  }: {
    readonly analysed: Analysis;
    readonly request: Omit<AnalysisRequest, "reference">;
    readonly toRef: string | undefined;
  },
): Promise<Analysis> {
  const { ref: _ofTheImage, ...rest } = request.options;
  const options = toRef === undefined ? rest : { ...rest, ref: toRef };
  const { source, config } = analysed.image;
  const platform = request.platform ?? (source === "fs" || source === "sbom" ? null : config.platform);
  return runAnalysis(context, { ...request, reference, platform, options });
}

/** The images of an environment. @throws PlimsollError ENVIRONMENT_UNKNOWN */
export async function imagesOf(
  context: CliContext,
  environment: string,
): Promise<readonly EnvironmentImage[]> {
  const all = await keptImages(context).listEnvironments();
  const images = all.filter((image) => image.environment === environment);
  if (images.length > 0) return images.toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1));
  const known = [...new Set(all.map((image) => image.environment))].toSorted();
  throw new PlimsollError(
    "ENVIRONMENT_UNKNOWN",
    `No image was recorded into the environment "${environment}"; there is ${known.join(", ") || "none yet"}.`,
  );
}

/** Of the same repository and platform, the one that was recorded last. @throws PlimsollError BASELINE_UNKNOWN */
function pickKnown<Known extends KnownImage>(
  images: readonly Known[],
  { image }: Analysis,
  where: string,
): Known {
  if (image.repository === null)
    throw new PlimsollError(
      "BASELINE_UNKNOWN",
      `${image.reference} names no repository, so no other image of it can be looked for; use --to.`,
    );
  const platform = formatPlatform(image.config.platform);
  const found = images.find((known) => known.repository === image.repository && known.platform === platform);
  if (found !== undefined) return found;
  throw new PlimsollError(
    "BASELINE_UNKNOWN",
    `There is no image of ${image.repository} for ${platform} in ${where}.`,
  );
}

/** By what is kept of it; where nothing is any more, it is fetched by its digest. */
export async function judgeKnown(
  context: CliContext,
  known: KnownImage,
  request: Omit<AnalysisRequest, "reference">,
): Promise<Analysis> {
  const stored = await findInventory(context, known.digest);
  if (stored !== null) return runStoredAnalysis(context, request, stored);
  const { ref: _ofTheImage, ...options }: ImageOptions & AnalysisRequest["options"] = request.options;
  return runAnalysis(context, {
    ...request,
    options,
    reference: `registry://${known.repository}@${known.indexDigest ?? known.digest}`,
  });
}
