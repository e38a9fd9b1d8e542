/**
 * The vulnerability database as one file for a closed network (`db export`, `db import`): an OCI layout in a plain tar
 * (OCI image specification 1.1, image-layout.md), so that other tools can carry it into a registry too.
 */
import { open, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { tarEnd, tarFileHeader, tarPadding } from "../io/tar-writer.ts";
import { openArchiveFiles } from "../oci/archive-files.ts";
import { digestOf } from "../oci/digest.ts";
import { openLayout, type Layout } from "../oci/layout.ts";
import { indexMediaTypes } from "../oci/media-types.ts";
import {
  artifactManifestMediaType,
  readArtifactManifest,
  readSegmentFile,
  type Artifact,
} from "./artifact.ts";
import { envelopeBytesMax } from "./envelope.ts";
import { asTampered } from "./registry-database.ts";
import type { PublishedSource } from "./take-published.ts";

/** Writes the bundle, whole or not at all; resolves to its bytes. @throws system errors */
export async function writeBundle(dir: string, artifact: Artifact, path: string): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = await open(temporary, "wx");
  let sizeBytes = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await file.write(bytes);
    sizeBytes += bytes.byteLength;
  };
  try {
    for await (const [name, bytes] of entriesOf(dir, artifact)) {
      await write(tarFileHeader(name, bytes.byteLength));
      await write(bytes);
      await write(tarPadding(bytes.byteLength));
    }
    await write(tarEnd);
    await file.sync();
    await file.close();
    await rename(temporary, path);
    return sizeBytes;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

async function* entriesOf(dir: string, artifact: Artifact): AsyncGenerator<readonly [string, Uint8Array]> {
  const text = (value: object): Uint8Array => Buffer.from(JSON.stringify(value), "utf8");
  const { manifest, envelope } = artifact;
  const digest = digestOf(manifest);
  const entry = { mediaType: artifactManifestMediaType, digest, size: manifest.byteLength };
  yield ["oci-layout", text({ imageLayoutVersion: "1.0.0" })];
  yield ["index.json", text({ schemaVersion: 2, mediaType: indexMediaTypes[0] ?? "", manifests: [entry] })];
  yield [blobName(digest), manifest];
  yield [blobName(digestOf(envelope)), envelope];
  for (const segment of artifact.segments)
    yield [blobName(`sha256:${segment.digest}`), await readSegmentFile(dir, segment)];
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/** To be closed by the caller. @throws PlimsollError DATABASE_FOREIGN, DATABASE_TAMPERED, FILE_NOT_FOUND */
export async function openBundle(
  path: string,
  signal: AbortSignal | null,
): Promise<PublishedSource & { close(): Promise<void> }> {
  const files = await openArchiveFiles(path, signal).catch((error: unknown) => {
    throw asForeign(error, path);
  });
  try {
    const layout = await openLayout(files.find, path).catch((error: unknown) => {
      throw asForeign(error, path);
    });
    const { content, envelope, segments } = await openArtifact(layout);
    return {
      origin: path,
      envelope,
      has: (digest) => segments.has(digest),
      async fetch({ digest, sizeBytes }) {
        return content.fetchBlob(`sha256:${digest}`, sizeBytes).catch((error: unknown) => {
          throw asTampered(error);
        });
      },
      close: () => files.close(),
    };
  } catch (error) {
    await files.close();
    throw error;
  }
}

async function openArtifact({ index, content }: Layout): Promise<{
  content: Layout["content"];
  envelope: Uint8Array;
  segments: ReadonlySet<string>;
}> {
  const [entry] = index.entries;
  if (entry === undefined) throw new PlimsollError("DATABASE_FOREIGN", "The bundle holds nothing.");
  try {
    const { envelope, segments } = readArtifactManifest(await content.fetchManifest(entry.digest));
    return { content, envelope: await content.fetchBlob(envelope.digest, envelopeBytesMax), segments };
  } catch (error) {
    throw asTampered(error);
  }
}

/** A file that is no bundle at all; one that is not there says so itself. */
function asForeign(error: unknown, path: string): unknown {
  if (error instanceof Error && "code" in error && error.code === "ENOENT")
    return new PlimsollError("FILE_NOT_FOUND", `${printable(path)} does not exist.`, { details: { path } });
  if (!(error instanceof PlimsollError)) return error;
  const message = `This is no bundle of a vulnerability database: ${error.message}`;
  return new PlimsollError("DATABASE_FOREIGN", message, { cause: error });
}
