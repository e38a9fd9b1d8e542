/** JSON whose values are put in wrong places: it still parses, so that it reaches further than broken text does. */
import type { Random } from "./random.ts";

type Holder = Record<string | number, unknown>;

/** A value somewhere inside. */
interface Place {
  readonly holder: Holder;
  readonly key: string | number;
}

const oddValues: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER,
  () => "",
  () => " ",
  () => "0",
  () => "\u0000",
  () => "\u001b[31m\u202e",
  () => "\ud800",
  () => "__proto__",
  () => "constructor",
  () => "../../etc/passwd",
  () => "0001-01-01T00:00:00Z",
  () => "3000-99-99",
  () => "x".repeat(10_000),
  () => [],
  () => [null],
  () => [[]],
  () => Array.from({ length: 500 }, () => ({})),
  () => ({}),
  () => JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`) as unknown,
  () => JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":null}') as unknown,
];

const oddKeys = ["", "__proto__", "constructor", "toString", "a b", "\u0000", "x".repeat(300)] as const;

/** A document of the same outline with up to four values exchanged, taken away or doubled; null when it is no JSON. */
export function mutateJson(bytes: Buffer, random: Random): Buffer | null {
  const root: Holder = {};
  try {
    root["document"] = JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return null;
  }
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const places: Place[] = [];
    collect(root, places);
    change(random.pick(places), places, random);
  }
  return Buffer.from(JSON.stringify(root["document"]) ?? "");
}

function collect(holder: Holder, places: Place[]): void {
  for (const key of Object.keys(holder)) {
    places.push({ holder, key });
    const value = holder[key];
    if (typeof value === "object" && value !== null && places.length < 5000) collect(value as Holder, places);
  }
}

function change({ holder, key }: Place, places: readonly Place[], random: Random): void {
  switch (random.below(5)) {
    case 0: {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (key !== "document") delete holder[key];
      return;
    }
    case 1: {
      const other = random.pick(places);
      holder[key] = structuredClone(other.holder[other.key]);
      return;
    }
    case 2: {
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
      else holder[random.pick(oddKeys)] = structuredClone(holder[key]);
      return;
    }
    default:
      holder[key] = random.pick(oddValues)();
  }
}
