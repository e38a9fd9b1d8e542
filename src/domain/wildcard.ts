/**
 * Patterns in which `*` stands for any text, also none. In time that grows with the product of both lengths at most, whatever the
 * pattern: the last `*` alone is taken back.
 */

/** Whether the whole text is as the pattern says; case counts. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern;
      inPattern += 1;
      resume = inText;
    } else if (pattern[inPattern] === text[inText]) {
      inPattern += 1;
      inText += 1;
    } else if (star === -1) return false;
    else {
      inPattern = star + 1;
      resume += 1;
      inText = resume;
    }
  }
  while (pattern[inPattern] === "*") inPattern += 1;
  return inPattern === pattern.length;
}
