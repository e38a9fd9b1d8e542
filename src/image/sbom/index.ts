/**
 * Source `sbom://`: a document that lists packages, from a file or from standard input (`sbom://` or `sbom://-`).
 * Its bytes are handed on; the SBOM formats read them.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import { unlayeredImage } from "../shared/unlayered-image.ts";
import type { OpenedImage, ResolveOptions, Source } from "../types.ts";

export const sbom: Source = Object.freeze({
  id: "sbom",
  title: "SBOM document",
  schemes: ["sbom"],
  kind: "sbom",
  specs: [],
  version: 1,
  open,
} satisfies Source);

/** Bytes of a document. */
const documentBytesMax = 256 * 1024 ** 2;

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const document =
    location === "" || location === "-"
      ? await collect(options.stdin, "standard input", options.signal)
      : await readDocument(location, options.signal);
  return { ...unlayeredImage("sbom", location), document };
}

async function readDocument(path: string, signal: AbortSignal | null): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new OciError("SOURCE_NOT_FOUND", `There is no file ${printable(path)}.`);
  if (found.isDirectory()) {
    throw new OciError("SOURCE_INVALID", `${printable(path)} is a folder, not an SBOM document.`);
  }
  try {
    return await collect(createReadStream(path), path, signal);
  } catch (error) {
    if (error instanceof OciError) throw error;
    signal?.throwIfAborted();
    throw new OciError("SOURCE_INVALID", `${printable(path)} cannot be read.`, { cause: error });
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array> | undefined,
  name: string,
  signal: AbortSignal | null,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream ?? []) {
    signal?.throwIfAborted();
    size += piece.byteLength;
    if (size > documentBytesMax) {
      throw new OciError("LIMIT_EXCEEDED", `${printable(name)} is larger than ${documentBytesMax} bytes.`, {
        details: { limit: "documentBytesMax", max: documentBytesMax },
      });
    }
    pieces.push(piece);
  }
  if (size === 0)
    throw new OciError("SOURCE_INVALID", `${printable(name)} is empty; an SBOM document is needed.`);
  return Buffer.concat(pieces);
}
