/**
 * Addresses of pages without the ids that stand in most of them, and beside them in the head of the row: a control character that no
 * address has takes the place of each id. An address that has one stands as it is, after a mark.
 */
import type { AdvisoryHead } from "../domain/advisory.ts";

type Ids = Pick<AdvisoryHead, "id" | "aliases">;

/** U+0080 is the id of the advisory, U+0081 the first alias, and so on. */
const FIRST = 0x80;
const IDS_MAX = 30;
/** Before an address that stands as it is. */
const AS_IT_IS = "\u009f";
const CONTROL = /[\u0080-\u009f]/;
const PLACES = /[\u0080-\u009e]/g;

export function shorten(page: string, { id, aliases }: Ids): string {
  if (CONTROL.test(page)) return `${AS_IT_IS}${page}`;
  let short = page;
  for (let at = 0; at <= aliases.length && at < IDS_MAX; at += 1) {
    const each = at === 0 ? id : (aliases[at - 1] ?? "");
    if (each !== "" && short.includes(each) && !CONTROL.test(each))
      short = short.replaceAll(each, String.fromCharCode(FIRST + at));
  }
  return short;
}

export function lengthen(short: string, { id, aliases }: Ids): string {
  if (short.startsWith(AS_IT_IS)) return short.slice(1);
  return short.replace(PLACES, (place) => {
    const at = place.charCodeAt(0) - FIRST;
    return at === 0 ? id : (aliases[at - 1] ?? "");
  });
}
