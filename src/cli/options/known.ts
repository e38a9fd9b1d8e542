/** --env and --latest: images that this machine knows already, judged again without being fetched. */
import type { Command } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { runAnalysis, type AnalysisRequest } from "../run-analysis.ts";
import { chooseReference, chosenPlatform } from "./image.ts";

export interface KnownOptions {
  readonly env?: string;
  readonly latest?: true;
}

/** Adds --env, and --latest where it is `withLatest`. */
export function addKnownOptions(command: Command, withLatest: boolean): Command {
  command.option(
    "--env <environment>",
    "the image of an environment; with an image argument, the one of its repository",
  );
  if (!withLatest) return command;
  return command.option(
    "--latest",
    "the image that was analysed last on this machine; with an image argument, of its repository",
  );
}

export interface ChosenImage {
  /** As another command would take it. */
  readonly reference: string;
  analyze(request: Omit<AnalysisRequest, "reference">): Promise<Analysis>;
}

/** The image to analyse: one that is known, the named one, or the newest of this machine. @throws PlimsollError */
export async function chooseImage(
  context: CliContext,
  typed: string | undefined,
  options: KnownOptions & AnalysisRequest["options"],
): Promise<ChosenImage> {
  const { env, latest } = options;
  if (env !== undefined && latest === true)
    throw new PlimsollError("USAGE", "--env and --latest name two images; give one of them.");
  if (env === undefined && latest !== true) {
    const reference = await chooseReference(context, typed, options);
    return { reference, analyze: (request) => runAnalysis(context, { ...request, reference }) };
  }
  // Loaded on demand: few scans are of an image that is known already.
  const { chooseKnown } = await import("../choose-known.ts");
  const { judgeKnown } = await import("../baseline.ts");
  const platform = chosenPlatform(options);
  const known = await chooseKnown(context, { typed, environment: env ?? null, platform });
  const reference = `${known.repository}@${known.indexDigest ?? known.digest}`;
  context.stderr.write(`${printable(reference)}, recorded ${known.recordedAt}\n`);
  return { reference, analyze: (request) => judgeKnown(context, known, request) };
}
