/** Inputs for readers: samples cut, joined, repeated and changed at random, and now and then nothing but random bytes. */
import { mutateJson } from "./fuzz-mutate-json.ts";
import type { Random } from "./random.ts";

/** Bytes of one input, at most. Large inputs have tests of their own; here many small ones are wanted. */
const bytesMax = 64 * 1024;

/** Words that have been trouble somewhere, and pieces of syntax. */
const words = [
  "\0",
  "\n",
  "\r\n",
  "\n\n",
  "\u001b[2J",
  "\u202e",
  "\ufeff",
  "é",
  "😀",
  "\ud800",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "true",
  "-1",
  "0",
  "1e999",
  "9007199254740993",
  "99999999999999999999",
  "0x10",
  "NaN",
  "{}",
  "[]",
  '""',
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "~",
  "%2F",
  "%",
  "../",
  "/",
  "@",
  "#",
  "?",
  "&a=b",
  "*",
  "sha256:",
  " ".repeat(300),
  "(".repeat(200),
  "[".repeat(500),
  "a".repeat(5000),
].map((word) => Buffer.from(word));

const wordsAsBytes = [...words, Buffer.from([0xff, 0xfe]), Buffer.from([0x80]), Buffer.from([0xf8, 0, 0, 0])];

const [OPEN_BRACKET, OPEN_BRACE] = [0x5b, 0x7b];

type Change = (bytes: Buffer, random: Random, samples: readonly Buffer[]) => Buffer;

const changes: readonly Change[] = [
  (bytes, random) => set(bytes, random.below(bytes.length), random.below(256)),
  (bytes, random) => flip(bytes, random.below(bytes.length), random.below(8)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => bytes.subarray(random.below(bytes.length)),
  (bytes, random) => splice(bytes, random, random.pick(wordsAsBytes)),
  (bytes, random) => splice(bytes, random, piece(bytes, random)),
  (bytes, random, samples) => splice(bytes, random, piece(random.pick(samples), random)),
  (bytes, random) => digits(bytes, random),
  (bytes, random) => integer(bytes, random),
  (bytes, random) => lines(bytes, random),
];

/** One input made from samples. Same random numbers, same bytes. */
export function mutate(samples: readonly Buffer[], random: Random): Buffer {
  const kind = random.below(20);
  if (kind === 0) return Buffer.from(Array.from({ length: random.below(400) }, () => random.below(256)));
  let bytes = Buffer.from(random.pick(samples));
  // The sample as it is: a reader that refuses everything would pass every other check.
  if (kind === 1) return bytes;
  const json =
    kind < 10 && (bytes[0] === OPEN_BRACE || bytes[0] === OPEN_BRACKET) ? mutateJson(bytes, random) : null;
  if (json !== null) return json;
  for (let count = 1 + random.below(6); count > 0 && bytes.length > 0; count -= 1) {
    const kept = Math.max(bytesMax, bytes.length);
    bytes = Buffer.from(random.pick(changes)(bytes, random, samples)).subarray(0, kept);
  }
  return bytes;
}

function set(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}

function flip(bytes: Buffer, at: number, bit: number): Buffer {
  return set(bytes, at, (bytes[at] ?? 0) ^ (1 << bit));
}

function piece(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  return bytes.subarray(start, start + random.below(200));
}

/** Puts `inserted` somewhere, in place of nothing or of a few bytes. */
function splice(bytes: Buffer, random: Random, inserted: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const removed = random.below(3) === 0 ? random.below(50) : 0;
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
}

/** Makes a number another one. */
function digits(bytes: Buffer, random: Random): Buffer {
  const places = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39);
  return places.length === 0 ? bytes : set(bytes, random.pick(places), 0x30 + random.below(10));
}

/** Puts a length or an offset of a binary format in place: nothing, one too many, past the end, negative. */
function integer(bytes: Buffer, random: Random): Buffer {
  const value = random.pick([
    0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff,
  ]);
  const size = random.pick([1, 2, 4, 8]);
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(
    size === 8 && value > 0xffff ? (BigInt(value) << 32n) | BigInt(value) : BigInt(value),
  );
  const written = field.subarray(0, size);
  if (random.below(2) === 0) written.reverse();
  written.copy(bytes, random.below(bytes.length));
  return bytes;
}

/** Takes a line away, doubles it, or moves it. */
function lines(bytes: Buffer, random: Random): Buffer {
  const all = bytes.toString("latin1").split("\n");
  const [line = ""] = all.splice(random.below(all.length), 1);
  const copies = random.below(3);
  for (let count = 0; count < copies; count += 1) all.splice(random.below(all.length + 1), 0, line);
  return Buffer.from(all.join("\n"), "latin1");
}
