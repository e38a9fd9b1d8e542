/**
 * What a delta says of one row. A row may hold thousands of advisories (a kernel), of which an update changes one, so a patch
 * names advisories:
 *
 *     -            the row is gone
 *     =BODY        the row is BODY
 *     ~[…]         a JSON list: texts are ids of advisories that go, pairs of head and rest are advisories that take the place of
 *                  those with their id, or are new
 */
import { foundRow, linesOf } from "./row-text.ts";

/** An advisory as `writeRow` wrote it; only its id matters here, so its text is left as it is. */
interface Identified {
  readonly id: string;
  readonly head: string;
  readonly rest: string;
}

/** The patch that makes `after` of `before` (null: no row), or null when they are the same. `isList`: rows of advisories. */
export function diffBodies(before: string | null, after: string | null, isList: boolean): string | null {
  if (before === after) return null;
  if (after === null) return "-";
  const whole = `=${after}`;
  if (before === null || !isList) return whole;
  const patch = `~[${changesBetween(before, after).join(",")}]`;
  // Only rows in the order of their ids can be put together again; others are given as a whole.
  return patch.length < whole.length && applyPatch(before, patch) === after ? patch : whole;
}

/** The row after a patch that `diffBodies` made; null: there is none. */
export function applyPatch(before: string | null, patch: string): string | null {
  if (patch === "-") return null;
  if (patch.startsWith("=")) return patch.slice(1);
  const changes = JSON.parse(patch.slice(1)) as readonly (
    string | readonly [{ readonly i: string }, object]
  )[];
  const replaced = new Set(changes.map((change) => (typeof change === "string" ? change : change[0].i)));
  const kept = advisoriesOf(before).filter(({ id }) => !replaced.has(id));
  const added = changes.flatMap((change): readonly Identified[] => {
    if (typeof change === "string") return [];
    const [head, rest] = change;
    return [{ id: head.i, head: JSON.stringify(head), rest: JSON.stringify(rest) }];
  });
  const rows = [...kept, ...added].sort((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
  return [`[${rows.map(({ head }) => head).join(",")}]`, ...rows.map(({ rest }) => rest)].join("\n");
}

/** Whether a patch tells the whole row, so that nothing older need be read. */
export function isWholeRow(patch: string): boolean {
  return !patch.startsWith("~");
}

/** As JSON. */
function changesBetween(before: string, after: string): readonly string[] {
  const [old, now] = [byId(before), byId(after)];
  const gone = [...old.keys()].filter((id) => !now.has(id)).map((id) => JSON.stringify(id));
  const changed = [...now].filter(([id, texts]) => old.get(id)?.join() !== texts.join());
  return [...gone, ...changed.flatMap(([, texts]) => texts)];
}

function byId(body: string): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const { id, head, rest } of advisoriesOf(body)) {
    const text = `[${head},${rest}]`;
    const known = texts.get(id);
    if (known === undefined) texts.set(id, [text]);
    else known.push(text);
  }
  return texts;
}

const BEGIN = '{"i":"';

/**
 * The advisories of a row. Their heads are cut, not parsed: inside a string a quote has a backslash before it, and a head holds no
 * objects, so what a head begins with stands nowhere else.
 */
function advisoriesOf(body: string | null): readonly Identified[] {
  if (body === null) return [];
  const row = foundRow(body);
  const list = row.head ?? "[]";
  const rests = linesOf(row.rest());
  const advisories: Identified[] = [];
  for (let at = 1; at < list.length - 1;) {
    const next = list.indexOf(`,${BEGIN}`, at);
    const head = list.slice(at, next === -1 ? -1 : next);
    advisories.push({ id: idOf(head), head, rest: rests[advisories.length] ?? "{}" });
    if (next === -1) break;
    at = next + 1;
  }
  return advisories;
}

function idOf(head: string): string {
  const end = head.indexOf('"', BEGIN.length);
  const id = head.slice(BEGIN.length, end);
  if (!id.includes("\\")) return id;
  return (JSON.parse(head) as { readonly i: string }).i;
}
