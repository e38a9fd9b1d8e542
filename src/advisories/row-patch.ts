/**
 * What a delta says of one row. A row may hold thousands of advisories (a kernel), of which an update changes one, so a patch
 * names advisories:
 *
 *     -            the row is gone
 *     =BODY        the row is BODY
 *     ~[…]         a JSON list: texts are ids of advisories that go, objects are advisories that take the place of those with
 *                  their id, or are new
 */

/** An advisory as `writeRow` wrote it; only its id matters here. */
interface Identified {
  readonly i: string;
}

/** The patch that makes `after` of `before` (null: no row), or null when they are the same. `isList`: rows of advisories. */
export function diffBodies(before: string | null, after: string | null, isList: boolean): string | null {
  if (before === after) return null;
  if (after === null) return "-";
  const whole = `=${after}`;
  if (before === null || !isList) return whole;
  const patch = `~${JSON.stringify(changesBetween(before, after))}`;
  // Only rows in the order of their ids can be put together again; others are given as a whole.
  return patch.length < whole.length && applyPatch(before, patch) === after ? patch : whole;
}

/** The row after a patch that `diffBodies` made; null: there is none. */
export function applyPatch(before: string | null, patch: string): string | null {
  if (patch === "-") return null;
  if (patch.startsWith("=")) return patch.slice(1);
  const changes = JSON.parse(patch.slice(1)) as readonly (string | Identified)[];
  const replaced = new Set(changes.map((change) => (typeof change === "string" ? change : change.i)));
  const kept = (JSON.parse(before ?? "[]") as readonly Identified[]).filter(({ i }) => !replaced.has(i));
  const added = changes.filter((change) => typeof change !== "string");
  const rows = [...kept, ...added].sort((a, b) => (a.i === b.i ? 0 : a.i < b.i ? -1 : 1));
  return JSON.stringify(rows);
}

/** Whether a patch tells the whole row, so that nothing older need be read. */
export function isWholeRow(patch: string): boolean {
  return !patch.startsWith("~");
}

function changesBetween(before: string, after: string): readonly (string | Identified)[] {
  const [old, now] = [byId(before), byId(after)];
  const gone = [...old.keys()].filter((id) => !now.has(id));
  const changed = [...now].filter(([id, rows]) => {
    const known = old.get(id);
    return known === undefined || JSON.stringify(known) !== JSON.stringify(rows);
  });
  return [...gone, ...changed.flatMap(([, rows]) => rows)];
}

function byId(body: string): Map<string, Identified[]> {
  return Map.groupBy(JSON.parse(body) as Identified[], ({ i }) => i);
}
