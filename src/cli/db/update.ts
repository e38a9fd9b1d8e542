/** `plimsoll db update`. */
import { neededParts, partsToRefresh } from "../../advisories/needed-parts.ts";
import { readDatabaseStatus } from "../../advisories/status.ts";
import { updateDatabase, type UpdateReport } from "../../advisories/update.ts";
import { judgeByKnownAnswers } from "../../analysis/known-answers.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { countText, sizeText } from "../../reports/shared/words.ts";
import { databaseJson } from "./json.ts";

export interface UpdateCommandOptions {
  /** Commander's form of --for. */
  readonly for?: string;
  readonly defaults?: true;
  readonly mirror?: readonly string[];
  readonly acceptShrunk?: readonly string[];
  readonly acceptAnswers?: true;
  readonly format: string;
}

/** Updates and prints each part's outcome; resolves to 1 when a part failed or was held back, else 0. */
export async function runUpdate(
  context: CliContext,
  parts: readonly string[],
  options: UpdateCommandOptions,
): Promise<number> {
  const report = await updateDatabase({
    dir: context.config.databaseDir,
    parts: await chooseParts(context, parts, options),
    mirrors: { ...context.config.feedMirrors, ...readMirrors(options.mirror ?? []) },
    acceptShrunk: options.acceptShrunk ?? [],
    exclude: context.config.excludedFeeds,
    ...(options.acceptAnswers !== true && { judge: judgeByKnownAnswers }),
    now: context.clock(),
    signal: null,
    // The result says all of it; in a pipe nobody waits for a line.
    onProgress: (line) => {
      if (context.stderr.isTerminal) context.stderr.write(`${printable(line)}\n`);
    },
  });
  context.stdout.write(options.format === "json" ? databaseJson("db-update", report) : describe(report));
  const broken = report.parts.filter((part) => part.error !== null);
  const groups = Map.groupBy(broken, (part) => `${part.error?.code}: ${part.feed}`);
  for (const [head, [first, ...others]] of groups) {
    const more = others.length === 0 ? "" : ` (and ${countText(others.length, "more part")})`;
    context.stderr.write(`error ${head} ${first?.part}: ${printable(first?.error?.reason ?? "")}${more}\n`);
  }
  return broken.length === 0 ? 0 : 1;
}

/** Those named; those that an image needs; else what is at hand. Empty: the default ones. */
async function chooseParts(
  context: CliContext,
  named: readonly string[],
  options: UpdateCommandOptions,
): Promise<readonly string[]> {
  if (options.for !== undefined) return [...named, ...(await partsFor(context, options.for))];
  if (named.length > 0 || options.defaults === true) return named;
  const chosen = partsToRefresh(statusAtHand(context));
  if (chosen.length > 0)
    context.stderr.write(
      `updating the ${countText(chosen.length, "part")} at hand; --defaults fetches the default ones\n`,
    );
  return chosen;
}

async function partsFor(context: CliContext, reference: string): Promise<readonly string[]> {
  // Loaded on demand: reading an image takes most of the program.
  const { runAnalysis } = await import("../run-analysis.ts");
  const { matchSubjects } = await import("../../analysis/match-packages.ts");
  const { sbom } = await runAnalysis(context, {
    reference,
    platform: null,
    options: {},
    database: "none",
    policies: null,
    debugPolicies: false,
  });
  const subjects = matchSubjects(sbom.packages, sbom.distro, sbom.stages);
  const { parts, left } = neededParts({
    spaces: subjects.flatMap(({ keys }) => keys.map(({ space }) => space)),
    status: null,
    exclude: context.config.excludedFeeds,
  });
  for (const { part, licence } of left)
    context.stderr.write(
      `not fetched, because of its terms: ${part} (${printable(licence)}); name it to accept them\n`,
    );
  return parts;
}

/** Null when there is none, or a broken one, which an update makes whole. */
function statusAtHand(context: CliContext): ReturnType<typeof readDatabaseStatus> | null {
  try {
    const status = readDatabaseStatus(context.config.databaseDir);
    // Demonstration data has no place beside real feeds; an update begins anew.
    return status.demonstration ? null : status;
  } catch (error) {
    if (error instanceof PlimsollError) return null;
    throw error;
  }
}

function readMirrors(pairs: readonly string[]): Record<string, string> {
  const mirrors: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const address = pair.slice(equals + 1);
    if (equals < 1 || !/^https?:\/\//.test(address)) {
      throw new PlimsollError("USAGE", `--mirror takes feed=https://…, not "${printable(pair)}".`);
    }
    mirrors[pair.slice(0, equals)] = address;
  }
  return mirrors;
}

function describe(report: UpdateReport): string {
  const rows = report.parts.map((part) => {
    const name = part.part === "" ? part.feed : `${part.feed}/${part.part}`;
    return `${name.padEnd(28)} ${part.outcome.padEnd(10)} ${String(part.recordCount).padStart(8)} records  ${sizeText(part.downloadBytes)}`;
  });
  const { status } = report;
  rows.push(
    `${status.advisoryCount} advisories; ${report.isChanged ? "changed" : "nothing changed"}; database ${status.digest}`,
  );
  return `${rows.join("\n")}\n`;
}
