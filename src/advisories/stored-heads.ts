/**
 * Advisories as they are read from rows: their heads at once, the rest of those that are asked for.
 */
import type { Advisory, AdvisoryHead, AffectedRange, FixState } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import { readRating, type HeadRow, type RestRow } from "./row.ts";
import { linesOf, type FoundRow } from "./row-text.ts";
import { lengthen } from "./short-page.ts";

/** What the manifest says of all rows of a part. */
export interface RowOrigin {
  readonly feed: string;
  readonly demonstration: boolean;
}

const none: readonly never[] = Object.freeze([]);

/** One of a row of the database. Its fields are those of the interface; it knows where the rest of it is. */
class StoredHead implements AdvisoryHead {
  readonly id: string;
  readonly feed: string;
  readonly space: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly ranges: readonly AffectedRange[];
  readonly versions: readonly string[];
  declare readonly kind?: "malicious" | "informational";
  declare readonly fixState?: FixState;
  declare readonly note?: string;
  declare readonly modularity?: string;
  declare readonly systems?: readonly string[];
  readonly demonstration: boolean;
  readonly #row: FoundRow;
  readonly #at: number;

  constructor(
    text: HeadRow,
    place: { space: string; name: string; row: FoundRow; at: number },
    of: RowOrigin,
  ) {
    const { i, a, c = "", r, v, k, f, n, q, o } = text;
    this.id = i;
    this.feed = of.feed;
    this.space = place.space;
    this.name = place.name;
    this.aliases = a ?? none;
    this.ranges =
      r?.map(([introduced, fixed, lastAffected]) => ({ scheme: c, introduced, fixed, lastAffected })) ?? none;
    this.versions = v ?? none;
    if (k !== undefined) this.kind = k;
    if (f !== undefined) this.fixState = f;
    if (n !== undefined) this.note = n;
    if (q !== undefined) this.modularity = q;
    if (o !== undefined) this.systems = o;
    this.demonstration = of.demonstration;
    this.#row = place.row;
    this.#at = place.at;
  }

  /** The row it stands in, and which one of its advisories it is. */
  place(): { readonly row: FoundRow; readonly at: number } {
    return { row: this.#row, at: this.#at };
  }
}

/** The heads of one key, as `writeRow` wrote them, joined to a JSON list. */
export function readHeads(key: string, row: FoundRow, origin: RowOrigin): readonly AdvisoryHead[] {
  const cut = key.indexOf("\n");
  const space = key.slice(0, cut);
  const name = key.slice(cut + 1);
  // Written by `writeRow` and covered by the block's checksum, so its shape is known.
  const heads = JSON.parse(row.head ?? "[]") as HeadRow[];
  return heads.map((head, at) => new StoredHead(head, { space, name, row, at }, origin));
}

/** The advisories that these are of. @throws PlimsollError DATABASE_INVALID; INTERNAL for what `readHeads` did not make */
export function completeHeads(heads: readonly AdvisoryHead[]): ReadonlyMap<AdvisoryHead, Advisory> {
  const rows = new Map<FoundRow, StoredHead[]>();
  for (const head of heads) {
    if (!(head instanceof StoredHead))
      throw new PlimsollError("INTERNAL", "An advisory was to be completed that is not of the database.");
    const { row } = head.place();
    const known = rows.get(row);
    if (known === undefined) rows.set(row, [head]);
    else known.push(head);
  }
  const whole = new Map<AdvisoryHead, Advisory>();
  for (const [row, own] of rows) {
    const lines = linesOf(row.rest());
    for (const head of own) {
      const rest = lines[head.place().at];
      whole.set(head, advisoryOf(head, rest === undefined ? {} : (JSON.parse(rest) as RestRow)));
    }
  }
  return whole;
}

/** All advisories of a row. */
export function readRows(key: string, row: FoundRow, origin: RowOrigin): readonly Advisory[] {
  return [...completeHeads(readHeads(key, row, origin)).values()];
}

/** Without spreads, which cost more here than parsing does: a package of a distribution has hundreds of advisories. */
function advisoryOf(head: StoredHead, rest: RestRow): Advisory {
  const advisory: { -readonly [Field in keyof Advisory]: Advisory[Field] } = {
    id: head.id,
    feed: head.feed,
    space: head.space,
    name: head.name,
    aliases: head.aliases,
    summary: rest.s ?? "",
    ranges: head.ranges,
    versions: head.versions,
    severities: rest.g?.map(readRating) ?? none,
    cwes: rest.w ?? none,
    publishedAt: rest.p ?? null,
    modifiedAt: rest.m ?? null,
    url: rest.u === undefined ? null : lengthen(rest.u, head),
    demonstration: head.demonstration,
  };
  if (head.kind !== undefined) advisory.kind = head.kind;
  if (head.fixState !== undefined) advisory.fixState = head.fixState;
  if (head.note !== undefined) advisory.note = head.note;
  if (rest.x !== undefined) advisory.fixedAt = rest.x;
  if (head.modularity !== undefined) advisory.modularity = head.modularity;
  if (head.systems !== undefined) advisory.systems = head.systems;
  if (rest.y !== undefined) advisory.symbols = rest.y.map(([path, names]) => ({ path, names }));
  if (rest.l !== undefined) advisory.references = rest.l.map((page) => lengthen(page, head));
  return advisory;
}
