/** Whose signatures count, from the files that settings name. */
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { TrustedIdentity, TrustedSigners } from "../domain/signature.ts";
import { readNotationTrust } from "./read-notation-trust.ts";

export interface SignerSettings {
  /** PEM files of public keys; absolute. */
  readonly trustedKeys: readonly string[];
  readonly trustedIdentities: readonly TrustedIdentity[];
  /** A `trusted_root.json` of Sigstore, or null. */
  readonly trustRoot: string | null;
  /** Folder of Notation with `trustpolicy.json` and `truststore/`; absent or null: none. */
  readonly notationTrust?: string | null;
  /** When certificates have to be valid; absent: now. */
  readonly now?: Date;
}

const keyBytesMax = 64 * 1024;
const trustRootBytesMax = 4 * 1024 ** 2;

/** @throws PlimsollError KEY_INVALID, TRUST_INVALID when a file cannot be read */
export function readTrustedSigners(settings: SignerSettings): TrustedSigners {
  const { trustedKeys, trustedIdentities, trustRoot, notationTrust = null, now = new Date() } = settings;
  return {
    keys: trustedKeys.map((path) => ({
      name: basename(path),
      pem: readText(path, keyBytesMax, (why) => keyUnreadable(path, why)),
    })),
    identities: trustedIdentities,
    trustRoot:
      trustRoot === null
        ? null
        : readText(trustRoot, trustRootBytesMax, (why) => rootUnreadable(trustRoot, why)),
    ...(notationTrust === null ? {} : { notation: readNotationTrust(notationTrust, now) }),
  };
}

function readText(path: string, bytesMax: number, error: (why: string) => PlimsollError): string {
  try {
    if (statSync(path).size > bytesMax) throw error("is too large");
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof PlimsollError) throw cause;
    throw error(
      `cannot be read (${cause instanceof Error && "code" in cause ? String(cause.code) : "unknown"})`,
    );
  }
}

function keyUnreadable(path: string, why: string): PlimsollError {
  return new PlimsollError("KEY_INVALID", `The key ${printable(path)} ${why}.`, { details: { path } });
}

function rootUnreadable(path: string, why: string): PlimsollError {
  return new PlimsollError("TRUST_INVALID", `The trust root ${printable(path)} ${why}.`, {
    details: { path },
  });
}
