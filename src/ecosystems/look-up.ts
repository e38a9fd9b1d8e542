/** Where packages are looked up and how their versions are ordered, and what an inventory is made by: all without a reader. */
import type { AdvisoryKey, Distro, Package } from "../domain/package.ts";
import * as all from "./all-namings.ts";
import { repositoryOfPurl } from "./shared/third-party.ts";
import type { CatalogMode, EcosystemNaming } from "./types.ts";

const namings: ReadonlyMap<string, EcosystemNaming> = new Map(
  Object.values(all).map((naming) => [naming.id, naming]),
);

/** Layout of `Sbom`, and rules of the driver in `catalog.ts`; raised when either changes. */
const FORMAT_VERSION = 4;

/** Under which keys advisories may name this package; also for packages that an SBOM document lists. */
export function lookUpKeys(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  return namings.get(pkg.ecosystem)?.lookUp(pkg, distro) ?? [];
}

/** Whether a package URL is of a distribution's package that others than the distribution built, as its version tells. */
export function isOfOtherRepository(purl: string, distro: Distro | null): boolean {
  return repositoryOfPurl(purl, distro) !== null;
}

/** Id of the scheme of the package's version (`deb`, `semver`), or null for an ecosystem that is not known here. */
export function schemeOf(pkg: Package): string | null {
  return namings.get(pkg.ecosystem)?.scheme ?? null;
}

/** What makes an SBOM in this mode, as in `Sbom.producers`. A change of it makes older results useless. */
export function producersOf(mode: CatalogMode): Readonly<Record<string, number>> {
  const versions = [...namings.values()].map(({ id, version }) => [id, version] as const);
  return {
    ...Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : 1))),
    format: FORMAT_VERSION,
    ...(mode === "sources" ? { sources: 1 } : {}),
  };
}
