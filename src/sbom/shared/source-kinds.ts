/** Every kind of source that a document may name. */
import type { SourceKind } from "../../domain/image.ts";

/** A record, so that a new kind of source does not compile before it stands here too. */
const kinds: Readonly<Record<SourceKind, true>> = {
  registry: true,
  "oci-dir": true,
  archive: true,
  engine: true,
  containerd: true,
  fs: true,
  sbom: true,
};

export const sourceKinds = Object.keys(kinds) as readonly SourceKind[];
