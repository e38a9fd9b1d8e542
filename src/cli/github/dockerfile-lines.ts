/**
 * Which lines of the checked out Dockerfile made each layer of an image. Provenance tells it where a build attached it with mode=max;
 * else a build command of the history is looked for among the instructions. A file that is not the one of the build gives no lines.
 */
import type { CompareReport } from "../../api/compare-report.ts";
import { parseDockerfile } from "../../hygiene/dockerfile/parse.ts";

/** As JSON reports list them. */
export type ReportLayer = CompareReport["analysed"]["target"]["layers"][number];

export interface LineRange {
  readonly line: number;
  readonly endLine: number;
}

/** By layer index; `text` is the Dockerfile of the repository. */
export function findLayerLines(layers: readonly ReportLayer[], text: string): ReadonlyMap<number, LineRange> {
  const lines = text.split(/\r?\n/);
  const found = new Map<number, LineRange>();
  for (const layer of layers) {
    const range = fromProvenance(layer, lines) ?? null;
    if (range !== null) found.set(layer.index, range);
  }
  // Told by provenance once, a command that only looks alike tells nothing.
  return found.size > 0 ? found : fromHistory(layers, text);
}

function fromProvenance({ source }: ReportLayer, lines: readonly string[]): LineRange | null {
  if (source === null || source.firstLine < 1) return null;
  const here = lines.slice(source.firstLine - 1, source.lastLine).join("\n");
  // The text of very long instructions is cut in reports.
  const isSame = here !== "" && here.trimEnd().startsWith(source.text.replace(/…$/, "").trimEnd());
  return isSame ? { line: source.firstLine, endLine: source.lastLine } : null;
}

function fromHistory(layers: readonly ReportLayer[], text: string): ReadonlyMap<number, LineRange> {
  const { stages } = parseDockerfile(text);
  const byCommand = Map.groupBy(stages.at(-1)?.instructions ?? [], ({ keyword, text: words }) =>
    normalised(`${keyword} ${words}`),
  );
  const found = new Map<number, LineRange>();
  for (const { index, command } of layers) {
    const same = command === null ? [] : (byCommand.get(normalised(command)) ?? []);
    const [only] = same;
    if (only !== undefined && same.length === 1) found.set(index, { line: only.line, endLine: only.line });
  }
  return found;
}

/**
 * `RUN /bin/sh -c apk add nodejs # buildkit`, `/bin/sh -c apk add nodejs` and `RUN --mount=… apk add nodejs` are the same; so is
 * `COPY . /app # buildkit` and its instruction.
 */
function normalised(command: string): string {
  const bare = command
    .slice(0, COMMAND_LENGTH_MAX)
    .replace(/ # buildkit$/, "")
    .replace(/^RUN /, "")
    .replace(/^\|\d+ (?:[A-Za-z_]\w*=\S* )*/, "")
    .replace(/^\/bin\/sh -c /, "")
    .replace(/^(?:--(?:mount|network|security)=\S+ )+/, "");
  return bare.replaceAll(/\s+/g, " ").trim();
}

const COMMAND_LENGTH_MAX = 20_000;
