/**
 * Which lines of the Dockerfile made each layer, from the provenance that BuildKit attaches in mode=max: its steps name their
 * lines (`source.locations`) and the layers that stand after them (`layers`). Nothing is guessed: a layer that no step
 * names as its last, or whose step names no line, gets none.
 * Source: https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md (`source`, `layers`)
 */
import type { Layer, LayerSource, ResolvedImage } from "../domain/image.ts";
import { recordOf } from "../domain/json-record.ts";
import { provenancesOf } from "./base-image.ts";
import { buildkitMetadata, field, sourceText } from "./buildkit-metadata.ts";

/** The image with `source` on the layers that a provenance about it has lines for. Whatever it says is only shown. */
export function withLayerSources(image: ResolvedImage): ResolvedImage {
  for (const { predicate } of provenancesOf(image)) {
    const sources = layerSources(predicate, image.layers);
    if (sources.size === 0) continue;
    const layers = image.layers.map((layer) => {
      const source = sources.get(layer.index);
      return source === undefined ? layer : { ...layer, source };
    });
    return { ...image, layers };
  }
  return image;
}

/** By layer index. The predicate may be anything. */
export function layerSources(predicate: unknown, layers: readonly Layer[]): ReadonlyMap<number, LayerSource> {
  const metadata = buildkitMetadata(predicate);
  const source = field(metadata, "source");
  const files = readFiles(field(source, "infos"));
  const locations = field(source, "locations");
  const found = new Map<number, LayerSource>();
  for (const { step, length } of stepsOf(field(metadata, "layers"), layers)) {
    const lines = linesOf(field(locations, step), files);
    if (lines === null) continue;
    // An image that a stage starts from brings all its layers at once; every other step makes the last one.
    const first = FROM.test(lines.text) ? 0 : length - 1;
    for (let index = first; index < length; index += 1) {
      if (!found.has(index)) found.set(index, lines);
    }
  }
  return found;
}

/** Steps whose layers are the first ones of the image, with how many they are; the fewest first. */
function stepsOf(
  value: unknown,
  layers: readonly Layer[],
): readonly { readonly step: string; readonly length: number }[] {
  const steps = Object.entries(recordOf(value) ?? {}).slice(0, STEPS_MAX);
  return steps
    .flatMap(([key, chains]) => {
      // `step5:0`: the output of a step. Each chain is the same layers, as one of the exporters has them.
      const [step = ""] = key.split(":", 1);
      const listed: readonly unknown[] = Array.isArray(chains) ? chains.slice(0, CHAINS_MAX) : [];
      const chain = listed.find((candidate) => isPrefix(candidate, layers));
      return Array.isArray(chain) ? [{ step, length: chain.length }] : [];
    })
    .toSorted((left, right) => left.length - right.length);
}

function isPrefix(chain: unknown, layers: readonly Layer[]): boolean {
  if (!Array.isArray(chain) || chain.length === 0 || chain.length > layers.length) return false;
  return chain.every((blob: unknown, index) => {
    const digest = layers[index]?.digest ?? null;
    return digest !== null && field(blob, "digest") === digest;
  });
}

interface SourceFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Those without text keep their place: locations name files by position. */
function readFiles(infos: unknown): readonly (SourceFile | null)[] {
  if (!Array.isArray(infos)) return [];
  return infos.slice(0, FILES_MAX).map((info: unknown) => {
    const name = field(info, "filename");
    const text = sourceText(info);
    if (typeof name !== "string" || name === "" || text === null) return null;
    return { name: name.slice(0, NAME_LENGTH_MAX), lines: text.split(/\r?\n/) };
  });
}

/**
 * The lines of a step. One that is written several times, such as the same FROM of two stages, is that of the last place: the
 * stage that is shipped stands at the end.
 */
function linesOf(step: unknown, files: readonly (SourceFile | null)[]): LayerSource | null {
  const listed = field(step, "locations");
  const location: unknown = Array.isArray(listed) ? listed.at(-1) : null;
  const position = field(location, "sourceIndex") ?? 0;
  const file = typeof position === "number" ? files[position] : null;
  const ranges = field(location, "ranges");
  if (file === null || file === undefined || !Array.isArray(ranges)) return null;
  let [firstLine, lastLine] = [Infinity, 0];
  for (const range of ranges.slice(0, RANGES_MAX)) {
    const [from, to] = [lineOf(range, "start"), lineOf(range, "end")];
    if (from === null || to === null || to < from || to > file.lines.length) return null;
    firstLine = Math.min(firstLine, from);
    lastLine = Math.max(lastLine, to);
  }
  if (lastLine === 0) return null;
  const text = file.lines.slice(firstLine - 1, Math.min(lastLine, firstLine - 1 + LINES_MAX)).join("\n");
  return { file: file.name, firstLine, lastLine, text: text.slice(0, TEXT_LENGTH_MAX) };
}

function lineOf(range: unknown, end: "start" | "end"): number | null {
  const line = field(field(range, end), "line");
  return typeof line === "number" && Number.isSafeInteger(line) && line >= 1 ? line : null;
}

const FROM = /^\s{0,100}FROM\s/i;

const STEPS_MAX = 10_000;
const CHAINS_MAX = 16;
const FILES_MAX = 100;
const RANGES_MAX = 1000;
const LINES_MAX = 1000;
const NAME_LENGTH_MAX = 500;
const TEXT_LENGTH_MAX = 16 * 1024;
