/**
 * The two shapes that most secrets come in, as patterns: a token that tells its kind by itself, and a value that is only
 * known by the name it is assigned to.
 */

/** A token, with nothing before or after it that could belong to it. */
export function tokenPattern(body: string): RegExp {
  return new RegExp(String.raw`(?<![A-Za-z0-9])(?<secret>${body})(?![A-Za-z0-9_])`, "dg");
}

/**
 * `name = value` as in code, JSON, YAML, TOML, shell and PHP. `name` may be the end of a longer one and be quoted; letter case
 * of the name counts only where `value` does not need to be matched in its own.
 */
export function assignedPattern(name: string, value: string): RegExp {
  return new RegExp(
    String.raw`(?:${anyCase(name)})["'\])]{0,3}[ \t]{0,4}(?:=>|:=|==|=|:|,)[ \t]{0,4}["'\x60]{0,1}(?<secret>${value})(?![A-Za-z0-9_/+=-])`,
    "dg",
  );
}

/** Letters of a pattern in both cases; `.`, `_`, `-` and what stands in brackets stays. */
export function anyCase(pattern: string): string {
  return pattern.replace(/\\.|\[[^\]]*\]|[a-z]/g, (part) =>
    part.length === 1 ? `[${part}${part.toUpperCase()}]` : part,
  );
}

/** `start` followed by each of the signs: keywords for tokens whose fixed part is shorter than a keyword must be. */
export function keywordsFrom(start: string, signs: string): readonly string[] {
  return Array.from(signs, (sign) => start + sign);
}

export const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
