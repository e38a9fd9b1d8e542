/** Differences as people write them: with a sign, and `0` where there is none. */
import { severities, type Severity } from "../../domain/advisory.ts";
import { toned, type Span } from "./blocks.ts";
import { severityParts } from "./counts.ts";
import { sizeText } from "./words.ts";

/** `+3`, `-2`, `0` */
export function signed(count: number): string {
  return count > 0 ? `+${count}` : String(count);
}

/** `+1.2 MB`, `-300 B`, `0 B`; of null, sizes that cannot be compared, `not comparable` */
export function signedSize(bytes: number | null): string {
  if (bytes === null) return "not comparable";
  return `${bytes > 0 ? "+" : bytes < 0 ? "-" : ""}${sizeText(Math.abs(bytes))}`;
}

/** `+1C 0H -6M 0L`: red when anything got worse, green when something got better and nothing worse. */
export function severityDelta(
  now: Readonly<Record<Severity, number>>,
  before: Readonly<Record<Severity, number>>,
): Span {
  const shown = severityParts({ ...now, unspecified: now.unspecified + before.unspecified });
  const text = shown
    .map(({ text: part, severity }) => `${signed(now[severity] - before[severity])}${part.slice(-1)}`)
    .join(" ");
  const deltas = severities.map((severity) => now[severity] - before[severity]);
  const tone = deltas.some((delta) => delta > 0) ? "bad" : deltas.some((delta) => delta < 0) ? "good" : "dim";
  return toned(text, tone);
}
