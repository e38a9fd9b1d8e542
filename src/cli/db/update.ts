/** `plimsoll db update`. */
import { updateDatabase, type UpdateReport } from "../../advisories/update.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { countText, sizeText } from "../../reports/shared/words.ts";

export interface UpdateCommandOptions {
  readonly mirror?: readonly string[];
  readonly acceptShrunk?: readonly string[];
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
    parts,
    mirrors: { ...context.config.feedMirrors, ...readMirrors(options.mirror ?? []) },
    acceptShrunk: options.acceptShrunk ?? [],
    exclude: context.config.excludedFeeds,
    now: context.clock(),
    signal: null,
    onProgress: (line) => context.stderr.write(`${printable(line)}\n`),
  });
  context.stdout.write(options.format === "json" ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
  const broken = report.parts.filter((part) => part.error !== null);
  const groups = Map.groupBy(broken, (part) => `${part.error?.code}: ${part.feed}`);
  for (const [head, [first, ...others]] of groups) {
    const more = others.length === 0 ? "" : ` (and ${countText(others.length, "more part")})`;
    context.stderr.write(`error ${head} ${first?.part}: ${printable(first?.error?.reason ?? "")}${more}\n`);
  }
  return broken.length === 0 ? 0 : 1;
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
