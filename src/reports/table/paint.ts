/**
 * Spans as terminal text: escaped first, then coloured.
 */
import pc from "picocolors";
import { printable } from "../../domain/problem.ts";
import type { Span, Tone } from "../shared/blocks.ts";

/** Makes terminal text of a span, at most `lengthMax` characters of it. */
export type Paint = (span: Span) => string;

/** Longest text of one span; a description is cut, a package URL or digest never gets there. */
const SPAN_LENGTH_MAX = 2000;

export function createPaint(color: boolean): Paint {
  const colors = pc.createColors(color);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    critical: (text) => colors.bold(colors.red(text)),
    high: colors.red,
    medium: colors.yellow,
    low: colors.cyan,
    unspecified: colors.magenta,
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    dim: colors.dim,
    strong: colors.bold,
  };
  return (span) => {
    const text = safeText(span);
    return span.tone === undefined ? text : tones[span.tone](text);
  };
}

/** The text of a span without colour, as wide as it will be printed. */
export function safeText({ text }: Span): string {
  return printable(text, SPAN_LENGTH_MAX);
}
