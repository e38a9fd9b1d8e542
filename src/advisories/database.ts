/**
 * The vulnerability database, opened for reading. Opening reads the manifest and opens the segment files; look-ups are
 * synchronous and read only the blocks that may hold the answer. A writer that replaces the database at the same time does
 * no harm: what is open stays as it was.
 */
import { readFileSync } from "node:fs";
import type { VulnerabilityContext } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryKey } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import { manifestPath } from "./layout.ts";
import { readManifest, statusOf, type Manifest } from "./manifest.ts";
import { missingSegment, openParts, type OpenPart, type OpenParts } from "./open-parts.ts";
import { readContext, rowKey } from "./row.ts";
import { completeHeads, readHeads, readRows, type RowOrigin } from "./stored-heads.ts";
import { bodyOf, type FoundRow } from "./row-text.ts";

export interface OpenDatabaseOptions {
  /** Hash every segment first. Without it each block is still checked when it is read. */
  readonly verify?: boolean;
}

/**
 * @throws PlimsollError DATABASE_MISSING when there is none, DATABASE_INVALID when it is damaged. Look-ups throw
 * DATABASE_INVALID too, when a damaged block is met.
 */
export function openDatabase(dir: string, options: OpenDatabaseOptions = {}): AdvisoryDatabase {
  const { manifest, opened } = openCurrent(dir);
  const database = databaseOf(manifest, opened);
  if (options.verify === true) {
    try {
      opened.verify();
    } catch (error) {
      database.close();
      throw error;
    }
  }
  return database;
}

/** The parts of a manifest as a database; closing it closes them. Look-ups throw as those of `openDatabase` do. */
export function databaseOf(manifest: Manifest, opened: OpenParts): AdvisoryDatabase {
  const { parts } = opened;
  let isOpen = true;
  const checkOpen = (): void => {
    if (!isOpen)
      throw new PlimsollError("INTERNAL", "The vulnerability database was used after it was closed.");
  };
  return {
    status: statusOf(manifest),
    findAdvisories(keys) {
      checkOpen();
      return findRows(parts, keys, readRows);
    },
    findHeads(keys) {
      checkOpen();
      return findRows(parts, keys, readHeads);
    },
    complete(heads) {
      checkOpen();
      return completeHeads(heads);
    },
    findContexts(ids) {
      checkOpen();
      return findContexts(parts, ids);
    },
    close() {
      if (isOpen) opened.close();
      isOpen = false;
    },
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

// A writer removes old segments right after it has replaced the manifest; a reader in between starts again.
const attemptsMax = 5;

/** The current manifest with its files opened. @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function openCurrent(dir: string): { manifest: Manifest; opened: OpenParts } {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = readCurrentManifest(dir);
    try {
      return { manifest, opened: openParts(dir, manifest) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (attempt >= attemptsMax) throw missingSegment(dir, error);
    }
  }
}

function isNotFound(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** In key order, so that keys of one block are asked one after the other and the block is opened once. */
function findRows<Read>(
  parts: readonly OpenPart[],
  keys: readonly AdvisoryKey[],
  read: (key: string, row: FoundRow, origin: RowOrigin) => readonly Read[],
): ReadonlyMap<string, readonly Read[]> {
  const spaces = new Map<string, string[]>();
  for (const key of new Set(keys.map(({ space, name }) => rowKey(space, name)))) {
    const space = key.slice(0, key.indexOf("\n"));
    const inSpace = spaces.get(space);
    if (inSpace === undefined) spaces.set(space, [key]);
    else inSpace.push(key);
  }
  const found = new Map<string, readonly Read[]>();
  for (const [space, asked] of spaces) {
    asked.sort();
    for (const part of parts) {
      if (!part.spaces.has(space)) continue;
      for (const [key, row] of part.find(asked)) {
        const [before, own] = [found.get(key), read(key, row, part.entry)];
        found.set(key, before === undefined ? own : [...before, ...own]);
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
    const rows = part.find(asked.map((id) => rowKey(feed, id)));
    for (const [key, row] of rows) {
      const id = key.slice(feed.length + 1);
      const known = found.get(id);
      const context = readContext(feed, bodyOf(row));
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
