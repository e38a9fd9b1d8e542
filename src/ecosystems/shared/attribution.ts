/**
 * Which layer brought a package, when every layer rewrites the whole package database: the lowest layer from which on
 * each version of the database lists the package in the same version.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Evidence } from "../../domain/package.ts";

/** `evidenceOf` gives the evidence of a package by its identity, as `identitiesOf` lists them for the bytes of a database. */
export function attribute(
  file: WantedFile,
  identitiesOf: (bytes: Uint8Array) => ReadonlySet<string>,
): (identity: string) => Evidence {
  const lower = (file.earlier ?? [])
    .map((version) => ({
      evidence: { path: file.path, layer: version.layer, layerIndex: version.layerIndex },
      identities: identitiesOf(version.bytes),
    }))
    .reverse();
  const last: Evidence = { path: file.path, layer: file.layer, layerIndex: file.layerIndex };
  return (identity) => {
    let evidence = last;
    for (const version of lower) {
      if (!version.identities.has(identity)) return evidence;
      evidence = version.evidence;
    }
    return evidence;
  };
}
