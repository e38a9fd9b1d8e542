/** What provenance tells of the packages that went into a build: SLSA 0.2 `materials`, SLSA 1 `resolvedDependencies`. */
import type { Attestation } from "../../domain/image.ts";
import { provenanceTypes } from "../../domain/predicate-types.ts";

/** One of them, as the provenance names it. */
export interface Material {
  readonly uri: string;
  /** `{ "sha256": "…" }` */
  readonly digest: Readonly<Record<string, string>>;
  /** Predicate type of the provenance. */
  readonly predicate_type: string;
}

const MATERIALS_MAX = 100_000;

/** By package URL without qualifiers: `pkg:deb/debian/curl@7.88`. */
export function materialsOf(attestations: readonly Attestation[]): Readonly<Record<string, Material>> {
  const found: Record<string, Material> = {};
  for (const { predicateType, predicate } of attestations) {
    if (!provenanceTypes.includes(predicateType)) continue;
    for (const entry of listOf(predicate).slice(0, MATERIALS_MAX)) {
      const uri = field(entry, "uri");
      if (typeof uri !== "string" || !uri.startsWith("pkg:")) continue;
      found[uri.replace(/[?#].*$/s, "")] ??= {
        uri,
        digest: texts(field(entry, "digest")),
        predicate_type: predicateType,
      };
    }
  }
  return found;
}

function listOf(predicate: unknown): readonly unknown[] {
  const list =
    field(predicate, "materials") ?? field(field(predicate, "buildDefinition"), "resolvedDependencies");
  return Array.isArray(list) ? list : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
