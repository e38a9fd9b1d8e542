/**
 * Licences of foreign documents as SPDX expressions (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/).
 */
import parseExpression from "spdx-expression-parse";

/** Characters of one licence text that are looked at; licence *texts* put into name fields are not names. */
const LICENCE_LENGTH_MAX = 500;

/**
 * The text when it is a valid SPDX expression, else a `LicenseRef-…` made of its letters, digits, dots and dashes;
 * null for empty text and for SPDX's own `NOASSERTION` and `NONE`.
 */
export function licenceExpression(text: string): string | null {
  const trimmed = text.trim().slice(0, LICENCE_LENGTH_MAX);
  if (trimmed === "" || trimmed === "NOASSERTION" || trimmed === "NONE") return null;
  if (isExpression(trimmed)) return trimmed;
  const name = trimmed.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^-/, "");
  const bare = name.startsWith("LicenseRef-") ? name.slice("LicenseRef-".length) : name;
  const safe = bare.endsWith("-") ? bare.slice(0, -1) : bare;
  return safe === "" ? null : `LicenseRef-${safe}`;
}

/** Sorted, without duplicates, ready for `Package.licenses`. */
export function licenceExpressions(texts: readonly string[]): readonly string[] {
  const expressions = texts.map(licenceExpression).filter((text) => text !== null);
  return [...new Set(expressions)].sort();
}

/** One expression for a list: the only one, or all joined with AND; null for an empty list. */
export function joinLicences(licenses: readonly string[]): string | null {
  if (licenses.length <= 1) return licenses[0] ?? null;
  return licenses.map((text) => (/\s/.test(text) ? `(${text})` : text)).join(" AND ");
}

/** Every `LicenseRef-…` that expressions name, sorted, without duplicates. */
export function licenceRefs(expressions: readonly string[]): readonly string[] {
  const refs = expressions.flatMap((text) => text.match(/\bLicenseRef-[A-Za-z0-9.-]+/g) ?? []);
  return [...new Set(refs)].sort();
}

function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}
