/** Bodies of rows as lists of advisories, to change them and to look into them. */
import { foundRow, linesOf } from "../../src/advisories/row-text.ts";

/** The members of head and rest that matter here; the others are kept as they are. */
export interface HeadMembers {
  i: string;
  a?: string[];
  r?: [string, string | null, string | null][];
}

export interface RestMembers {
  m?: string;
  s?: string;
  g?: unknown[];
}

export interface ListedAdvisory {
  readonly head: HeadMembers;
  readonly rest: RestMembers;
}

export function listOf(body: string): readonly ListedAdvisory[] {
  const row = foundRow(body);
  const rests = linesOf(row.rest());
  const heads = JSON.parse(row.head ?? "[]") as HeadMembers[];
  return heads.map((head, at) => ({ head, rest: JSON.parse(rests[at] ?? "{}") as RestMembers }));
}

export function bodyOfList(list: readonly ListedAdvisory[]): string {
  const rests = list.map(({ rest }) => JSON.stringify(rest));
  return [JSON.stringify(list.map(({ head }) => head)), ...rests].join("\n");
}
