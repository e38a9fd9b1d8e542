/**
 * The distribution that a package's advisories are published for.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { purlQualifier } from "./purl.ts";

/**
 * The distro of the image, or, for a package from a document that names none, of the package URL's own `distro` qualifier:
 * `distro=debian-12`, `distro=bookworm` or, with the namespace, `distro=3.18.4`. Null: none is known.
 */
export function distroOf(
  pkg: Package,
  distro: Distro | null,
): Pick<Distro, "id" | "versionId" | "codename"> | null {
  if (distro !== null) return distro;
  const written = purlQualifier(pkg.purl, "distro")?.toLowerCase() ?? "";
  if (pkg.namespace === null && !written.includes("-")) return null;
  // Names of SUSE's distributions have hyphens of their own, and the rolling ones no release behind the last.
  if (rolling.has(written)) return { id: written, versionId: null, codename: null };
  const dash = written.lastIndexOf("-");
  const id = dash === -1 ? (pkg.namespace ?? "").toLowerCase() : written.slice(0, dash);
  const release = written.slice(dash + 1);
  if (id === "") return null;
  if (release === "") return { id, versionId: null, codename: null };
  return /^\d/.test(release)
    ? { id, versionId: release, codename: null }
    : { id, versionId: release === "edge" ? release : null, codename: release };
}

const rolling: ReadonlySet<string> = new Set([
  "opensuse-tumbleweed",
  "opensuse-slowroll",
  "opensuse-microos",
]);

/** Value of the purl qualifier `distro`: `debian-12`, `debian-trixie`, `wolfi`; null without a distro. */
export function distroQualifier(distro: Distro | null): string | null {
  if (distro === null) return null;
  const release = distro.versionId ?? distro.codename;
  return release === null ? distro.id : `${distro.id}-${release}`;
}

/** Distributions file advisories under the source package: that is asked for in the name space, or the package without one. */
export function distroLookUp(pkg: Package, space: string | null): readonly AdvisoryKey[] {
  if (space === null) return [];
  if (pkg.sourcePackage === null) return [{ space, name: pkg.name, version: pkg.version, by: "package" }];
  return [{ space, ...pkg.sourcePackage, by: "source-package" }];
}
