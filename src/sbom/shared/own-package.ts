/**
 * What the standard formats have no field for, of one package, as pairs of name and value: CycloneDX carries them as
 * properties, SPDX as an annotation, so that a document of ours reads back to the same package.
 */
import { recordOf } from "../../domain/json-record.ts";
import { digestAlgorithms, type Evidence, type Package, type PackageDigest } from "../../domain/package.ts";
import { sortDigests } from "./digests.ts";
import { countOf, embeddedJson, textOf } from "./fields.ts";
import type { Pair } from "./own-properties.ts";
import { parsePurl, versionFrom } from "./purl.ts";

/** What the format's own fields could not take; it is written as pairs. */
export interface Leftover {
  readonly digests: readonly PackageDigest[];
  readonly cpes: readonly string[];
  /** Package URLs that no package of the document has. */
  readonly dependsOn: readonly string[];
  /** The format's own field cannot hold this text exactly. */
  readonly description: boolean;
  readonly licenses: boolean;
}

/** Pairs of one package, always in the same order. */
export function packagePairs(pkg: Package, leftover: Leftover): readonly Pair[] {
  const { sourcePackage, removedIn } = pkg;
  const scalars: readonly (readonly [string, string | number | null | undefined])[] = [
    ...identityPairs(pkg),
    ["source:name", sourcePackage?.name],
    ["source:version", sourcePackage?.version],
    ["architecture", pkg.architecture],
    ["author", pkg.author],
    ["description", leftover.description ? pkg.description : null],
    ["size-bytes", pkg.sizeBytes],
    ["packed-size-bytes", pkg.packedSizeBytes],
    ["file-count", pkg.fileCount],
    ["modularity", pkg.modularity],
    ["owned-by", pkg.ownedBy],
    ["found-by", pkg.foundBy],
    ["stage", pkg.stage],
    [
      "removed-in",
      removedIn === undefined
        ? null
        : JSON.stringify({ layer: removedIn.layer, layerIndex: removedIn.layerIndex }),
    ],
  ];
  const lists: readonly (readonly [string, string])[] = [
    ...(leftover.licenses || pkg.licenses.length > 1 ? pkg.licenses : []).map(
      (text) => ["license", text] as const,
    ),
    ...leftover.digests.map(({ algorithm, value }) => ["digest", `${algorithm}:${value}`] as const),
    ...leftover.cpes.map((cpe) => ["cpe23", cpe] as const),
    ...leftover.dependsOn.map((purl) => ["depends-on", purl] as const),
    ...pkg.evidence.map(
      ({ path, layer, layerIndex }) => ["evidence", JSON.stringify({ path, layer, layerIndex })] as const,
    ),
  ];
  const known = scalars.flatMap(([name, value]): readonly Pair[] =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  return [...known, ...lists].map(([name, value]): Pair => [`plimsoll:${name}`, value]);
}

/** Identity that cannot be read back from the package URL alone. */
function identityPairs(pkg: Package): readonly (readonly [string, string | null])[] {
  const parsed = parsePurl(pkg.purl);
  if (parsed === null) return [];
  return [
    ["ecosystem", parsed.ecosystem === pkg.ecosystem ? null : pkg.ecosystem],
    // JSON, since it may be null where the package URL has one.
    ["namespace", parsed.namespace === pkg.namespace ? null : JSON.stringify(pkg.namespace)],
    ["name", parsed.name === pkg.name ? null : pkg.name],
    ["version", versionFrom(parsed, null) === pkg.version ? null : pkg.version],
    ["purl", parsed.purl === pkg.purl ? null : pkg.purl],
  ];
}

/** Fields of a package as a document of our own tells them; a member that is absent stood in no pair. */
export interface OwnPackageFields {
  readonly identity: Partial<Pick<Package, "ecosystem" | "namespace" | "name" | "version" | "purl">>;
  readonly sourcePackage: Package["sourcePackage"];
  readonly architecture: string | null;
  /** Null: the format's own field tells. */
  readonly licenses: readonly string[] | null;
  readonly author: string | null;
  /** Null: the format's own field tells. */
  readonly description: string | null;
  readonly sizeBytes: number | null;
  readonly evidence: readonly Evidence[];
  readonly digests: readonly PackageDigest[];
  readonly cpes: readonly string[];
  readonly dependsOn: readonly string[];
  readonly rest: Pick<
    Package,
    "packedSizeBytes" | "fileCount" | "modularity" | "ownedBy" | "foundBy" | "stage" | "removedIn"
  >;
}

/** What `packagePairs` wrote; pairs of other names are passed over. */
export function readPackagePairs(pairs: readonly Pair[]): OwnPackageFields {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }
  const all = (name: string): readonly string[] => values.get(`plimsoll:${name}`) ?? [];
  const one = (name: string): string | undefined => all(name)[0];
  const sourceName = one("source:name");
  const licenses = all("license");
  return {
    identity: readIdentity(one),
    sourcePackage:
      sourceName === undefined ? null : { name: sourceName, version: one("source:version") ?? "" },
    architecture: one("architecture") ?? null,
    licenses: licenses.length === 0 ? null : licenses,
    author: one("author") ?? null,
    description: one("description") ?? null,
    sizeBytes: countFrom(one("size-bytes")) ?? null,
    evidence: all("evidence").flatMap((text) => readEvidence(embeddedJson(text))),
    digests: sortDigests(all("digest").flatMap(readDigest)),
    cpes: all("cpe23"),
    dependsOn: all("depends-on"),
    rest: readRest(one),
  };
}

