/**
 * CPE names (NISTIR 7695, formatted string binding of CPE 2.3).
 */

/**
 * Whether the text is a CPE 2.3 name as the formats' schemas demand it: `cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*`.
 * One that is not goes into an extension field, so that it does not make the document invalid.
 */
export function isCpe23(text: string): boolean {
  if (text.length > CPE_LENGTH_MAX || !/^cpe:2\.3:[aho*-]:/.test(text)) return false;
  const parts = text.slice("cpe:2.3:a:".length).split(UNESCAPED_COLON);
  return (
    parts.length === 10 && parts.every((part, at) => (at === 5 ? LANGUAGE.test(part) : VALUE.test(part)))
  );
}

const CPE_LENGTH_MAX = 1000;
const UNESCAPED_COLON = /(?<!\\):/;
const VALUE = /^(?:[*-]|\?*\*?(?:[A-Za-z0-9._-]|\\[!-,/:-@[-^`{-~])+\?*\*?)$/;
/** The sixth value is a language tag. */
const LANGUAGE = /^(?:[*-]|[A-Za-z]{2,3}(?:-[A-Za-z]{2}|-[0-9]{3})?)$/;
