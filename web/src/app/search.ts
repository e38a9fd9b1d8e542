/** The part of an address after `?`: names and texts, nothing else, and bounded, since anybody may write an address. */

/** `{ q: "my-app", status: "not_met" }` */
export type Search = Readonly<Record<string, string>>;

const ENTRIES_MAX = 30;
const VALUE_CHARS_MAX = 2_000;

/** Of several values for one name the first. */
export function readSearch(text: string): Search {
  const search: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (Object.keys(search).length >= ENTRIES_MAX) break;
    if (name !== "__proto__") search[name] ??= value.slice(0, VALUE_CHARS_MAX);
  }
  return search;
}

/** Empty values are left out. With its `?`, or empty. */
export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
