/**
 * What a report for people consists of, apart from how it looks. Views build blocks out of raw text; only the renderers of
 * terminal and Markdown turn them into a document, so that escaping happens in one place and cannot be forgotten.
 */
import type { Severity } from "../../domain/advisory.ts";

/** How a piece of text is meant. */
export type Tone = Severity | "good" | "bad" | "warn" | "dim" | "strong";

/** A piece of text as it came, not yet escaped. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  /** Address it leads to; used only when it is http or https. */
  readonly link?: string;
  /** Shown as code: package URLs, digests, paths. */
  readonly code?: boolean;
}

export type Block =
  /** Names and values, aligned. */
  | { readonly kind: "facts"; readonly rows: readonly (readonly [label: string, value: readonly Span[]])[] }
  /** A paragraph. */
  | { readonly kind: "text"; readonly spans: readonly Span[] }
  /** Something that must not be overlooked: `INCOMPLETE` and why. */
  | {
      readonly kind: "state";
      readonly label: string;
      readonly message: string;
      readonly details: readonly string[];
    }
  | { readonly kind: "list"; readonly entries: readonly (readonly Span[])[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Span[])[] }
  /** A part with a title. `folded`: Markdown shows it closed. */
  | {
      readonly kind: "section";
      readonly title: readonly Span[];
      readonly folded: boolean;
      readonly blocks: readonly Block[];
    };

export function plain(text: string): Span {
  return { text };
}

export function toned(text: string, tone: Tone): Span {
  return { text, tone };
}

export function code(text: string): Span {
  return { text, code: true };
}

export function paragraph(...spans: readonly Span[]): Block {
  return { kind: "text", spans };
}

export function section(title: readonly Span[], blocks: readonly Block[], folded = false): Block {
  return { kind: "section", title, folded, blocks };
}
