/** Names with stars, as people write lists of them. */

/**
 * Whether `pattern` describes the whole of `text`: a star stands for any run of characters, nothing else is special. Each part
 * between stars is looked for once from where the last one ended, so the work is bounded by their lengths multiplied.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const [first = ""] = parts;
  if (parts.length === 1) return pattern === text;
  const last = parts.at(-1) ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let position = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return text.endsWith(last);
}
