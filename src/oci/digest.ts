/**
 * Digests: the hash that names content (OCI image specification, descriptor.md). Only sha256 is used by images today;
 * other algorithms are refused rather than trusted unread.
 */
import { createHash } from "node:crypto";
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";

/** Whether the text is `sha256:` and 64 lower-case hexadecimal digits. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** `sha256:…` of the bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** @throws OciError DIGEST_MISMATCH when the bytes do not have the digest they were named by */
export function verifyDigest(bytes: Uint8Array, digest: string, what: string): void {
  const actual = digestOf(bytes);
  if (actual === digest) return;
  throw new OciError("DIGEST_MISMATCH", `The ${what} named ${printable(digest)} has the digest ${actual}.`, {
    details: { expected: digest, actual },
  });
}
