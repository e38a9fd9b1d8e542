/**
 * The passwords of the private PostgreSQL's roles: random, made once, in a file that only its owner can read. Trust would let in
 * every local user who gets at the socket, and peer fails where root serves another uid.
 */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { PlimsollError } from "../../domain/error.ts";
import { storeRoles, type StoreRole } from "../connection.ts";

export interface Passwords {
  /** Of `postgres`, the superuser that makes the owner and its database and does nothing else. */
  readonly superuser: string;
  readonly roles: Readonly<Record<StoreRole, string>>;
}

/** Reads the file, or makes it; of several processes that make it at once one wins. @throws PlimsollError POSTGRES_START_FAILED */
export function readPasswords(path: string): Passwords {
  const before = readText(path);
  if (before !== null) return parse(before, path);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  writeFileSync(temporary, JSON.stringify(makePasswords()), { mode: 0o600, flag: "wx", flush: true });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return parse(readFileSync(path, "utf8"), path);
}

function makePasswords(): Passwords {
  const password = (): string => randomBytes(24).toString("hex");
  const roles = { owner: password(), app: password(), engine: password(), queue: password() };
  return { superuser: password(), roles };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parse(text: string, path: string): Passwords {
  try {
    const value = JSON.parse(text) as Partial<Passwords> | null;
    const roles = value?.roles;
    const all = [value?.superuser, ...storeRoles.map((role) => roles?.[role])];
    if (roles !== undefined && all.every((word) => typeof word === "string" && /^[0-9a-f]{48}$/.test(word))) {
      return { superuser: value?.superuser ?? "", roles };
    }
  } catch {
    // The same message: what is in the file must not get into it.
  }
  throw new PlimsollError("POSTGRES_START_FAILED", `${path} does not hold the passwords it should.`, {
    details: { path },
  });
}
