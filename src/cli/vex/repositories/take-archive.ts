/** The documents of an archive, packed into one file of ours, and where each of them stands. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../../../domain/error.ts";
import { readRepositoryIndex } from "../../../vex/shared/repository-manifest.ts";
import { archiveLimits, walkArchive, type ArchiveLimits } from "./archive.ts";
import { parseJson } from "./fetch-manifest.ts";
import { writeDocuments, type KeptContent } from "./kept.ts";

export type Taken = Pick<KeptContent, "updatedAt" | "file" | "sizeBytes" | "entries">;

/**
 * `inside`: the folder of the index; empty: where the index stands nearest to the root.
 * @throws PlimsollError VEX_REPOSITORY_INVALID, LIMIT_EXCEEDED; system errors. No file is left then
 */
export async function takeArchive(
  path: string,
  folder: string,
  inside: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<Taken> {
  const file = `documents-${randomBytes(8).toString("hex")}.bin`;
  const indexes = new Map<string, Uint8Array>();
  const places = new Map<string, { readonly at: number; readonly length: number }>();
  let sizeBytes = 0;
  const isIndex = (name: string): boolean =>
    inside === "" ? /^(?:[^/]+\/)?index\.json$/.test(name) : name === `${inside}/index.json`;
  const writer = writeDocuments(join(folder, file));
  try {
    try {
      await walkArchive(path, {
        wants: (name) => /\.(?:json|xml)$/.test(name) && (inside === "" || name.startsWith(`${inside}/`)),
        onDocument: (name, bytes) => {
          if (bytes === null) return;
          if (isIndex(name)) indexes.set(name, bytes);
          sizeBytes += bytes.byteLength;
          places.set(name, writer.add(bytes));
        },
        limits,
      });
    } finally {
      writer.close();
    }
    const [name, bytes] = [...indexes].toSorted(([a], [b]) => a.length - b.length)[0] ?? [];
    const index = bytes === undefined ? null : readRepositoryIndex(parseJson(bytes, "index.json"));
    if (index === null || name === undefined)
      throw new PlimsollError("VEX_REPOSITORY_INVALID", "The archive has no index.json that lists packages.");
    const start = name.slice(0, -"index.json".length);
    const entries = index.entries.map((entry) => {
      const place = places.get(`${start}${entry.location.replace(/^(?:\.\/)+/, "")}`);
      return { ...entry, at: place?.at ?? null, length: place?.length ?? null };
    });
    return { updatedAt: index.updatedAt, file, sizeBytes, entries };
  } catch (error) {
    await rm(join(folder, file), { force: true });
    throw error;
  }
}
