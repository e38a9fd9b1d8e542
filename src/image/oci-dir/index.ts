/**
 * Source `oci-dir://`: an OCI image layout in a folder.
 */
import { stat } from "node:fs/promises";
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import { folderFiles } from "../../oci/layout.ts";
import { openLayoutImage } from "../shared/layout-image.ts";
import type { OpenedImage, ResolveOptions, Source } from "../types.ts";

export const ociDir: Source = Object.freeze({
  id: "oci-dir",
  title: "OCI image layout in a folder",
  schemes: ["oci-dir"],
  kind: "oci-dir",
  specs: ["https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md"],
  version: 1,
  open,
} satisfies Source);

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const found = await stat(location).catch(() => null);
  if (found === null) throw new OciError("SOURCE_NOT_FOUND", `There is no folder ${printable(location)}.`);
  if (!found.isDirectory()) {
    throw new OciError("SOURCE_INVALID", `${printable(location)} is a file; for a tar use archive://.`);
  }
  const find = folderFiles(location);
  return openLayoutImage({ source: "oci-dir", location, find, options, close: async () => {} });
}
