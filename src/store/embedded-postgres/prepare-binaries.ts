/**
 * Makes PostgreSQL's programs runnable for the account of the server. The npm package leaves the links between its libraries to
 * an install script, which many installations do not run; and an account other than the user's own may not be able to read them.
 * In both cases where the package itself cannot be mended, a copy beside the data is used.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { basename, dirname, join, relative } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { PostgresBinaries } from "./find-binaries.ts";
import { canRun, isWithinReach, type ServerAccount } from "./server-account.ts";

/**
 * Returns the folder of programs to run. `copyRoots`: folders that may hold a copy, the first that the account can reach is used.
 * @throws PlimsollError POSTGRES_START_FAILED when the programs are out of the account's reach and cannot be copied
 */
export function prepareBinaries(
  binaries: PostgresBinaries,
  account: ServerAccount,
  copyRoots: readonly string[],
): string {
  const { binDir, origin } = binaries;
  if (origin !== "packaged") {
    if (canRun(join(binDir, "postgres"), account)) return binDir;
    throw outOfReach(binDir, account);
  }
  const packageDir = dirname(dirname(binDir));
  if (canRun(join(binDir, "postgres"), account) && makeLinks(packageDir)) return binDir;
  const copyRoot = copyRoots.find((folder) => isWithinReach(join(folder, "x"), account));
  if (copyRoot === undefined) throw outOfReach(binDir, account);
  return join(copyPackage(packageDir, copyRoot), "native/bin");
}

function outOfReach(binDir: string, account: ServerAccount): PlimsollError {
  return new PlimsollError(
    "POSTGRES_START_FAILED",
    `The account ${account.name}, under which PostgreSQL runs, may not enter ${printable(binDir)}.`,
    { details: { binDir, account: account.name } },
  );
}

interface Link {
  /** The file, and the link to it: paths from the package's folder, e.g. `native/lib/libpq.so.5.18`, `native/lib/libpq.so.5`. */
  readonly source: string;
  readonly target: string;
}

/** True when every link is there in the end; false where the package's folder cannot be written. */
function makeLinks(packageDir: string): boolean {
  for (const link of readLinks(packageDir)) {
    const path = join(packageDir, link.target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(link.target), link.source), path);
    } catch (error) {
      // Another process may have made it in between.
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code !== "EEXIST") return false;
    }
  }
  return true;
}

function readLinks(packageDir: string): readonly Link[] {
  const list = join(packageDir, "native/pg-symlinks.json");
  return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Link[]) : [];
}

/** The copy appears as a whole, under a name that tells package and version, so that the next start finds it. */
function copyPackage(packageDir: string, root: string): string {
  const manifest = readFileSync(join(packageDir, "package.json"));
  const id = createHash("sha256").update(manifest).digest("hex").slice(0, 12);
  const copy = join(root, `postgresql-${basename(packageDir)}-${id}`);
  if (existsSync(copy)) return copy;
  const temporary = `${copy}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    mkdirSync(temporary, { recursive: true });
    cpSync(packageDir, temporary, { recursive: true, verbatimSymlinks: true });
    makeReadable(temporary);
    makeLinks(temporary);
    renameSync(temporary, copy);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** For every account, whatever the umask was when the package was installed. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
