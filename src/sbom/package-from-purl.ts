/** A package known by its package URL alone, as `db query` gets it. */
import type { Distro, Package } from "../domain/package.ts";
import { distroFromPurl, parsePurl, sourceFromUpstream, versionFrom } from "./shared/purl.ts";

/** The package and the distribution its qualifiers name, or null when the text is no package URL. */
export function packageFromPurl(
  text: string,
): { readonly package: Package; readonly distro: Distro | null } | null {
  const parsed = parsePurl(text);
  if (parsed === null) return null;
  const version = versionFrom(parsed, null);
  const pkg: Package = {
    ecosystem: parsed.ecosystem,
    namespace: parsed.namespace,
    name: parsed.name,
    version,
    purl: parsed.purl,
    sourcePackage: sourceFromUpstream(parsed, version),
    architecture: parsed.qualifiers["arch"] ?? null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [],
  };
  return { package: pkg, distro: distroFromPurl(parsed) };
}
