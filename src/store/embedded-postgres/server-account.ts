/**
 * Under whose name the private PostgreSQL runs. PostgreSQL refuses to run as root, and under a uid without a name. Started by an
 * ordinary user it runs as that user; started by root, as an unprivileged account of the system.
 */
import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { PlimsollError } from "../../domain/error.ts";

export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  /** True when root starts the server under this account: its files must be handed over, and its folders be within its reach. */
  readonly dropped: boolean;
}

/** In this order; `nobody` is everywhere. */
const accountNames = ["plimsoll", "postgres", "_postgres", "nobody"];

/**
 * `clusterDir`: the data folder; when it exists, its owner goes on owning it.
 * @throws PlimsollError POSTGRES_START_FAILED when there is no account that PostgreSQL would accept
 */
export function serverAccount(clusterDir: string): ServerAccount {
  const uid = process.geteuid?.() ?? 0;
  if (uid !== 0) return ownAccount(uid);
  const entries = readAccounts();
  const owner = statSync(clusterDir, { throwIfNoEntry: false })?.uid ?? 0;
  const before = owner === 0 ? undefined : entries.find((entry) => entry.uid === owner);
  const account =
    before ??
    accountNames
      .map((name) => entries.find((entry) => entry.name === name && entry.uid !== 0))
      .find((entry) => entry !== undefined);
  if (account !== undefined) return { ...account, dropped: true };
  throw new PlimsollError(
    "POSTGRES_START_FAILED",
    `PostgreSQL does not run as root, and this system has none of the accounts ${accountNames.join(", ")}.`,
  );
}

function ownAccount(uid: number): ServerAccount {
  try {
    const { gid, username } = userInfo();
    return { uid, gid, name: username, dropped: false };
  } catch (error) {
    throw new PlimsollError(
      "POSTGRES_START_FAILED",
      `PostgreSQL does not run under uid ${uid}, which has no name in /etc/passwd.`,
      { cause: error, details: { uid } },
    );
  }
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function readAccounts(): Account[] {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 7)
    .map(([name, , uid, gid]) => ({ name: name ?? "", uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}

/** Whether the account may read and run the program at `path`. */
export function canRun(path: string, account: ServerAccount): boolean {
  if (!account.dropped) return true;
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && has(stats, account, 0o5) && isWithinReach(path, account);
}

/** Whether the account may pass through every folder above `path`, by the permission bits; access lists are not looked at. */
export function isWithinReach(path: string, account: ServerAccount): boolean {
  if (!account.dropped) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined && !has(stats, account, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function has(
  stats: { readonly uid: number; readonly gid: number; readonly mode: number },
  account: ServerAccount,
  bits: number,
): boolean {
  const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0;
  return ((stats.mode >> shift) & bits) === bits;
}
