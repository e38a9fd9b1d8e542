/**
 * Spans as inline Markdown.
 */
import type { Span } from "../shared/blocks.ts";
import { escapeMarkup } from "../shared/escape-markup.ts";
import { webAddress } from "../shared/words.ts";

/** The span's text, marked up as it is meant; a link only to an http or https address. */
export function inline(span: Span): string {
  const text = escapeMarkup(span.text);
  if (text === "") return "";
  const marked = span.code === true ? `<code>${text}</code>` : emphasise(text, span);
  const address = webAddress(span.link ?? null);
  return address === null ? marked : `<a href="${escapeMarkup(address)}">${marked}</a>`;
}

function emphasise(text: string, { tone }: Span): string {
  return tone === "strong" || tone === "critical" || tone === "high" ? `<b>${text}</b>` : text;
}
