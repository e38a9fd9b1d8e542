/**
 * Syft's own JSON; only read.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import { Buffer } from "node:buffer";
import type { Distro, Evidence, Package, PackageDigest } from "../../domain/package.ts";
import { countOf, listOf, recordsOf, textOf } from "../shared/fields.ts";
import { digestFrom } from "../shared/digests.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading, type DocumentReading } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument, SbomFormat } from "../types.ts";

export const syft: SbomFormat = Object.freeze({
  id: "syft",
  aliases: [],
  title: "Syft JSON",
  specs: ["https://github.com/anchore/syft/tree/main/schema/json"],
  version: 1,
  mediaType: "application/vnd.syft+json",
  write: null,
  variants: [],
  predicateType: "https://syft.dev/bom",
  holds: null,
  read: { recognises, read },
});

function recognises(document: unknown): boolean {
  const root = recordOf(document);
  if (root === null || root["artifacts"] === undefined) return false;
  const url = textOf(recordOf(root["schema"])?.["url"]) ?? "";
  return textOf(recordOf(root["descriptor"])?.["name"]) === "syft" || url.includes("anchore/syft");
}

/** @throws PlimsollError DOCUMENT_INVALID */
function read(document: unknown): SbomDocument {
  const root = recordOf(document) ?? {};
  if (!Array.isArray(root["artifacts"])) {
    throw new PlimsollError("DOCUMENT_INVALID", "artifacts of the Syft document is not a list");
  }
  const source = recordOf(root["source"]) ?? {};
  // Old documents call it `target`.
  const metadata = recordOf(source["metadata"]) ?? recordOf(source["target"]) ?? {};
  const layers = recordsOf(metadata["layers"]).map((layer) => textOf(layer["digest"]));
  const reading = startReading("syft", 1);
  for (const value of root["artifacts"] as readonly unknown[]) {
    const artifact = recordOf(value);
    if (artifact === null) reading.problem("SBOM_FIELD_INVALID", "an artifact is not an object");
    else addArtifact(artifact, layers, reading);
  }
  readRelationships(root, reading);
  return {
    sbom: reading.finish(readDistro(recordOf(root["distro"])), null),
    subjectName: textOf(metadata["userInput"]) ?? textOf(source["name"]),
    subjectDigest: findDigest(textOf(metadata["manifestDigest"])),
    image: null,
  };
}

/** `parent` is the first part of the sentence: it is a dependency of `child`, or owns its files. */
function readRelationships(root: JsonRecord, reading: DocumentReading): void {
  for (const { parent, child, type } of recordsOf(root["artifactRelationships"])) {
    if (typeof parent !== "string" || typeof child !== "string") continue;
    if (type === "dependency-of") reading.edge(child, parent);
    if (type === "ownership-by-file-overlap") reading.ownership(parent, child);
  }
}

function addArtifact(
  artifact: JsonRecord,
  layers: readonly (string | null)[],
  reading: DocumentReading,
): void {
  const metadata = recordOf(artifact["metadata"]) ?? {};
  const version = textOf(artifact["version"]);
  const type = textOf(artifact["type"]);
  reading.add({
    ref: textOf(artifact["id"]),
    purl: textOf(artifact["purl"]),
    name: textOf(artifact["name"]) ?? "(no name)",
    version,
    licenses: listOf(artifact["licenses"]).flatMap(readLicence),
    author: textOf(metadata["maintainer"]) ?? textOf(metadata["author"]),
    description: textOf(metadata["description"]),
    sizeBytes: readSize(metadata, type),
    sourcePackage: readSource(metadata, version ?? ""),
    evidence: recordsOf(artifact["locations"]).flatMap((location) => readPlace(location, layers)),
    digests: readDigests(metadata),
    cpes: listOf(artifact["cpes"]).flatMap((cpe) => textOf(cpe) ?? textOf(recordOf(cpe)?.["cpe"]) ?? []),
    // Of apk alone `size` is that of the package as it was fetched.
    packedSizeBytes: type === "apk" ? countOf(metadata["size"]) : null,
    fileCount: Array.isArray(metadata["files"]) ? metadata["files"].length : null,
    modularity: textOf(metadata["modularityLabel"]),
    foundBySignature:
      artifact["metadataType"] === "binary-signature" || artifact["metadataType"] === "BinaryMetadata",
    own: null,
  });
}

/** A licence is text in old documents and an object in newer ones. */
function readLicence(value: unknown): readonly string[] {
  const record = recordOf(value);
  const found =
    record === null ? textOf(value) : (textOf(record["spdxExpression"]) ?? textOf(record["value"]));
  return found === null ? [] : [found];
}

/** Java lists digests; npm and its kin have them as `sha512-…` in base64 (https://www.w3.org/TR/SRI/). */
function readDigests(metadata: JsonRecord): readonly PackageDigest[] {
  const listed = recordsOf(metadata["digest"]).flatMap(({ algorithm, value }) =>
    typeof algorithm === "string" && typeof value === "string"
      ? (digestFrom(algorithm, value, "spdx3") ?? [])
      : [],
  );
  const [, algorithm = "", base64 = ""] = SRI.exec(textOf(metadata["integrity"]) ?? "") ?? [];
  const hex = Buffer.from(base64, "base64").toString("hex");
  return [...listed, ...(hex === "" ? [] : [digestFrom(algorithm, hex, "spdx3")])].filter(
    (found) => found !== null,
  );
}

const SRI = /^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]{1,128}={0,2})$/;

/** dpkg counts installed sizes in units of 1024 bytes, the others in bytes. */
function readSize(metadata: JsonRecord, type: string | null): number | null {
  const size = countOf(metadata["installedSize"]) ?? countOf(metadata["size"]);
  if (size === null) return null;
  return type === "deb" ? size * 1024 : size;
}

function readSource(metadata: JsonRecord, version: string): Package["sourcePackage"] {
  const name = textOf(metadata["source"]) ?? textOf(metadata["originPackage"]);
  // An RPM names its source as a file; the purl's qualifier is read instead.
  if (name === null || name.endsWith(".rpm")) return null;
  return { name, version: textOf(metadata["sourceVersion"]) ?? version };
}

function readPlace(location: JsonRecord, layers: readonly (string | null)[]): readonly Evidence[] {
  const path = textOf(location["path"])?.replace(/^\/+/, "") ?? "";
  if (path === "") return [];
  const layer = textOf(location["layerID"]);
  const index = layer === null ? -1 : layers.indexOf(layer);
  return [{ path, layer, layerIndex: index === -1 ? null : index }];
}

function readDistro(record: JsonRecord | null): Distro | null {
  const id = textOf(record?.["id"]);
  if (record === null || id === null) return null;
  const distro = makeDistro(id, textOf(record["versionID"]), textOf(record["versionCodename"]));
  return {
    ...distro,
    name: textOf(record["prettyName"]) ?? distro.name,
    idLike: listOf(record["idLike"]).filter((word) => typeof word === "string"),
  };
}
