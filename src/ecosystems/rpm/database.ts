/**
 * The three formats that rpm has kept its database in, and which file holds which. All hold one blob a package: its header.
 */
import { openSqlite } from "../shared/sqlite.ts";
import { readBdb } from "./bdb.ts";
import { complain, type DatabaseReading } from "./database-reading.ts";
import { readNdb } from "./ndb.ts";

/** Reads a database by the name of its file; `wal` belongs to a SQLite one. Null when the bytes are none of that kind. */
export function readDatabase(
  path: string,
  bytes: Uint8Array,
  wal: Uint8Array | null,
): DatabaseReading | null {
  if (path.endsWith(SQLITE)) return readSqlite(bytes, wal);
  return path.endsWith(NDB) ? readNdb(bytes) : readBdb(bytes);
}

/** Where rpm keeps it: at first in `/var`, then in `/usr`; image-based systems (ostree) in the last. */
export const databaseFolders: readonly string[] = ["usr/lib/sysimage/rpm/", "var/lib/rpm/", "usr/share/rpm/"];

const SQLITE = "/rpmdb.sqlite";
const NDB = "/Packages.db";
const BDB = "/Packages";

/** In the order in which rpm takes the one that is there. */
const databaseNames: readonly string[] = [SQLITE, NDB, BDB].map((name) => name.slice(1));

/** Every path of a database, the one that counts in its folder first. */
export const databasePaths: readonly string[] = databaseFolders.flatMap((folder) =>
  databaseNames.map((name) => folder + name),
);

/** The write-ahead log of a database, by its path. */
export function walPathOf(path: string): string {
  return `${path}-wal`;
}

export const walPaths: ReadonlySet<string> = new Set(
  databasePaths.filter((path) => path.endsWith(SQLITE)).map(walPathOf),
);

/** https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/lib/backend/sqlite.c: table `Packages (hnum, blob)`. */
function readSqlite(bytes: Uint8Array, wal: Uint8Array | null): DatabaseReading | null {
  const reading = openSqlite(bytes, wal)?.read("Packages");
  if (reading === undefined) return null;
  if (reading === null) return { blobs: [], complaints: ["it has no table of packages"] };
  const complaints = [...reading.complaints];
  const blobs: Uint8Array[] = [];
  for (const { rowId, values } of reading.rows) {
    const blob = values[1];
    if (blob instanceof Uint8Array) blobs.push(blob);
    else complain(complaints, `package ${rowId} has no header`);
  }
  return { blobs, complaints };
}
