/**
 * Blocks as Markdown.
 */
import type { Block, Span } from "../shared/blocks.ts";
import { escapeMarkup } from "../shared/escape-markup.ts";
import { inline } from "./inline.ts";

/** The document, with a final newline. */
export function renderMarkdown(blocks: readonly Block[]): string {
  return `${renderBlocks(blocks, 0).join("\n\n")}\n`;
}

function renderBlocks(blocks: readonly Block[], depth: number): readonly string[] {
  return blocks.map((block) => renderBlock(block, depth));
}

function renderBlock(block: Block, depth: number): string {
  switch (block.kind) {
    case "facts":
      return renderTable(
        ["", ""],
        block.rows.map(([label, spans]) => [`<b>${escapeMarkup(label.trim())}</b>`, spansText(spans)]),
      );
    case "text":
      return spansText(block.spans);
    case "state":
      return renderState(block);
    case "list":
      return block.entries.map((spans) => `- ${spansText(spans)}`).join("\n");
    case "table":
      return renderTable(
        block.head.map((text) => escapeMarkup(text)),
        block.rows.map((row) => row.map(inline)),
      );
    case "section":
      return renderSection(block, depth);
  }
}

/** `> [!WARNING]` is shown as a coloured box by GitHub, and as a quotation elsewhere. */
function renderState({ label, message, details }: Extract<Block, { kind: "state" }>): string {
  return [
    "> [!WARNING]",
    `> <b>${escapeMarkup(label)}</b>: ${escapeMarkup(message)}`,
    ...(details.length === 0 ? [] : [">"]),
    ...details.map((detail) => `> - ${escapeMarkup(detail)}`),
  ].join("\n");
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function renderSection(block: Extract<Block, { kind: "section" }>, depth: number): string {
  const body = renderBlocks(block.blocks, depth + 1);
  if (block.folded) {
    return [`<details><summary>${spansText(block.title)}</summary>`, ...body, "</details>"].join("\n\n");
  }
  const heading = "#".repeat(Math.min(3 + depth, 6));
  return [`${heading} ${spansText(block.title)}`, ...body].join("\n\n");
}

function spansText(spans: readonly Span[]): string {
  return spans.map(inline).join("");
}
