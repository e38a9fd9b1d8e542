/**
 * What the standard formats have no field for, as pairs of name and value. CycloneDX carries them as properties, SPDX as an
 * annotation, so that a document of ours reads back to the same packages.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { Evidence, Package, Sbom } from "../../domain/package.ts";
import { problemCodes, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { countOf, embeddedJson, recordsOf, textOf } from "./fields.ts";

export type Pair = readonly [name: string, value: string];

export interface OwnPackageFields {
  readonly sourcePackage: Package["sourcePackage"];
  readonly architecture: string | null;
  readonly licenses: readonly string[] | null;
  readonly author: string | null;
  readonly sizeBytes: number | null;
  readonly evidence: readonly Evidence[];
}

/** Pairs of one package, always in the same order. */
export function packagePairs(pkg: Package): readonly Pair[] {
  const pairs: Pair[] = [];
  if (pkg.sourcePackage !== null) {
    pairs.push(["plimsoll:source:name", pkg.sourcePackage.name]);
    pairs.push(["plimsoll:source:version", pkg.sourcePackage.version]);
  }
  if (pkg.architecture !== null) pairs.push(["plimsoll:architecture", pkg.architecture]);
  if (pkg.author !== null) pairs.push(["plimsoll:author", pkg.author]);
  if (pkg.sizeBytes !== null) pairs.push(["plimsoll:size-bytes", String(pkg.sizeBytes)]);
  for (const licence of pkg.licenses) pairs.push(["plimsoll:license", licence]);
  for (const { path, layer, layerIndex } of pkg.evidence) {
    pairs.push(["plimsoll:evidence", JSON.stringify({ path, layer, layerIndex })]);
  }
  return pairs;
}

/** What `packagePairs` wrote; pairs of other names are passed over. */
export function readPackagePairs(pairs: readonly Pair[]): OwnPackageFields {
  const all = (name: string): readonly string[] =>
    pairs.filter(([key]) => key === `plimsoll:${name}`).map(([, value]) => value);
  const sourceName = all("source:name")[0];
  const size = Number(all("size-bytes")[0] ?? Number.NaN);
  const licenses = all("license");
  return {
    sourcePackage:
      sourceName === undefined ? null : { name: sourceName, version: all("source:version")[0] ?? "" },
    architecture: all("architecture")[0] ?? null,
    licenses: licenses.length === 0 ? null : licenses,
    author: all("author")[0] ?? null,
    sizeBytes: countOf(size),
    evidence: all("evidence").flatMap((text) => readEvidence(embeddedJson(text))),
  };
}

/** One place from loose JSON; empty when it names no path. */
export function readEvidence(value: unknown): readonly Evidence[] {
  const record = recordOf(value);
  const path = textOf(record?.["path"]);
  if (record === null || path === null) return [];
  return [{ path, layer: textOf(record["layer"]), layerIndex: countOf(record["layerIndex"]) }];
}

/** Name of the pair that holds the state of the whole list. */
export const SBOM_PAIR = "plimsoll:sbom";

export interface OwnSbomState {
  readonly distro: Sbom["distro"];
  readonly problems: readonly Problem[];
  readonly completeness: Sbom["completeness"];
  readonly verification: Sbom["verification"];
  readonly producers: Readonly<Record<string, number>>;
}

/** Completeness, verification, problems, distro and producers as one JSON text. */
export function writeSbomState(sbom: Sbom): string {
  const { distro, completeness, verification, problems, producers } = sbom;
  return JSON.stringify({ distro, completeness, verification, problems, producers });
}

/** What `writeSbomState` wrote, or null when the text is something else. */
export function readSbomState(text: string): OwnSbomState | null {
  const record = recordOf(embeddedJson(text));
  if (record === null || textOf(record["completeness"]) === null) return null;
  return {
    distro: readDistro(record["distro"]),
    problems: recordsOf(record["problems"]).map(readProblem),
    // Anything but the exact word is read as the worse state.
    completeness: record["completeness"] === "complete" ? "complete" : "incomplete",
    verification: record["verification"] === "unverified" ? "unverified" : "not_applicable",
    producers: readCounts(record["producers"]),
  };
}

/** A distribution from loose JSON in our own shape, or null. */
export function readDistro(value: unknown): Sbom["distro"] {
  const record = recordOf(value);
  const id = textOf(record?.["id"]);
  if (record === null || id === null) return null;
  const idLike = record["idLike"];
  return {
    id,
    versionId: textOf(record["versionId"]),
    codename: textOf(record["codename"]),
    name: textOf(record["name"]) ?? id,
    idLike: Array.isArray(idLike) ? idLike.filter((word) => typeof word === "string") : [],
  };
}

/** A problem from loose JSON in our own shape. An unknown code, of a newer version, counts as incomplete. */
export function readProblem(value: unknown): Problem {
  const record = recordOf(value) ?? {};
  const code = textOf(record["code"]) ?? "";
  const isKnown = Object.hasOwn(problemCodes, code);
  return {
    code: isKnown ? (code as ProblemCode) : "SBOM_FIELD_INVALID",
    message: textOf(record["message"]) ?? "a problem without a message",
    path: textOf(record["path"]),
    layer: textOf(record["layer"]),
  };
}

/** Whole numbers by name; other members are left out. */
export function readCounts(value: unknown): Readonly<Record<string, number>> {
  const counts = Object.entries(recordOf(value) ?? {}).filter(([, count]) => countOf(count) !== null);
  return Object.fromEntries(counts) as Record<string, number>;
}
