/**
 * Reads CycloneDX JSON 1.2 to 1.7. Properties of Syft (`syft:…`) and Trivy (`aquasecurity:trivy:…`) tell source packages,
 * places and the distribution where the format has no field.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Evidence, Package } from "../../domain/package.ts";
import { listOf, recordsOf, textOf } from "../shared/fields.ts";
import { digestFrom } from "../shared/digests.ts";
import { IMAGE_PAIR, readImageState } from "../shared/own-image.ts";
import { readPackagePairs } from "../shared/own-package.ts";
import { readSbomState, SBOM_PAIR, type Pair } from "../shared/own-properties.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading, type DocumentReading, type WrittenPackage } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument } from "../types.ts";

const VERSIONS = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/** Component types that are software somebody installs; the others are files, hardware, models and the like. */
const PACKAGE_TYPES = new Set(["library", "framework", "application"]);

/** Components of a document, nested ones included. */
const COMPONENTS_MAX = 2_000_000;

export function recognisesCycloneDx(document: unknown): boolean {
  const root = recordOf(document);
  return root?.["bomFormat"] === "CycloneDX" && VERSIONS.includes(textOf(root["specVersion"]) ?? "");
}

/** @throws PlimsollError DOCUMENT_INVALID when `components` is there and is no list */
export function readCycloneDx(document: unknown): SbomDocument {
  const root = recordOf(document) ?? {};
  if (root["components"] !== undefined && !Array.isArray(root["components"])) {
    throw new PlimsollError("DOCUMENT_INVALID", "components of the CycloneDX document is not a list");
  }
  const reading = startReading("cyclonedx", 1);
  const metadata = recordOf(root["metadata"]) ?? {};
  const state = valueIn(pairsOf(metadata), SBOM_PAIR);
  const own = state === null ? null : readSbomState(state);
  const imageState = valueIn(pairsOf(metadata), IMAGE_PAIR);
  if (own === null && saysIncomplete(root)) {
    reading.problem(
      "SBOM_INCOMPLETE",
      "the document says of itself that its list of components is not complete",
    );
  }
  let distro: Distro | null = null;
  for (const component of flatten(root["components"], reading)) {
    if (component["type"] === "operating-system") distro ??= readDistro(component);
    else readComponent(component, own !== null, reading);
  }
  readEdges(root, reading);
  const subject = recordOf(metadata["component"]);
  return {
    sbom: reading.finish(distro, own),
    subjectName: textOf(subject?.["name"]),
    subjectDigest: readDigest(subject),
    image: own === null || imageState === null ? null : readImageState(imageState),
  };
}

/** An entry without `dependsOn` says that its component needs nothing; no entry says nothing. */
function readEdges(root: JsonRecord, reading: DocumentReading): void {
  for (const entry of recordsOf(root["dependencies"])) {
    const ref = textOf(entry["ref"]);
    if (ref === null) continue;
    reading.edge(ref, null);
    for (const needed of listOf(entry["dependsOn"]))
      if (typeof needed === "string") reading.edge(ref, needed);
  }
}

/** Components in document order, nested ones after their parent; a loop, so that depth costs no stack. */
function flatten(components: unknown, reading: DocumentReading): readonly JsonRecord[] {
  const flat: JsonRecord[] = [];
  const waiting: unknown[] = [...listOf(components)].reverse();
  while (waiting.length > 0) {
    const component = recordOf(waiting.pop());
    if (component === null) {
      reading.problem("SBOM_FIELD_INVALID", "a component is not an object");
      continue;
    }
    if (flat.length >= COMPONENTS_MAX) {
      throw new PlimsollError("LIMIT_EXCEEDED", `the document has more than ${COMPONENTS_MAX} components`, {
        details: { limit: "componentsMax", value: COMPONENTS_MAX },
      });
    }
    flat.push(component);
    for (const nested of [...listOf(component["components"])].reverse()) waiting.push(nested);
  }
  return flat;
}

function readComponent(component: JsonRecord, isOwn: boolean, reading: DocumentReading): void {
  const purl = textOf(component["purl"]);
  const pairs = pairsOf(component);
  if (purl === null && !isPackage(component, pairs)) return;
  const license = readLicenses(component);
  const written: WrittenPackage = {
    ref: textOf(component["bom-ref"]),
    purl,
    name: [textOf(component["group"]), textOf(component["name"]) ?? "(no name)"].filter(Boolean).join("/"),
    version: textOf(component["version"]),
    licenses: license,
    author: readAuthor(component),
    description: textOf(component["description"]),
    sizeBytes: null,
    sourcePackage: readTrivySource(pairs) ?? readSyftSource(pairs, textOf(component["version"]) ?? ""),
    evidence: readPlaces(component, pairs),
    digests: recordsOf(component["hashes"]).flatMap(
      (hash) => digestFrom(textOf(hash["alg"]) ?? "", textOf(hash["content"]) ?? "", "cyclonedx") ?? [],
    ),
    cpes: [
      textOf(component["cpe"]),
      ...pairs.filter(([name]) => name === "syft:cpe23").map(([, cpe]) => cpe),
    ].filter((cpe) => cpe !== null),
    modularity:
      valueIn(pairs, "aquasecurity:trivy:Modularitylabel") ?? valueIn(pairs, "syft:metadata:modularityLabel"),
    foundBySignature: (valueIn(pairs, "syft:package:foundBy") ?? "").startsWith("binary-"),
    own: isOwn ? ownFields(pairs, license) : null,
  };
  reading.add(written);
}

