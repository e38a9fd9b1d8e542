/**
 * Syft's own JSON; only read.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Evidence, Package } from "../../domain/package.ts";
import { countOf, listOf, recordsOf, textOf } from "../shared/fields.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument, SbomFormat } from "../types.ts";

export const syft: SbomFormat = Object.freeze({
  id: "syft",
  title: "Syft JSON",
  specs: ["https://github.com/anchore/syft/tree/main/schema/json"],
  version: 1,
  mediaType: "application/vnd.syft+json",
  write: null,
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
  return {
    sbom: reading.finish(readDistro(recordOf(root["distro"])), null),
    subjectName: textOf(metadata["userInput"]) ?? textOf(source["name"]),
    subjectDigest: findDigest(textOf(metadata["manifestDigest"])),
    image: null,
  };
}

function addArtifact(
  artifact: JsonRecord,
  layers: readonly (string | null)[],
  reading: ReturnType<typeof startReading>,
): void {
  const metadata = recordOf(artifact["metadata"]) ?? {};
  const version = textOf(artifact["version"]);
  reading.add({
    purl: textOf(artifact["purl"]),
    name: textOf(artifact["name"]) ?? "(no name)",
    version,
    licenses: listOf(artifact["licenses"]).flatMap(readLicence),
    author: textOf(metadata["maintainer"]) ?? textOf(metadata["author"]),
    description: textOf(metadata["description"]),
    sizeBytes: readSize(metadata, textOf(artifact["type"])),
    sourcePackage: readSource(metadata, version ?? ""),
    evidence: recordsOf(artifact["locations"]).flatMap((location) => readPlace(location, layers)),
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
