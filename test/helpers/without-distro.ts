import type { Package } from "../../src/domain/package.ts";

/** The package with a package URL that names no distribution, so that the image's counts. */
export function withoutDistro(pkg: Package): Package {
  return { ...pkg, purl: pkg.purl.replace(/([?&])distro=[^&#]*&?/, "$1").replace(/[?&]$/, "") };
}
