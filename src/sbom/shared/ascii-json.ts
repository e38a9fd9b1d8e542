/**
 * JSON that survives where text is changed on its way: one line of printable ASCII without angle brackets, runs of spaces or
 * anything that a CI runner reads as a command. Parses back to exactly the value.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\u0020-\u007e]|[<>&]|(?<=#)#|(?<= ) |(?<=") | (?=")/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
