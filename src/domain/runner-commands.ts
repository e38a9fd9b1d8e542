/**
 * CI runners read commands out of whatever a program prints: GitHub Actions takes lines that start with `::`, and it and
 * Azure Pipelines take `##[` and `##vso[` anywhere. Text from an image must not give orders to them.
 */

/**
 * A document for people with such commands broken: `\u{3a}:` instead of `::` at the start of a line, `#\u{23}[` instead of
 * `##[`. Applied to the finished document, because wrapping can bring any text to the start of a line.
 */
export function disarmCommands(document: string): string {
  return document.replace(LINE_START, "$1\\u{3a}:").replace(ANYWHERE, "#\\u{23}");
}

// Runners skip spaces before `::`; colours before it do not count as text either.
const LINE_START = /^((?:[ \t]|\u001b\[[0-9;]*m)*)::/gm;
const ANYWHERE = /##(?=\[|vso\[)/g;
