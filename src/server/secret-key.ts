/**
 * The key that stored secrets are sealed with: a setting, or a file of the data folder that the first start makes. That it is the
 * key of this database is checked at every start, because a wrong one would be found out only when a registry is signed in to.
 */
import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { makeFolder } from "../io/make-folder.ts";
import { createSecretBox, type SecretBox } from "../io/secret-box.ts";
import type { Store } from "../store/connect.ts";
import { keepFirst } from "../store/stores/installation.ts";

export interface SecretKeySource {
  /** The setting, or null. */
  readonly setting: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** `make`: a server makes the file when it is missing; `need`: a worker has no database to make one for. */
  readonly whenMissing: "make" | "need";
}

/** The key as text. @throws PlimsollError CONFIG_INVALID when it is needed and missing; system errors */
export async function readSecretKey(source: SecretKeySource): Promise<string> {
  if (source.setting !== null) return source.setting;
  const path = join(source.dataDir, "secret.key");
  const stored = await readIfThere(path);
  if (stored !== null) return stored;
  if (source.whenMissing === "need") {
    throw new PlimsollError(
      "CONFIG_INVALID",
      `There is no key in ${path}. A worker needs the server's: set PLIMSOLL_SECRET_KEY to the content of its secret.key, or share its data folder.`,
    );
  }
  await makeFolder(source.dataDir);
  return makeKey(path);
}

/** A file that is there already, made by another start in the same moment, wins. */
async function makeKey(path: string): Promise<string> {
  const key = randomBytes(32).toString("base64url");
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(`${key}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    return key;
  } catch (error) {
    const stored = isCode(error, "EEXIST") ? await readIfThere(path) : null;
    if (stored !== null) return stored;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    const key = (await readFile(path, "utf8")).trim();
    return key === "" ? null : key;
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * The box of this key, after it has opened what the first start sealed into the database.
 * @throws PlimsollError SECRET_UNREADABLE for the key of another database
 */
export async function openSecretBox(key: string, pool: Store["app"] | Store["engine"]): Promise<SecretBox> {
  const secrets = createSecretBox(key);
  const sealed = secrets.seal(CHECK, PURPOSE).toString("base64");
  const stored = await keepFirst(pool, "secret-check", sealed);
  secrets.open(Buffer.from(String(stored), "base64"), PURPOSE);
  return secrets;
}

const CHECK = "plimsoll";
const PURPOSE = "check";
