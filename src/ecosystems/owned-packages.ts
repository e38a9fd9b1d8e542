/**
 * Packages whose file belongs to a package of the distribution: a wheel that Debian ships, the program `bash` itself.
 * The first are linked to their owner, as the distribution mends them. What only its bytes gave away is the owner
 * seen twice, so it is left out.
 */
import type { Package } from "../domain/package.ts";
import type { Ownership } from "./claims.ts";

export function linkOwners(packages: readonly Package[], ownership: Ownership): readonly Package[] {
  return packages.flatMap((pkg) => {
    const owner = ownerOf(pkg, ownership);
    if (owner === null) return [pkg];
    return pkg.foundBy === "signature" ? [] : [{ ...pkg, ownedBy: owner }];
  });
}

/** Owned is what is owned wherever it was seen. */
function ownerOf(pkg: Package, ownership: Ownership): string | null {
  const owners = pkg.evidence.map(({ path }) => ownership.ownerOf(outerPath(path)));
  const [first = null] = owners;
  return owners.every((owner) => owner !== null) ? first : null;
}

/** The file of the image: of `app.jar!/BOOT-INF/lib/a.jar` the first part. */
export function outerPath(path: string): string {
  const inner = path.indexOf("!/");
  return inner === -1 ? path : path.slice(0, inner);
}
