/**
 * Which platform is wanted when nobody said so: the machine's.
 */
import { hostPlatform } from "../../oci/platform.ts";
import type { PlatformWish } from "../../oci/select-image.ts";
import type { ResolveOptions } from "../types.ts";

export function platformWish(options: ResolveOptions): PlatformWish {
  if (options.platform !== null) return { platform: options.platform, isExplicit: true };
  return { platform: hostPlatform(process.platform, process.arch), isExplicit: false };
}
