/**
 * Public keys that lie at an address, as publishers write them into their instructions: `--key https://example.com/keys/latest.pub`.
 * Kept in the cache for a day, so that a pipeline does not hang on the publisher's site, and for a week where the site fails.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPublicKey } from "../attestations/keys.ts";
import { PlimsollError } from "../domain/error.ts";
import { recordOf } from "../domain/json-record.ts";
import { printable } from "../domain/problem.ts";
import type { TrustedKey } from "../domain/signature.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";
import { publicUrl } from "../io/http-failure.ts";
import { isSafeAddress } from "../io/http-hosts.ts";
import { httpBytes } from "../io/http.ts";
import type { CliContext } from "./context.ts";

const KEY_BYTES_MAX = 64 * 1024;
const FRESH_MS = 24 * 3_600_000;
/** A key that was withdrawn is not to be trusted for ever because its site cannot be reached. */
const KEPT_MS_MAX = 7 * FRESH_MS;

/**
 * The key at an address of https, named by the end of its path: `latest.pub`. With PLIMSOLL_OFFLINE only what is kept is taken.
 * @throws PlimsollError KEY_INVALID when it cannot be had or is no public key; USAGE for an address without TLS
 */
export async function fetchKey(context: CliContext, address: string): Promise<TrustedKey> {
  const url = URL.parse(address);
  if (url === null || !isSafeAddress(url))
    throw new PlimsollError("USAGE", `${printable(publicUrl(address))} is no address of https for a key.`);
  const name = printable(url.pathname.split("/").at(-1) || url.hostname, 200);
  const { cacheDir, useCache, isOffline } = context.config;
  const path = join(cacheDir, "keys", `${createHash("sha256").update(address).digest("hex")}.json`);
  const kept = useCache ? await readKept(path) : null;
  const ageMs = kept === null ? null : context.clock().getTime() - kept.fetchedMs;
  if (kept !== null && ageMs !== null && ageMs >= 0 && ageMs < FRESH_MS) return { name, pem: kept.pem };
  try {
    if (isOffline) throw unreachable(address, "PLIMSOLL_OFFLINE is set, and it was never fetched");
    const pem = await fetchPem(address);
    readPublicKey(pem, name);
    if (useCache) await keep(path, { pem, fetchedMs: context.clock().getTime() });
    return { name, pem };
  } catch (error) {
    const isOld = ageMs === null || ageMs < 0 || ageMs > KEPT_MS_MAX;
    if (!(error instanceof PlimsollError) || kept === null || isOld) throw error;
    context.stderr.write(
      `warning: the key at ${printable(publicUrl(address))} is the one that was fetched ${Math.floor(ageMs / 3_600_000)} hours ago: ${printable(error.message, 300)}\n`,
    );
    return { name, pem: kept.pem };
  }
}

async function fetchPem(address: string): Promise<string> {
  try {
    const { bytes } = await httpBytes({
      url: address,
      // Whoever stands between could put in a key of their own.
      isAllowed: isSafeAddress,
      limits: { bodyBytesMax: KEY_BYTES_MAX, totalTimeoutMs: 60_000, retriesMax: 1 },
    });
    return Buffer.from(bytes).toString("utf8");
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    throw unreachable(address, error.message, error);
  }
}

function unreachable(address: string, why: string, cause?: unknown): PlimsollError {
  const shown = publicUrl(address);
  return new PlimsollError("KEY_INVALID", `The key at ${printable(shown)} cannot be had: ${why}`, {
    details: { url: shown },
    cause,
  });
}

interface KeptKey {
  readonly pem: string;
  readonly fetchedMs: number;
}

async function readKept(path: string): Promise<KeptKey | null> {
  try {
    const { pem, fetchedMs } = recordOf(JSON.parse(await readFile(path, "utf8"))) ?? {};
    return typeof pem === "string" && typeof fetchedMs === "number" ? { pem, fetchedMs } : null;
  } catch {
    // None is kept, or not all of it.
    return null;
  }
}

/** A cache that cannot be written costs the next run a request, and nothing else. */
async function keep(path: string, key: KeptKey): Promise<void> {
  await writeFileAtomic(path, JSON.stringify(key), { mode: 0o600 }).catch(() => {});
}
