/**
 * The vulnerability database, opened for reading. Opening reads the manifest and opens the segment files; look-ups are
 * synchronous and read only the blocks that may hold the answer. A writer that replaces the database at the same time does
 * no harm: what is open stays as it was.
 */
import { readFileSync } from "node:fs";
import type { Advisory, VulnerabilityContext } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryKey } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import { manifestPath, segmentPath } from "./layout.ts";
import { readManifest, statusOf, type Manifest, type PartEntry } from "./manifest.ts";
import { readContext, readRows, rowKey } from "./row.ts";
import { openSegment, type SegmentReader } from "./segment-reader.ts";

export interface OpenDatabaseOptions {
  /** Hash every segment first. Without it each block is still checked when it is read. */
  readonly verify?: boolean;
}

/**
 * @throws PlimsollError DATABASE_MISSING when there is none, DATABASE_INVALID when it is damaged. Look-ups throw
 * DATABASE_INVALID too, when a damaged block is met.
 */
export function openDatabase(dir: string, options: OpenDatabaseOptions = {}): AdvisoryDatabase {
  const { manifest, parts } = openParts(dir);
  let isOpen = true;
  const checkOpen = (): void => {
    if (!isOpen)
      throw new PlimsollError("INTERNAL", "The vulnerability database was used after it was closed.");
  };
  const close = (): void => {
    if (isOpen) closeParts(parts);
    isOpen = false;
  };
  if (options.verify === true) {
    try {
      for (const part of parts) for (const segment of part.segments) segment.reader.verify();
    } catch (error) {
      close();
      throw error;
    }
  }
  return {
    status: statusOf(manifest),
    findAdvisories(keys) {
      checkOpen();
      return findAdvisories(parts, keys);
    },
    findContexts(ids) {
      checkOpen();
      return findContexts(parts, ids);
    },
    close,
  };
}

/** The manifest in use. @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function readCurrentManifest(dir: string): Manifest {
  const path = manifestPath(dir);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!isNotFound(error)) {
      const options = { cause: error, details: { dir } };
      throw new PlimsollError(
        "DATABASE_INVALID",
        `The vulnerability database in ${printable(dir)} cannot be read.`,
        options,
      );
    }
    throw new PlimsollError("DATABASE_MISSING", `There is no vulnerability database in ${printable(dir)}.`, {
      details: { dir },
    });
  }
  return readManifest(text, path);
}

interface OpenPart {
  readonly entry: PartEntry;
  readonly spaces: ReadonlySet<string>;
  readonly segments: readonly {
    readonly firstKey: string;
    readonly lastKey: string;
    readonly reader: SegmentReader;
  }[];
}

// A writer removes old segments right after it has replaced the manifest; a reader in between starts again.
const attemptsMax = 5;

function openParts(dir: string): { manifest: Manifest; parts: readonly OpenPart[] } {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = readCurrentManifest(dir);
    const parts: OpenPart[] = [];
    try {
      for (const entry of manifest.parts) {
        const segments: OpenPart["segments"][number][] = [];
        parts.push({ entry, spaces: new Set(entry.spaces), segments });
        for (const { digest, sizeBytes, firstKey, lastKey } of entry.segments) {
          const reader = openSegment(segmentPath(dir, digest), digest, sizeBytes);
          segments.push({ firstKey, lastKey, reader });
        }
      }
      return { manifest, parts };
    } catch (error) {
      closeParts(parts);
      if (!isNotFound(error)) throw error;
      if (attempt < attemptsMax) continue;
      throw new PlimsollError("DATABASE_INVALID", "A segment of the vulnerability database is missing.", {
        details: { dir, path: error.path ?? null },
        cause: error,
      });
    }
  }
}

function closeParts(parts: readonly OpenPart[]): void {
  for (const part of parts) for (const segment of part.segments) segment.reader.close();
}

function isNotFound(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** In key order, so that keys of one block are asked one after the other and the block is opened once. */
function findAdvisories(
  parts: readonly OpenPart[],
  keys: readonly AdvisoryKey[],
): ReadonlyMap<string, readonly Advisory[]> {
  const spaces = new Map<string, string[]>();
  for (const key of new Set(keys.map(({ space, name }) => rowKey(space, name)))) {
    const space = key.slice(0, key.indexOf("\n"));
    const inSpace = spaces.get(space);
    if (inSpace === undefined) spaces.set(space, [key]);
    else inSpace.push(key);
  }
  const found = new Map<string, readonly Advisory[]>();
  for (const [space, asked] of spaces) {
    asked.sort();
    for (const part of parts) {
      if (!part.spaces.has(space)) continue;
      for (const [key, body] of findRows(part, asked)) {
        found.set(key, [...(found.get(key) ?? []), ...readRows(key, body, part.entry)]);
      }
    }
  }
  return found;
}

function findContexts(
  parts: readonly OpenPart[],
  ids: readonly string[],
): ReadonlyMap<string, VulnerabilityContext> {
  const found = new Map<string, VulnerabilityContext>();
  const asked = [...new Set(ids)].sort();
  for (const part of parts) {
    const { feed } = part.entry;
    if (part.entry.holds !== "contexts" && feed !== "kev" && feed !== "epss") continue;
    const rows = findRows(
      part,
      asked.map((id) => rowKey(feed, id)),
    );
    for (const [key, body] of rows) {
      const id = key.slice(feed.length + 1);
      const known = found.get(id);
      const context = readContext(feed, body);
      found.set(id, known === undefined ? context : joinContexts(known, context));
    }
  }
  return found;
}

/** What two feeds say of one vulnerability. */
function joinContexts(one: VulnerabilityContext, other: VulnerabilityContext): VulnerabilityContext {
  const ratings = [...(one.ratings ?? []), ...(other.ratings ?? [])];
  const cwes = [...new Set([...(one.cwes ?? []), ...(other.cwes ?? [])])].sort();
  return {
    kev: other.kev ?? one.kev,
    epss: other.epss ?? one.epss,
    ...(ratings.length > 0 && { ratings }),
    ...(cwes.length > 0 && { cwes }),
  };
}

/** Rows of the sorted keys that the part has. */
function findRows({ segments }: OpenPart, keys: readonly string[]): (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [];
  let at = 0;
  for (const key of keys) {
    while ((segments[at]?.lastKey ?? key) < key) at += 1;
    const segment = segments[at];
    if (segment === undefined) return rows;
    if (key < segment.firstKey) continue;
    const body = segment.reader.find(key);
    if (body !== null) rows.push([key, body]);
  }
  return rows;
}
