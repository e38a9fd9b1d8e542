/**
 * Reads Plimsoll's own JSON back to exactly the values it was written from.
 */
import type { Distro, Evidence, Package, Sbom } from "../../domain/package.ts";
import { isIncomplete, type Problem } from "../../domain/problem.ts";
import { readProblem } from "../shared/own-properties.ts";
import { subjectName } from "../shared/subject.ts";
import type { SbomDocument } from "../types.ts";
import { readImage } from "./read-image.ts";
import { NATIVE_SCHEMA } from "./schema.ts";
import {
  asCount,
  asNode,
  asText,
  child,
  childOrNull,
  countOrNull,
  each,
  map,
  oneOf,
  text,
  textOrNull,
} from "./strict.ts";

/** Whether it names our layout; the number decides, a newer one is not recognised. */
export function recognisesNative(document: unknown): boolean {
  return (
    typeof document === "object" &&
    document !== null &&
    (document as Record<string, unknown>)["schema"] === NATIVE_SCHEMA
  );
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function readNative(document: unknown): SbomDocument {
  const root = asNode(document, "");
  const image = readImage(child(root, "image"));
  const problems = each(root, "problems", readStrictProblem);
  const stated = oneOf(root, "completeness", ["complete", "incomplete"]);
  const sbom: Sbom = {
    distro: readDistro(root),
    packages: each(root, "packages", readPackage),
    problems,
    // A document that was edited to look complete is not believed against its own problems.
    completeness: problems.some(isIncomplete) ? "incomplete" : stated,
    verification: oneOf(root, "verification", ["verified", "unverified", "not_applicable"]),
    producers: map(root, "producers", asCount),
  };
  return { sbom, subjectName: subjectName(image), subjectDigest: image.digest, image };
}

function readDistro(root: ReturnType<typeof asNode>): Distro | null {
  const node = childOrNull(root, "distro");
  if (node === null) return null;
  return {
    id: text(node, "id"),
    versionId: textOrNull(node, "versionId"),
    codename: textOrNull(node, "codename"),
    name: text(node, "name"),
    idLike: each(node, "idLike", asText),
  };
}

function readStrictProblem(value: unknown, path: string): Problem {
  const node = asNode(value, path);
  text(node, "code");
  text(node, "message");
  return readProblem(value);
}

function readPackage(value: unknown, path: string): Package {
  const node = asNode(value, path);
  const source = childOrNull(node, "sourcePackage");
  return {
    ecosystem: text(node, "ecosystem"),
    namespace: textOrNull(node, "namespace"),
    name: text(node, "name"),
    version: text(node, "version"),
    purl: text(node, "purl"),
    sourcePackage: source === null ? null : { name: text(source, "name"), version: text(source, "version") },
    architecture: textOrNull(node, "architecture"),
    licenses: each(node, "licenses", asText),
    author: textOrNull(node, "author"),
    description: textOrNull(node, "description"),
    sizeBytes: countOrNull(node, "sizeBytes"),
    evidence: each(node, "evidence", readEvidence),
  };
}

function readEvidence(value: unknown, path: string): Evidence {
  const node = asNode(value, path);
  return {
    path: text(node, "path"),
    layer: textOrNull(node, "layer"),
    layerIndex: countOrNull(node, "layerIndex"),
  };
}