type One = (name: string) => string | undefined;

function readIdentity(one: One): OwnPackageFields["identity"] {
  const namespace = one("namespace");
  return {
    ...texts(one, ["ecosystem", "name", "version", "purl"]),
    ...(namespace === undefined ? {} : { namespace: textOf(embeddedJson(namespace)) }),
  };
}

function readRest(one: One): OwnPackageFields["rest"] {
  const packedSizeBytes = countFrom(one("packed-size-bytes"));
  const fileCount = countFrom(one("file-count"));
  const ownedBy = one("owned-by");
  const removedIn = readRemoval(one("removed-in"));
  return {
    ...(packedSizeBytes === undefined ? {} : { packedSizeBytes }),
    ...(fileCount === undefined ? {} : { fileCount }),
    ...texts(one, ["modularity", "stage"]),
    ...(ownedBy === undefined ? {} : { ownedBy }),
    ...(one("found-by") === "signature" ? { foundBy: "signature" } : {}),
    ...(removedIn === null ? {} : { removedIn }),
  };
}

function texts<Name extends string>(one: One, names: readonly Name[]): { readonly [K in Name]?: string } {
  const found = names.flatMap((name) => {
    const value = one(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found) as { readonly [K in Name]?: string };
}

function countFrom(text: string | undefined): number | undefined {
  return text === undefined || !/^[0-9]{1,16}$/.test(text) ? undefined : (countOf(Number(text)) ?? undefined);
}

function readRemoval(text: string | undefined): NonNullable<Package["removedIn"]> | null {
  const record = recordOf(embeddedJson(text ?? ""));
  const layer = textOf(record?.["layer"]);
  const layerIndex = countOf(record?.["layerIndex"]);
  return layer === null || layerIndex === null ? null : { layer, layerIndex };
}

/** `sha256:…` */
function readDigest(text: string): readonly PackageDigest[] {
  const colon = text.indexOf(":");
  const algorithm = digestAlgorithms.find((known) => known === text.slice(0, colon));
  return algorithm === undefined ? [] : [{ algorithm, value: text.slice(colon + 1) }];
}

/** One place from loose JSON; empty when it names no path. */
export function readEvidence(value: unknown): readonly Evidence[] {
  const record = recordOf(value);
  const path = textOf(record?.["path"]);
  if (record === null || path === null) return [];
  return [{ path, layer: textOf(record["layer"]), layerIndex: countOf(record["layerIndex"]) }];
}
