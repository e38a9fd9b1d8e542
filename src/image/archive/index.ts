/**
 * Source `archive://`: what `docker save` writes, or an OCI image layout in a tar; gzip as a whole too.
 */
import { stat } from "node:fs/promises";
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import { openArchiveImage } from "../shared/archive-image.ts";
import type { OpenedImage, ResolveOptions, Source } from "../types.ts";

export const archive: Source = Object.freeze({
  id: "archive",
  title: "Image in a tar archive",
  schemes: ["archive"],
  kind: "archive",
  specs: [
    "https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md",
    "https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md",
  ],
  version: 1,
  open,
} satisfies Source);

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const found = await stat(location).catch(() => null);
  if (found === null) throw new OciError("SOURCE_NOT_FOUND", `There is no file ${printable(location)}.`);
  if (!found.isFile()) {
    throw new OciError("SOURCE_INVALID", `${printable(location)} is a folder; for a layout use oci-dir://.`);
  }
  return openArchiveImage({ source: "archive", path: location, location, options });
}
