/**
 * Feed `debian`: Debian's own word on its packages. The live part is the tracker's export, with every open vulnerability and its
 * state; the lists of advisories (DSA, DLA) are read from files and tell of releases that the export has dropped.
 */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { sniffCompression } from "../../io/inflate.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { Feed, FeedReading } from "../types.ts";
import { isAdvisoryList, readAdvisoryList } from "./lists.ts";
import { isTracker, readTracker, trackerPart } from "./tracker.ts";

export const debian: Feed = Object.freeze({
  id: "debian",
  title: "Debian security tracker",
  specs: [
    "https://security-tracker.debian.org/tracker/",
    "https://security-team.debian.org/security_tracker.html",
  ],
  version: 1,
  baseUrl: "https://security-tracker.debian.org/tracker/",
  parts: [
    { id: trackerPart, path: "data/json", isDefault: true, mayBeAbsent: false, serves: ["deb:debian:"] },
  ],
  licence: () => "facts, published without stated terms",
  recognises: (document: FeedDocument) =>
    isList(document) || (mayBeTracker(document) && isTracker(piecesOf(document))),
  read(document: FeedDocument): FeedReading {
    const pieces = [...readPieces(document)];
    return {
      records: pieces.flatMap(({ records }) => records),
      rejected: pieces.flatMap(({ rejected }) => rejected),
      spaces: uniqueSpaces(pieces.flatMap(({ spaces }) => spaces)),
    };
  },
  readPieces,
});

function isList(document: FeedDocument): boolean {
  return isPlainText(headOf(document)) && isAdvisoryList(document.text());
}

/** Lists begin with `[` and a digit, which no JSON of another feed does but a list of numbers. */
function isPlainText(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return bytes[0] === 0x5b && second >= 0x30 && second <= 0x39;
}

/** The export is far too large to be held as a whole, unless it is compressed. */
function piecesOf(document: FeedDocument): Iterable<Uint8Array> {
  return sniffCompression(headOf(document)) === "none" ? document.pieces() : [Buffer.from(document.text())];
}

function headOf(document: FeedDocument): Uint8Array {
  for (const piece of document.pieces()) return piece.subarray(0, 2_048);
  return new Uint8Array(0);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/**
 * Whether the text may be the export: a package, then an id in capitals. Of other documents no more is looked at, since the first
 * member of one may be nearly all of it.
 */
function mayBeTracker(document: FeedDocument): boolean {
  const head = headOf(document);
  if (sniffCompression(head) !== "none") return /\.json\.(?:gz|bz2|zst)$|(?:^|\/)json$/.test(document.name);
  return /^\ufeff?\s*\{\s*"[^"]{1,512}"\s*:\s*\{\s*"[A-Z]/.test(textOf(head));
}

function* readPieces(document: FeedDocument): Generator<FeedReading> {
  if (isList(document)) {
    yield readAdvisoryList(document.text());
    return;
  }
  if (!mayBeTracker(document) || !isTracker(piecesOf(document)))
    throw invalid(document, "is neither Debian's tracker nor a list of it");
  try {
    yield* readTracker(piecesOf(document));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(document, `is broken: ${printable(error.message)}`);
    throw error;
  }
}

function uniqueSpaces(spaces: FeedReading["spaces"]): FeedReading["spaces"] {
  return [...new Map(spaces.map((each) => [`${each.part}\n${each.space}`, each])).values()];
}

function invalid(document: FeedDocument, what: string): PlimsollError {
  return new PlimsollError("FEED_INVALID", `${document.name} ${what}.`, {
    details: { document: document.name },
  });
}
