/**
 * What BuildKit adds to its provenance beyond SLSA: the build's source and the layers of its steps (mode=max).
 * Source: https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md
 */
import { recordOf } from "../domain/json-record.ts";

/** SLSA v0.2 has it under `metadata`, v1 under `runDetails.metadata`; undefined: there is none. Any value may be given. */
export function buildkitMetadata(predicate: unknown): unknown {
  const v02 = field(field(predicate, "metadata"), "https://mobyproject.org/buildkit@v1#metadata");
  return v02 ?? field(field(field(predicate, "runDetails"), "metadata"), "buildkit_metadata");
}

/** The text of a file that the build was made from; null: not embedded, or larger than anybody writes. */
export function sourceText(info: unknown): string | null {
  const encoded = field(info, "data");
  if (typeof encoded !== "string" || encoded.length > DOCKERFILE_BYTES_MAX) return null;
  return Buffer.from(encoded, "base64").toString("utf8");
}

/** An own member of an object; undefined for anything else. */
export function field(value: unknown, name: string): unknown {
  const record = recordOf(value);
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined;
}

const DOCKERFILE_BYTES_MAX = 4 * 1024 * 1024;
