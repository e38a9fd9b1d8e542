/**
 * Reads Plimsoll's own JSON back to exactly the values it was written from.
 */
import {
  digestAlgorithms,
  type BuildStage,
  type Distro,
  type Evidence,
  type FunctionTable,
  type ImageVexFile,
  type Package,
  type PackageDigest,
  type Sbom,
  type SbomOrigin,
} from "../../domain/package.ts";
import { isIncomplete, type Problem } from "../../domain/problem.ts";
import { readProblem } from "../shared/own-properties.ts";
import { withKnownOwner } from "../shared/reading.ts";
import { subjectName } from "../shared/subject.ts";
import type { SbomDocument } from "../types.ts";
import { readImage } from "./read-image.ts";
import { readCoverage, readSystemFiles } from "./read-files.ts";
import { NATIVE_SCHEMA } from "./schema.ts";
import {
  asCount,
  asNode,
  asText,
  child,
  childOrNull,
  count,
  countOrNull,
  each,
  map,
  oneOf,
  optional,
  text,
  textOrNull,
  type Node,
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
  const packages = each(root, "packages", readPackage);
  const purls = new Set(packages.map(({ purl }) => purl));
  const sbom: Sbom = {
    distro: readDistro(root),
    packages: packages.map((pkg) => withKnownOwner(pkg, purls)),
    problems,
    // A document that was edited to look complete is not believed against its own problems.
    completeness: problems.some(isIncomplete) ? "incomplete" : stated,
    verification: oneOf(root, "verification", ["verified", "unverified", "not_applicable"]),
    producers: map(root, "producers", asCount),
    ...optional(root, "origin", readOrigin),
    ...optional(root, "stages", (owner, name) => each(owner, name, readStage)),
    ...optional(root, "coverage", readCoverage),
    ...optional(root, "systemFiles", readSystemFiles),
    ...optional(root, "functionTables", (owner, name) => each(owner, name, readFunctionTable)),
    ...optional(root, "vexFiles", (owner, name) => each(owner, name, readVexFile)),
  };
  return { sbom, subjectName: subjectName(image), subjectDigest: image.digest, image };
}

function readFunctionTable(value: unknown, where: string): FunctionTable {
  const node = asNode(value, where);
  return { path: text(node, "path"), filter: text(node, "filter") };
}

function readVexFile(value: unknown, where: string): ImageVexFile {
  const node = asNode(value, where);
  return {
    path: text(node, "path"),
    layer: textOrNull(node, "layer"),
    layerIndex: countOrNull(node, "layerIndex"),
    text: text(node, "text"),
  };
}

function readDistro(root: Node): Distro | null {
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
    licenses: texts(node, "licenses"),
    author: textOrNull(node, "author"),
    description: textOrNull(node, "description"),
    sizeBytes: countOrNull(node, "sizeBytes"),
    evidence: each(node, "evidence", readEvidence),
    ...optional(node, "packedSizeBytes", count),
    ...optional(node, "digests", (owner, name) => each(owner, name, readDigest)),
    ...optional(node, "fileCount", count),
    ...optional(node, "cpes", texts),
    ...optional(node, "dependsOn", texts),
    ...optional(node, "modularity", text),
    ...optional(node, "ownedBy", text),
    ...optional(node, "foundBy", (owner, name) => oneOf<"signature">(owner, name, ["signature"])),
    ...optional(node, "removedIn", readRemoval),
    ...optional(node, "stage", text),
  };
}

function texts(node: Node, name: string): readonly string[] {
  return each(node, name, asText);
}

function readDigest(value: unknown, path: string): PackageDigest {
  const node = asNode(value, path);
  return { algorithm: oneOf(node, "algorithm", digestAlgorithms), value: text(node, "value") };
}

function readRemoval(node: Node, name: string): NonNullable<Package["removedIn"]> {
  const removal = child(node, name);
  return { layer: text(removal, "layer"), layerIndex: count(removal, "layerIndex") };
}

function readOrigin(root: Node, name: string): SbomOrigin {
  const node = child(root, name);
  const format = text(node, "format");
  if (oneOf(node, "kind", ["document", "attestation"]) === "document") return { kind: "document", format };
  return {
    kind: "attestation",
    format,
    predicateType: text(node, "predicateType"),
    trust: oneOf(node, "trust", ["verified", "unsigned"]),
  };
}

function readStage(value: unknown, path: string): BuildStage {
  const node = asNode(value, path);
  return { name: text(node, "name"), distro: readDistro(node) };
}

function readEvidence(value: unknown, path: string): Evidence {
  const node = asNode(value, path);
  return {
    path: text(node, "path"),
    layer: textOrNull(node, "layer"),
    layerIndex: countOrNull(node, "layerIndex"),
  };
}
