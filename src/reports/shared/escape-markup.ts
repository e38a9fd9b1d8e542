/**
 * Text of unknown origin inside Markdown or HTML.
 */
import { printable } from "../../domain/problem.ts";

/**
 * Text that means nothing but itself: whatever HTML or Markdown would read as markup, mention, link or command of a CI
 * runner is written as a character reference, which Markdown never takes for syntax.
 */
export function escapeMarkup(text: string, lengthMax = 2000): string {
  return printable(text, lengthMax).replace(
    /[&<>"'`|*_[\]()\\~#@!${}^]|:(?=[:/])|(?<=www)\./gi,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}
