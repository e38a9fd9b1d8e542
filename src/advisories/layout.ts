/**
 * Where things lie in the database's folder:
 *
 *     manifest.json          the current manifest; replacing it makes a new database current
 *     segments/<sha256>      segment files named by their digest, shared by successive manifests
 *     lock                   who is writing, while someone is
 */
import { join } from "node:path";

export function manifestPath(dir: string): string {
  return join(dir, "manifest.json");
}

export function segmentsDir(dir: string): string {
  return join(dir, "segments");
}

/** `digest` is hex sha256. */
export function segmentPath(dir: string, digest: string): string {
  return join(dir, "segments", digest);
}

export function lockPath(dir: string): string {
  return join(dir, "lock");
}