/** Our own expression is taken as it is written, also where the parser of licences would not know a name in it. */
function ownFields(pairs: readonly Pair[], license: readonly string[]): WrittenPackage["own"] {
  const fields = readPackagePairs(pairs);
  return { ...fields, licenses: fields.licenses ?? license };
}

function valueIn(pairs: readonly Pair[], name: string): string | null {
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}

/** Trivy lists lock files as applications; they hold packages but are none. */
function isPackage(component: JsonRecord, pairs: readonly Pair[]): boolean {
  if (!PACKAGE_TYPES.has(textOf(component["type"]) ?? "library")) return false;
  return !pairs.some(([name]) => name === "aquasecurity:trivy:Class");
}

function readLicenses(component: JsonRecord): readonly string[] {
  return recordsOf(component["licenses"]).flatMap((choice) => {
    const license = recordOf(choice["license"]);
    const found = textOf(choice["expression"]) ?? textOf(license?.["id"]) ?? textOf(license?.["name"]);
    return found === null ? [] : [found];
  });
}

function readAuthor(component: JsonRecord): string | null {
  return (
    textOf(recordsOf(component["authors"])[0]?.["name"]) ??
    textOf(component["author"]) ??
    textOf(recordOf(component["supplier"])?.["name"]) ??
    textOf(component["publisher"])
  );
}

function readPlaces(component: JsonRecord, pairs: readonly Pair[]): readonly Evidence[] {
  const valueOf = (name: string): string | null => valueIn(pairs, name);
  const trivyPath = valueOf("aquasecurity:trivy:FilePath");
  if (trivyPath !== null) return [place(trivyPath, valueOf("aquasecurity:trivy:LayerDiffID"))];
  const syft = pairs.flatMap(([name, value]) => {
    const index = /^syft:location:([0-9]{1,6}):path$/.exec(name)?.[1];
    return index === undefined ? [] : [place(value, valueOf(`syft:location:${index}:layerID`))];
  });
  if (syft.length > 0) return syft;
  return recordsOf(recordOf(component["evidence"])?.["occurrences"]).flatMap((occurrence) => {
    const location = textOf(occurrence["location"]);
    return location === null ? [] : [place(location, null)];
  });
}

function place(path: string, layer: string | null): Evidence {
  return { path: path.replace(/^\/+/, ""), layer, layerIndex: null };
}

/** Trivy splits a source version: epoch `1`, version `5.2.15`, release `2+b2` are `1:5.2.15-2+b2`. */
function readTrivySource(pairs: readonly Pair[]): Package["sourcePackage"] {
  const valueOf = (name: string): string => valueIn(pairs, `aquasecurity:trivy:${name}`) ?? "";
  const name = valueOf("SrcName");
  if (name === "") return null;
  const epoch = valueOf("SrcEpoch") === "" || valueOf("SrcEpoch") === "0" ? "" : `${valueOf("SrcEpoch")}:`;
  const release = valueOf("SrcRelease") === "" ? "" : `-${valueOf("SrcRelease")}`;
  return { name, version: `${epoch}${valueOf("SrcVersion")}${release}` };
}

function readSyftSource(pairs: readonly Pair[], version: string): Package["sourcePackage"] {
  const valueOf = (name: string): string => valueIn(pairs, `syft:metadata:${name}`) ?? "";
  const name = valueOf("source") || valueOf("originPackage");
  return name === "" ? null : { name, version: valueOf("sourceVersion") || version };
}

function readDistro(component: JsonRecord): Distro | null {
  const pairs = pairsOf(component);
  const valueOf = (name: string): string | null => valueIn(pairs, `syft:distro:${name}`);
  const id = valueOf("id") ?? textOf(component["name"]);
  if (id === null) return null;
  const distro = makeDistro(
    id,
    valueOf("versionID") ?? textOf(component["version"]),
    valueOf("versionCodename"),
  );
  const name = valueOf("prettyName") ?? textOf(component["description"]) ?? distro.name;
  return {
    ...distro,
    name,
    idLike: pairs.filter(([key]) => key.startsWith("syft:distro:idLike:")).map(([, v]) => v),
  };
}

function readDigest(subject: JsonRecord | null): string | null {
  if (subject === null) return null;
  return findDigest(textOf(subject["version"]), textOf(subject["purl"]));
}

/** `compositions` of CycloneDX: any aggregate that says the list is cut. `unknown` and `not_specified` say nothing. */
function saysIncomplete(root: JsonRecord): boolean {
  return recordsOf(root["compositions"]).some((entry) =>
    (textOf(entry["aggregate"]) ?? "").startsWith("incomplete"),
  );
}

function pairsOf(record: JsonRecord): readonly Pair[] {
  return recordsOf(record["properties"]).flatMap((property): readonly Pair[] => {
    const [name, value] = [property["name"], property["value"]];
    return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  });
}
