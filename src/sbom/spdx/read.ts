/**
 * Reads SPDX 2.2 and 2.3 of any tool, from the JSON values.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { embeddedJson, listOf, recordsOf, textOf } from "../shared/fields.ts";
import { digestFrom } from "../shared/digests.ts";
import { IMAGE_PAIR, readImageState } from "../shared/own-image.ts";
import { readPackagePairs, type OwnPackageFields } from "../shared/own-package.ts";
import { readSbomState, SBOM_PAIR, type Pair } from "../shared/own-properties.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading, type DocumentReading } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument } from "../types.ts";
import { PAIRS_PREFIX } from "./document.ts";

export function recognisesSpdx(document: unknown): boolean {
  const version = textOf(recordOf(document)?.["spdxVersion"]);
  return version === "SPDX-2.2" || version === "SPDX-2.3";
}

/** @throws PlimsollError DOCUMENT_INVALID when `packages` is there and is no list */
export function readSpdx(document: unknown): SbomDocument {
  const root = recordOf(document) ?? {};
  if (root["packages"] !== undefined && !Array.isArray(root["packages"])) {
    throw new PlimsollError("DOCUMENT_INVALID", "packages of the SPDX document is not a list");
  }
  const reading = startReading("spdx", 1);
  const commentOf = (pair: string): string | null =>
    comments(root)
      .find((comment) => comment.startsWith(`${pair} `))
      ?.slice(pair.length + 1) ?? null;
  const own = readSbomState(commentOf(SBOM_PAIR) ?? "");
  const packages = listOf(root["packages"]).flatMap((value) => {
    const record = recordOf(value);
    if (record === null) reading.problem("SBOM_FIELD_INVALID", "a package is not an object");
    return record === null ? [] : [record];
  });
  const described = describedIds(root);
  let distro: Distro | null = null;
  for (const record of packages) {
    if (isOperatingSystem(record)) distro ??= readDistro(record);
    else if (!isSubject(record, described)) addPackage(record, own !== null, reading);
  }
  readRelationships(root, reading);
  const subject = packages.find((record) => described.has(textOf(record["SPDXID"]) ?? ""));
  return {
    sbom: reading.finish(distro, own),
    subjectName: textOf(subject?.["name"]) ?? textOf(root["name"]),
    subjectDigest: subject === undefined ? null : readDigest(subject),
    image: own === null ? null : readImageState(commentOf(IMAGE_PAIR) ?? ""),
  };
}

/** What is needed to run; what is needed to build or to test is no edge. `NONE` says that nothing is. */
function readRelationships(root: JsonRecord, reading: DocumentReading): void {
  for (const entry of recordsOf(root["relationships"])) {
    const [from, to] = [textOf(entry["spdxElementId"]), textOf(entry["relatedSpdxElement"])];
    const type = textOf(entry["relationshipType"]) ?? "";
    if (from === null || to === null) continue;
    if (type === "DEPENDS_ON") reading.edge(from, to === "NONE" ? null : to);
    if (type === "DEPENDENCY_OF" || type === "RUNTIME_DEPENDENCY_OF") reading.edge(to, from);
    // Syft's words for a distribution's package that owns the files of another one.
    const isOwner = (textOf(entry["comment"]) ?? "").startsWith("ownership-by-file-overlap");
    if (type === "OTHER" && isOwner) reading.ownership(from, to);
  }
}

function addPackage(record: JsonRecord, isOwn: boolean, reading: DocumentReading): void {
  // Some writers add an entry per file or source tree, which is no installed software.
  const purl = readPurl(record);
  const purpose = textOf(record["primaryPackagePurpose"]) ?? "LIBRARY";
  if (purl === null && ["FILE", "SOURCE", "ARCHIVE", "CONTAINER", "DEVICE", "FIRMWARE"].includes(purpose))
    return;
  const declared = textOf(record["licenseDeclared"]);
  const concluded = textOf(record["licenseConcluded"]);
  const known = [declared, concluded].find(
    (text) => text !== null && text !== "NOASSERTION" && text !== "NONE",
  );
  const licenses = known === undefined || known === null ? [] : [known];
  reading.add({
    ref: textOf(record["SPDXID"]),
    purl,
    name: textOf(record["name"]) ?? "(no name)",
    version: textOf(record["versionInfo"]),
    licenses,
    author: readAgent(record["originator"]) ?? readAgent(record["supplier"]),
    description: textOf(record["description"]) ?? textOf(record["summary"]),
    sizeBytes: null,
    sourcePackage: readSource(textOf(record["sourceInfo"]) ?? ""),
    evidence: readSyftPlace(textOf(record["sourceInfo"]) ?? ""),
    digests: recordsOf(record["checksums"]).flatMap(
      (sum) => digestFrom(textOf(sum["algorithm"]) ?? "", textOf(sum["checksumValue"]) ?? "", "spdx") ?? [],
    ),
    cpes: recordsOf(record["externalRefs"]).flatMap((entry) =>
      entry["referenceType"] === "cpe23Type" ? (textOf(entry["referenceLocator"]) ?? []) : [],
    ),
    own: isOwn ? readOwn(record, licenses) : null,
  });
}

