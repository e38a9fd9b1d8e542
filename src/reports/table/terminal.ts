/**
 * Blocks as lines of a terminal.
 */
import { disarmCommands } from "../../domain/runner-commands.ts";
import type { Block, Span } from "../shared/blocks.ts";
import type { RenderOptions } from "../types.ts";
import { renderTable } from "./columns.ts";
import { createPaint, safeText, type Paint } from "./paint.ts";
import { wrapText } from "./wrap.ts";

const INDENT = "  ";
const WIDTH_MIN = 60;
const WIDTH_MAX = 200;

/** The document, with a final newline. */
export function renderTerminal(blocks: readonly Block[], options: RenderOptions): string {
  const width = Math.min(Math.max(options.width, WIDTH_MIN), WIDTH_MAX);
  const lines = renderBlocks(blocks, width - INDENT.length, createPaint(options.color));
  const text = lines.map((line) => `${INDENT}${line}`.trimEnd()).join("\n");
  return disarmCommands(`${text}\n`);
}

/** Blocks with an empty line between them. */
function renderBlocks(blocks: readonly Block[], width: number, paint: Paint): readonly string[] {
  return blocks.flatMap((block, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderBlock(block, width, paint),
  ]);
}

function renderBlock(block: Block, width: number, paint: Paint): readonly string[] {
  switch (block.kind) {
    case "facts":
      return renderFacts(block.rows, width, paint);
    case "text":
      return renderSpans(block.spans, width, paint);
    case "state":
      return renderState(block, width, paint);
    case "list":
      return block.entries.flatMap((spans) => hang(renderSpans(spans, width - 2, paint), "- "));
    case "table":
      return renderTable(block.head, block.rows, width, paint);
    case "section":
      return renderSection(block, width, paint);
  }
}

function renderFacts(
  rows: Extract<Block, { kind: "facts" }>["rows"],
  width: number,
  paint: Paint,
): readonly string[] {
  const labelWidth = rows.reduce((widest, [label]) => Math.max(widest, label.length), 0);
  return rows.flatMap(([label, spans]) => {
    const head = `${label.padEnd(labelWidth)}  `;
    return hang(renderSpans(spans, width - head.length, paint), head);
  });
}

function renderState(
  state: Extract<Block, { kind: "state" }>,
  width: number,
  paint: Paint,
): readonly string[] {
  const lines = wrapText(`${state.label}: ${safeText({ text: state.message })}`, width - 2);
  const head = lines.map((text, index) => `${index === 0 ? "! " : "  "}${paint({ text, tone: "warn" })}`);
  const details = state.details.flatMap((text) =>
    hang(renderSpans([{ text, tone: "warn" }], width - 4, paint), "  - "),
  );
  return [...head, ...details];
}

function renderSection(
  block: Extract<Block, { kind: "section" }>,
  width: number,
  paint: Paint,
): readonly string[] {
  const body = renderBlocks(block.blocks, width - INDENT.length, paint);
  return [
    ...renderSpans(block.title, width, paint),
    ...body.map((line) => (line === "" ? "" : `${INDENT}${line}`)),
  ];
}

/** One line where it fits or holds several spans of one piece; a long single span is wrapped. */
function renderSpans(spans: readonly Span[], width: number, paint: Paint): readonly string[] {
  const total = spans.reduce((length, span) => length + safeText(span).length, 0);
  const [only] = spans;
  if (total <= width || spans.length !== 1 || only === undefined) return [spans.map(paint).join("")];
  return wrapText(safeText(only), width).map((text) => paint({ ...only, text }));
}

/** The first line after `head`, the others below its text. */
function hang(lines: readonly string[], head: string): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? head : " ".repeat(head.length)}${line}`);
}
