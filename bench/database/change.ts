/**
 * A day of a publisher: some advisories change in every row that they have (a new date, and a fix, a rating, other words or an
 * alias), one in ten of these is withdrawn and one in ten is new; on the first day every score is new.
 */
import { isOfAdvisories } from "../../src/advisories/row-text.ts";
import { bodyOfList, listOf, type ListedAdvisory } from "./row-lists.ts";
import { buildStore } from "./store-day.ts";
import { createRandom, type Random } from "../../test/proof/random.ts";
import type { Row } from "../../src/advisories/segment-format.ts";

export interface Day {
  readonly dir: string;
  /** Share of the advisories that change, 0 to 1. */
  readonly share: number;
  readonly number: number;
}

/** Publishes the next day over the database in `dir`; resolves to the number of advisories that changed. */
export async function publishDay({ dir, share, number }: Day): Promise<number> {
  const changed = new Set<string>();
  const day = new Date(Date.UTC(2026, 10, 20 + number)).toISOString();
  await buildStore(dir, new Date(day), (part, rows) =>
    // One day of scores is like any other, and they are a whole file each time.
    part.feed === "epss" && number === 1
      ? rescored(rows, number)
      : changedRows(rows, { share, number, day, changed }),
  );
  return changed.size;
}

interface Change {
  readonly share: number;
  readonly number: number;
  readonly day: string;
  readonly changed: Set<string>;
}

function* changedRows(rows: Iterable<Row>, change: Change): Generator<Row> {
  const limit = Math.round(change.share * 2 ** 32);
  for (const row of rows) {
    if (!isOfAdvisories(row.body)) {
      yield row;
      continue;
    }
    if (!idsOf(row.body).some((id) => hash(id, change.number) < limit)) {
      yield row;
      continue;
    }
    const advisories = listOf(row.body).flatMap((each) =>
      hash(each.head.i, change.number) < limit ? changedAdvisory(each, change) : [each],
    );
    advisories.sort((a, b) => (a.head.i === b.head.i ? 0 : a.head.i < b.head.i ? -1 : 1));
    if (advisories.length > 0) yield { key: row.key, body: bodyOfList(advisories) };
  }
}

/** As they are written: those of real feeds need no escapes. */
function idsOf(body: string): string[] {
  const ids: string[] = [];
  for (let at = body.indexOf(BEGIN); at !== -1; at = body.indexOf(BEGIN, at)) {
    at += BEGIN.length;
    ids.push(body.slice(at, body.indexOf('"', at)));
  }
  return ids;
}

const BEGIN = '{"i":"';

function changedAdvisory(advisory: ListedAdvisory, { number, day, changed }: Change): ListedAdvisory[] {
  const { head, rest } = advisory;
  changed.add(head.i);
  const random = createRandom(hash(head.i, number + 1_000));
  const kind = random.below(10);
  if (kind === 0) return [];
  const next = { head: { ...head }, rest: { ...rest, m: day } };
  if (kind === 1) return [advisory, { ...next, head: { ...head, i: `${head.i}-${number}` } }];
  if (kind < 5)
    next.head.r = (head.r ?? []).map(([from, fixed, last]) => [
      from,
      fixed ?? `9.${number}.${random.below(99)}`,
      last,
    ]);
  else if (kind < 7) next.rest.s = `${rest.s ?? ""} ${words(random)}`;
  else if (kind < 9) next.head.a = [...(head.a ?? []), `CVE-2026-${random.below(90_000) + 10_000}`];
  else
    next.rest.g = [
      [
        "nvd",
        3,
        `CVSS:3.1/AV:${random.pick(["N", "L"])}/AC:${random.pick(["L", "H"])}/PR:N/UI:N/S:U/C:H/I:H/A:N`,
        9.1,
      ],
    ];
  return [next];
}

function words(random: Random): string {
  return Array.from({ length: 6 }, () => random.below(2 ** 31).toString(36)).join(" ");
}

function* rescored(rows: Iterable<Row>, number: number): Generator<Row> {
  const random = createRandom(number);
  const date = new Date(Date.UTC(2026, 10, 20 + number)).toISOString().slice(0, 10);
  for (const { key, body } of rows) {
    const [score, percentile] = JSON.parse(body) as [number, number, string];
    const near = (value: number): number =>
      Number(Math.min(1, Math.max(0, value * (0.98 + random.next() * 0.04))).toFixed(5));
    yield { key, body: JSON.stringify([near(score), near(percentile), date]) };
  }
}

/** FNV-1a of an id on a day, as an unsigned 32-bit number with all bits mixed. */
function hash(id: string, number: number): number {
  let value = 0x811c9dc5 ^ Math.imul(number, 0x9e3779b1);
  for (let at = 0; at < id.length; at += 1) value = Math.imul(value ^ id.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}
