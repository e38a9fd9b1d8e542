/**
 * Digests as lock files and package databases write them: subresource integrity (npm), `algorithm=base64url` (wheels),
 * `algorithm:hex` (pip).
 */
import { Buffer } from "node:buffer";
import type { PackageDigest } from "../../domain/package.ts";
import { digestOf } from "./package-of.ts";

type Algorithm = PackageDigest["algorithm"];

const algorithms: Readonly<Record<string, Algorithm>> = {
  md5: "md5",
  sha1: "sha1",
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
};

/** `sha512-<base64>`, also several with white space between them (https://www.w3.org/TR/SRI/). What is none is left out. */
export function integrityDigests(value: unknown): readonly PackageDigest[] {
  if (typeof value !== "string") return [];
  // Nearly every entry has one digest.
  const texts = value.includes(" ") ? value.slice(0, integrityLengthMax).split(" ") : [value];
  return texts
    .map((text) => {
      const dash = text.indexOf("-");
      const end = text.indexOf("?", dash);
      return fromBase64(text.slice(0, Math.max(0, dash)), text.slice(dash + 1, end === -1 ? undefined : end));
    })
    .filter((digest) => digest !== null);
}

const integrityLengthMax = 2000;

/** A digest of base64 or base64url, padded or not; null: not one. */
export function fromBase64(algorithm: string, value: string): PackageDigest | null {
  const known = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (known === undefined || value.length > base64LengthMax) return null;
  return digestOf(known, Buffer.from(value, "base64url").toString("hex"));
}

const base64LengthMax = 100;

/** `sha256:<hex>`; null: not one. */
export function colonDigest(value: unknown): PackageDigest | null {
  if (typeof value !== "string") return null;
  const colon = value.indexOf(":");
  return hexDigest(value.slice(0, Math.max(0, colon)), value.slice(colon + 1));
}

/** An algorithm by name and its hexadecimal value; null: not one. */
export function hexDigest(algorithm: string, value: unknown): PackageDigest | null {
  const known = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  return known === undefined ? null : digestOf(known, value);
}

/** Sorted by algorithm and value, each once, at most `digestsMax`. */
export function sortedDigests(digests: readonly PackageDigest[]): readonly PackageDigest[] {
  if (digests.length < 2) return digests;
  const unique = new Map(digests.map((digest) => [`${digest.algorithm}:${digest.value}`, digest]));
  return [...unique]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, digestsMax)
    .map(([, digest]) => digest);
}

/** A release on PyPI has a file for each platform and Python: real ones stay well below. */
const digestsMax = 200;
