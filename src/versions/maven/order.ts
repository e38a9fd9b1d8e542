/**
 * Order of two Maven versions, part by part. As in Maven itself it is an order of versions as people write them; of odd ones
 * (`1.sp.1`, `1-alpha`, `1`) three may stand in a circle.
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import type { MavenList, MavenPart } from "./version.ts";

type Order = -1 | 0 | 1;

export function compareLists(a: MavenList, b: MavenList): Order {
  const length = Math.max(a.parts.length, b.parts.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.parts[index];
    const right = b.parts[index];
    const order = left === undefined ? reversed(withNothing(right)) : compareParts(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Zero without a sign. */
function reversed(order: Order): Order {
  if (order === 0) return 0;
  return order === 1 ? -1 : 1;
}

function compareParts(left: MavenPart, right: MavenPart | undefined): Order {
  if (right === undefined) return withNothing(left);
  if (left.kind !== right.kind) return kindRank[left.kind] < kindRank[right.kind] ? -1 : 1;
  if (left.kind === "number" && right.kind === "number") return compareNumbers(left.digits, right.digits);
  if (left.kind === "word" && right.kind === "word")
    return compareText(wordRank(left.word), wordRank(right.word));
  return left.kind === "list" && right.kind === "list" ? compareLists(left, right) : 0;
}

/** `1.any` < `1-1` < `1.1`. */
const kindRank = { word: 0, list: 1, number: 2 } as const;

/** A part compared with the end of the other version. */
function withNothing(part: MavenPart | undefined): Order {
  switch (part?.kind) {
    case "number":
      return /[1-9]/.test(part.digits) ? 1 : 0;
    case "word":
      return compareText(wordRank(part.word), RELEASE);
    case "list":
      return part.parts.map(withNothing).find((order) => order !== 0) ?? 0;
    default:
      return 0;
  }
}

/** Maven holds numbers in three sizes and has all of a smaller one first, which shows in `0000000000`, a large zero. */
function compareNumbers(left: string, right: string): Order {
  const [a, b] = [sizeOf(left), sizeOf(right)];
  if (a !== b) return a < b ? -1 : 1;
  return compareDigits(left, right);
}

function sizeOf(digits: string): number {
  if (digits.length <= 9) return 0;
  return digits.length <= 18 ? 1 : 2;
}

/** Place of a known word, oldest first, else `7-` and the word: unknown words come after a release, by their letters. */
function wordRank(word: string): string {
  const place = words.indexOf(word);
  return place === -1 ? `${words.length}-${word}` : String(place);
}

const words: readonly string[] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const RELEASE = String(words.indexOf(""));
