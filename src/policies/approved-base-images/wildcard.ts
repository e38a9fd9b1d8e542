/**
 * Patterns of approved base images. `*` matches up to the first occurrence of the character that follows it in the
 * pattern, or to the end when it is last; everything else is literal. There is no backtracking, so a pattern costs one
 * walk over the text: `docker.io/library/node:*-slim` takes `node:20-slim`, and not `node:20-bookworm-slim`, because
 * the star ends at the first `-`.
 */

/** Whether the whole of `text` (e.g. `docker.io/library/node:20-slim`) is described by `pattern`. Linear time. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let position = 0;
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char !== "*") {
      if (text.charAt(position) !== char || position >= text.length) return false;
      position++;
      continue;
    }
    while (pattern.charAt(index + 1) === "*") index++;
    if (index + 1 === pattern.length) return true;
    const end = text.indexOf(pattern.charAt(index + 1), position);
    if (end === -1) return false;
    position = end;
  }
  return position === text.length;
}
