/** How Gentoo packages are named, versioned and looked up. */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroOf } from "../shared/distro-space.ts";
import type { EcosystemNaming } from "../types.ts";

export const ebuildNaming: EcosystemNaming = {
  id: "ebuild",
  version: 1,
  scheme: "ebuild",
  lookUp,
};

/** `ebuild:gentoo`, where advisories name `category/name`. Relatives of Gentoo have repositories of their own. */
function lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  if (pkg.namespace === null) return [];
  // The namespace of the package URL is the category, so it names no distribution.
  const id = distroOf({ ...pkg, namespace: null }, distro)?.id ?? "gentoo";
  const { namespace, name, version } = pkg;
  return [{ space: `ebuild:${id}`, name: `${namespace}/${name}`, version, by: "package" }];
}
