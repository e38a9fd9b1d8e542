/**
 * The JSON that `docker scout sbom` writes; only read. Its layout is not published: the fields read here are those that its
 * documents are known to hold, and anything else in them is passed over.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Evidence } from "../../domain/package.ts";
import { countOf, listOf, recordsOf, textOf } from "../shared/fields.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument, SbomFormat } from "../types.ts";

export const scout: SbomFormat = Object.freeze({
  id: "scout",
  aliases: [],
  title: "Docker Scout JSON",
  specs: ["https://docs.docker.com/reference/cli/docker/scout/sbom/"],
  version: 1,
  mediaType: "application/json",
  write: null,
  variants: [],
  predicateType: "https://scout.docker.com/sbom/v0.1",
  holds: null,
  read: { recognises, read },
});

function recognises(document: unknown): boolean {
  const root = recordOf(document);
  return root?.["artifacts"] !== undefined && recordOf(recordOf(root["source"])?.["image"]) !== null;
}

/** @throws PlimsollError DOCUMENT_INVALID */
function read(document: unknown): SbomDocument {
  const root = recordOf(document) ?? {};
  if (!Array.isArray(root["artifacts"])) {
    throw new PlimsollError("DOCUMENT_INVALID", "artifacts of the document is not a list");
  }
  const image = recordOf(recordOf(root["source"])?.["image"]) ?? {};
  const reading = startReading("scout", 1);
  for (const value of root["artifacts"] as readonly unknown[]) {
    const artifact = recordOf(value);
    if (artifact === null) reading.problem("SBOM_FIELD_INVALID", "an artifact is not an object");
    else addArtifact(artifact, reading);
  }
  return {
    sbom: reading.finish(readDistro(recordOf(image["distro"])), null),
    subjectName: textOf(image["name"]),
    subjectDigest: findDigest(textOf(image["digest"])),
    image: null,
  };
}

function addArtifact(artifact: JsonRecord, reading: ReturnType<typeof startReading>): void {
  reading.add({
    ref: null,
    purl: textOf(artifact["purl"]),
    name: textOf(artifact["name"]) ?? "(no name)",
    version: textOf(artifact["version"]),
    licenses: listOf(artifact["licenses"]).filter((text) => typeof text === "string"),
    author: textOf(artifact["author"]),
    description: textOf(artifact["description"]),
    sizeBytes: countOf(artifact["installed_size"]) ?? countOf(artifact["size"]),
    sourcePackage: null,
    evidence: recordsOf(artifact["locations"]).flatMap(readPlace),
    own: null,
  });
}

function readPlace(location: JsonRecord): readonly Evidence[] {
  const path = textOf(location["path"])?.replace(/^\/+/, "") ?? "";
  if (path === "") return [];
  return [{ path, layer: textOf(location["diff_id"]), layerIndex: countOf(location["ordinal"]) }];
}

function readDistro(record: JsonRecord | null): Distro | null {
  const id = textOf(record?.["os_name"]);
  if (record === null || id === null) return null;
  return makeDistro(id, textOf(record["os_version"]), textOf(record["os_distro"]));
}
