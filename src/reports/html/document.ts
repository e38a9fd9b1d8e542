/** Blocks as HTML. */
import { printable } from "../../domain/problem.ts";
import type { Block, Span, Tone } from "../shared/blocks.ts";
import { webAddress } from "../shared/words.ts";

/** Text that means nothing but itself, in content and in quoted attributes. */
export function escapeHtml(text: string, lengthMax = 10_000): string {
  return printable(text, lengthMax).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** `level` is that of the headings of sections: 2 to 6. */
export function renderBlocks(blocks: readonly Block[], level: number): string {
  return blocks.map((block) => renderBlock(block, level)).join("\n");
}

function renderBlock(block: Block, level: number): string {
  switch (block.kind) {
    case "facts":
      return `<table class="facts"><tbody>\n${block.rows
        .map(
          ([label, spans]) =>
            `<tr><th scope="row">${escapeHtml(label.trim())}</th><td>${inline(spans)}</td></tr>`,
        )
        .join("\n")}\n</tbody></table>`;
    case "text":
      return `<p>${inline(block.spans)}</p>`;
    case "state":
      return renderState(block);
    case "list":
      return `<ul>\n${block.entries.map((spans) => `<li>${inline(spans)}</li>`).join("\n")}\n</ul>`;
    case "table":
      return renderTable(block);
    case "section":
      return renderSection(block, level);
  }
}

function renderState({ label, message, details }: Extract<Block, { kind: "state" }>): string {
  const rest = details.map((detail) => `<li>${escapeHtml(detail)}</li>`).join("\n");
  const list = details.length === 0 ? "" : `\n<ul>\n${rest}\n</ul>`;
  return `<div class="state" role="note"><strong>${escapeHtml(label)}</strong> ${escapeHtml(message)}${list}</div>`;
}

function renderTable({ head, rows }: Extract<Block, { kind: "table" }>): string {
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const lines = rows.map((row) => `<tr>${row.map((span) => `<td>${inlineSpan(span)}</td>`).join("")}</tr>`);
  return `<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>\n${lines.join("\n")}\n</tbody></table></div>`;
}

function renderSection(
  { title, folded, blocks }: Extract<Block, { kind: "section" }>,
  level: number,
): string {
  const body = renderBlocks(blocks, Math.min(level + 1, 6));
  if (folded) return `<details><summary>${inline(title)}</summary>\n${body}\n</details>`;
  return `<section>\n<h${level}>${inline(title)}</h${level}>\n${body}\n</section>`;
}

function inline(spans: readonly Span[]): string {
  return spans.map(inlineSpan).join("");
}

function inlineSpan(span: Span): string {
  const text = escapeHtml(span.text);
  if (text === "") return "";
  const marked = span.code === true ? `<code>${text}</code>` : text;
  const toned = span.tone === undefined ? marked : `<span class="${classOf(span.tone)}">${marked}</span>`;
  const address = webAddress(span.link ?? null);
  return address === null ? toned : `<a href="${escapeHtml(address)}" rel="noreferrer">${toned}</a>`;
}

function classOf(tone: Tone): string {
  return `t-${tone}`;
}
