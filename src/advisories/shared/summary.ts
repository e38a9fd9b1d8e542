/** One line that says what an advisory is about. */

const summaryLengthMax = 240;

/** The summary, else the first sentence of the details; white space collapsed, cut at 240 characters with `…`. */
export function shortSummary(summary: string | null, details: string | null): string {
  const text = (summary ?? firstSentence(details ?? ""))
    .slice(0, 4 * summaryLengthMax)
    .replace(/\s+/g, " ")
    .trim();
  return text.length <= summaryLengthMax ? text : `${text.slice(0, summaryLengthMax - 1).trimEnd()}…`;
}

function firstSentence(details: string): string {
  const start = details.slice(0, 4 * summaryLengthMax);
  const end = start.search(/[.!?](?:\s|$)/);
  return end === -1 ? start : start.slice(0, end + 1);
}
