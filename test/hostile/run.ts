/**
 * Unpacks an image that means harm, and tells what came of it.
 */
import { defaultUnpackLimits, type ImageFiles, type UnpackLimits } from "../../src/domain/files.ts";
import type { LayerBlob } from "../../src/image/types.ts";
import { unpack } from "../../src/image/unpack.ts";
import { buildImage, streamBlobs, type LayerInput } from "../helpers/oci-image.ts";

export interface HostileOptions {
  readonly wants?: (path: string) => boolean;
  readonly limits?: Partial<UnpackLimits>;
  readonly verify?: boolean;
  readonly now?: () => number;
  readonly chunkBytes?: number;
}

export async function unpackBlobs(
  blobs: readonly LayerBlob[],
  options: HostileOptions = {},
): Promise<ImageFiles> {
  return unpack(blobs, {
    wants: options.wants ?? (() => true),
    limits: { ...defaultUnpackLimits, ...options.limits },
    verify: options.verify ?? false,
    signal: null,
    now: options.now ?? (() => performance.now()),
  });
}

export async function unpackLayers(
  layers: readonly LayerInput[],
  options: HostileOptions = {},
): Promise<ImageFiles> {
  return unpackBlobs(streamBlobs(buildImage({ layers }), options.chunkBytes), options);
}

/** `path=content` of each wanted file. */
export function contents(files: ImageFiles): string[] {
  return files.wanted.map((one) => `${one.path}=${Buffer.from(one.bytes).toString()}`);
}

export function codes(files: ImageFiles): string[] {
  return files.problems.map((problem) => problem.code);
}