function readOwn(record: JsonRecord, licenses: readonly string[]): OwnPackageFields {
  const comment = comments(record).find((text) => text.startsWith(PAIRS_PREFIX)) ?? PAIRS_PREFIX;
  const pairs = listOf(embeddedJson(comment.slice(PAIRS_PREFIX.length))).flatMap((pair): readonly Pair[] => {
    const [name, value] = listOf(pair);
    return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  });
  const fields = readPackagePairs(pairs);
  return { ...fields, licenses: fields.licenses ?? licenses };
}

/**
 * The package a document describes is its subject, not content, when it is an image or says nothing of itself that could be
 * judged. A document that describes its packages directly has them as content.
 */
function isSubject(record: JsonRecord, described: ReadonlySet<string>): boolean {
  if (!described.has(textOf(record["SPDXID"]) ?? "")) return false;
  const purl = readPurl(record);
  const isImage = purl === null || /^pkg:(?:oci|docker)\//.test(purl);
  return isImage || record["primaryPackagePurpose"] === "CONTAINER";
}

/** The JSON schema writes it with an underscore, the text of the specification and some tools with a dash. */
function isOperatingSystem({ primaryPackagePurpose: purpose }: JsonRecord): boolean {
  return purpose === "OPERATING_SYSTEM" || purpose === "OPERATING-SYSTEM";
}

function describedIds(root: JsonRecord): ReadonlySet<string> {
  const related = recordsOf(root["relationships"]).flatMap((entry) => {
    const [from, to] = [textOf(entry["spdxElementId"]), textOf(entry["relatedSpdxElement"])];
    if (entry["relationshipType"] === "DESCRIBES" && from === "SPDXRef-DOCUMENT") return [to];
    return entry["relationshipType"] === "DESCRIBED_BY" && to === "SPDXRef-DOCUMENT" ? [from] : [];
  });
  return new Set([...related, ...listOf(root["documentDescribes"])].filter((id) => typeof id === "string"));
}

function readPurl(record: JsonRecord): string | null {
  const reference = recordsOf(record["externalRefs"]).find((entry) => entry["referenceType"] === "purl");
  return textOf(reference?.["referenceLocator"]);
}

/** `Person: Ann (ann@example.com)` -> `Ann <ann@example.com>`; null for NOASSERTION and other text. */
function readAgent(value: unknown): string | null {
  const agent = /^(?:Person|Organization):\s*(.+)$/s.exec(textOf(value) ?? "")?.[1]?.trim();
  if (agent === undefined || agent === "") return null;
  const open = agent.lastIndexOf(" (");
  if (open <= 0 || !agent.endsWith(")")) return agent;
  const address = agent.slice(open + 2, -1);
  return address === "" ? agent.slice(0, open) : `${agent.slice(0, open)} <${address}>`;
}

/** Trivy and we write `built package from: openssl 3.0.11-1~deb12u2`. */
function readSource(sourceInfo: string): Package["sourcePackage"] {
  const found = /built package from: ([^\s;]+) ([^\s;]+)/.exec(sourceInfo);
  return found?.[1] === undefined || found[2] === undefined ? null : { name: found[1], version: found[2] };
}

/** Syft writes `acquired package info from DPKG DB: /var/lib/dpkg/status`. */
function readSyftPlace(sourceInfo: string): Package["evidence"] {
  const found = /^acquired package info from [^:\n]{1,80}: (.+)$/.exec(sourceInfo)?.[1];
  const path = found?.split(",")[0]?.trim().replace(/^\/+/, "") ?? "";
  return path === "" ? [] : [{ path, layer: null, layerIndex: null }];
}

function readDistro(record: JsonRecord): Distro | null {
  const id = textOf(record["name"]);
  if (id === null) return null;
  const distro = makeDistro(id, textOf(record["versionInfo"]), null);
  return { ...distro, name: textOf(record["description"]) ?? distro.name };
}

function readDigest(subject: JsonRecord): string | null {
  const checksum = recordsOf(subject["checksums"]).find((entry) => entry["algorithm"] === "SHA256");
  const hex = textOf(checksum?.["checksumValue"]);
  return findDigest(textOf(subject["versionInfo"]), readPurl(subject), hex === null ? null : `sha256:${hex}`);
}

function comments(record: JsonRecord): readonly string[] {
  return recordsOf(record["annotations"]).map((annotation) => textOf(annotation["comment"]) ?? "");
}
