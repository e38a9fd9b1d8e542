/** Hashes of packages as NuGet writes them: SHA-512 in base64, in `*.deps.json` with `sha512-` in front. */
import { Buffer } from "node:buffer";
import type { PackageDigest } from "../../domain/package.ts";

/** Null: the value is none; files of a runtime have empty ones. */
export function digestOfHash(value: unknown): PackageDigest | null {
  if (typeof value !== "string") return null;
  const text = value.trim().replace(/^sha512-/, "");
  if (!/^[A-Za-z0-9+/]{86}==$/.test(text)) return null;
  return { algorithm: "sha512", value: Buffer.from(text, "base64").toString("hex") };
}
