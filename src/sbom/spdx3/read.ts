/**
 * Reads SPDX 3.0 JSON-LD in the form that its JSON schema prescribes: a flat `@graph` in the context of SPDX. Other forms of the
 * same data (nested, expanded, with another context) are not JSON of SPDX and not read.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Distro } from "../../domain/package.ts";
import { digestFrom } from "../shared/digests.ts";
import { embeddedJson, listOf, recordsOf, textOf } from "../shared/fields.ts";
import { IMAGE_PAIR, readImageState } from "../shared/own-image.ts";
import { readPackagePairs } from "../shared/own-package.ts";
import { readSbomState, SBOM_PAIR, type Pair } from "../shared/own-properties.ts";
import { makeDistro } from "../shared/purl.ts";
import { startReading, type DocumentReading } from "../shared/reading.ts";
import { findDigest } from "../shared/subject.ts";
import type { SbomDocument } from "../types.ts";
import { PAIRS_PREFIX } from "./terms.ts";

const CONTEXT = /^https:\/\/spdx\.org\/rdf\/3\.0\.[0-9]{1,2}\/spdx-context\.jsonld$/;

export function recognisesSpdx3(document: unknown): boolean {
  const context = recordOf(document)?.["@context"];
  return (Array.isArray(context) ? context : [context]).some(
    (word) => typeof word === "string" && CONTEXT.test(word),
  );
}

/** @throws PlimsollError DOCUMENT_INVALID when there is no graph */
export function readSpdx3(document: unknown): SbomDocument {
  const elements = recordOf(document)?.["@graph"];
  if (!Array.isArray(elements)) {
    throw new PlimsollError("DOCUMENT_INVALID", "@graph of the SPDX 3.0 document is not a list");
  }
  const graph = readGraph(recordsOf(elements));
  const reading = startReading("spdx3", 1);
  const { subject, states } = graph;
  const stateOf = (pair: string): string =>
    states.find((state) => state.startsWith(`${pair} `))?.slice(pair.length + 1) ?? "";
  const own = readSbomState(stateOf(SBOM_PAIR));
  if (own === null && graph.saysIncomplete) {
    reading.problem(
      "SBOM_INCOMPLETE",
      "the document says of itself that its list of packages is not complete",
    );
  }
  let distro: Distro | null = null;
  for (const element of graph.packages) {
    if (element["software_primaryPurpose"] === "operatingSystem") distro ??= readDistro(element);
    else if (element !== subject) addPackage(element, graph, own !== null, reading);
  }
  for (const [from, to] of graph.edges) reading.edge(from, to);
  return {
    sbom: reading.finish(distro, own),
    subjectName: textOf(subject?.["name"]),
    subjectDigest: subject === null ? null : readDigest(subject),
    image: own === null ? null : readImageState(stateOf(IMAGE_PAIR)),
  };
}

interface Graph {
  readonly packages: readonly JsonRecord[];
  /** What the SBOM is about: its root element, where that is an image or holds others. */
  readonly subject: JsonRecord | null;
  readonly byId: ReadonlyMap<string, JsonRecord>;
  readonly edges: readonly (readonly [from: string, to: string | null])[];
  /** Licence expressions by package. */
  readonly licences: ReadonlyMap<string, string>;
  /** Statements of our own, by what they are about. */
  readonly notes: ReadonlyMap<string, string>;
  readonly states: readonly string[];
  readonly saysIncomplete: boolean;
}

function readGraph(elements: readonly JsonRecord[]): Graph {
  const byId = new Map(elements.map((element) => [textOf(element["spdxId"]) ?? "", element]));
  const packages = elements.filter(({ type }) => type === "software_Package");
  const relations = elements.filter(
    ({ type }) => type === "Relationship" || type === "LifecycleScopedRelationship",
  );
  const annotations = elements.filter(({ type }) => type === "Annotation");
  const roots = elements
    .filter(({ type }) => type === "software_Sbom")
    .flatMap(({ rootElement }) => listOf(rootElement).map((id) => byId.get(textOf(id) ?? "")));
  const holders = new Set(relations.filter(isContainment).map(({ from }) => from));
  const subject = roots.find(
    (root) => root?.["software_primaryPurpose"] === "container" || holders.has(root?.["spdxId"]),
  );
  return {
    packages,
    subject: subject ?? null,
    byId,
    edges: relations.flatMap(readEdges),
    licences: readLicences(relations, byId),
    notes: new Map(annotations.flatMap(({ subject: about, statement }) => noteOf(about, statement))),
    states: annotations.flatMap(({ statement }) => textOf(statement) ?? []),
    saysIncomplete: relations.some((entry) => isContainment(entry) && entry["completeness"] === "incomplete"),
  };
}

function isContainment({ relationshipType }: JsonRecord): boolean {
  return relationshipType === "contains";
}

/** What is needed only to build or to test is no edge. */
function readEdges(relation: JsonRecord): readonly (readonly [string, string | null])[] {
  const from = textOf(relation["from"]);
  const scope = textOf(relation["scope"]) ?? "runtime";
  if (from === null || relation["relationshipType"] !== "dependsOn" || scope !== "runtime") return [];
  return listOf(relation["to"]).flatMap((to): readonly (readonly [string, string | null])[] => {
    if (typeof to !== "string") return [];
    return [[from, to.endsWith("/NoneElement") ? null : to]];
  });
}

function readLicences(
  relations: readonly JsonRecord[],
  byId: ReadonlyMap<string, JsonRecord>,
): ReadonlyMap<string, string> {
  const licences = new Map<string, string>();
  // Declared wins over concluded.
  for (const kind of ["hasConcludedLicense", "hasDeclaredLicense"]) {
    for (const { from, to, relationshipType } of relations) {
      if (relationshipType !== kind || typeof from !== "string") continue;
      const licence = byId.get(textOf(listOf(to)[0]) ?? "");
      const expression = textOf(licence?.["simplelicensing_licenseExpression"]);
      if (expression !== null) licences.set(from, expression);
    }
  }
  return licences;
}

function noteOf(about: unknown, statement: unknown): readonly (readonly [string, string])[] {
  const text = textOf(statement);
  return typeof about === "string" && text?.startsWith(PAIRS_PREFIX) === true ? [[about, text]] : [];
}

function addPackage(element: JsonRecord, graph: Graph, isOwn: boolean, reading: DocumentReading): void {
  const id = textOf(element["spdxId"]) ?? "";
  const purl = textOf(element["software_packageUrl"]);
  const purpose = textOf(element["software_primaryPurpose"]) ?? "library";
  if (purl === null && !["library", "application", "framework", "module", "install"].includes(purpose))
    return;
  const identifiers = recordsOf(element["externalIdentifier"]);
  const licence = graph.licences.get(id);
  const licenses = licence === undefined ? [] : [licence];
  const fields = isOwn ? readPackagePairs(pairsOf(graph.notes.get(id))) : null;
  reading.add({
    ref: id,
    purl: purl ?? identifierOf(identifiers, "packageUrl")[0] ?? null,
    name: textOf(element["name"]) ?? "(no name)",
    version: textOf(element["software_packageVersion"]),
    licenses,
    author: textOf(graph.byId.get(textOf(element["suppliedBy"]) ?? "")?.["name"]),
    description: textOf(element["description"]) ?? textOf(element["summary"]),
    sizeBytes: null,
    sourcePackage: null,
    evidence: [],
    digests: recordsOf(element["verifiedUsing"]).flatMap(
      (hash) => digestFrom(textOf(hash["algorithm"]) ?? "", textOf(hash["hashValue"]) ?? "", "spdx3") ?? [],
    ),
    cpes: identifierOf(identifiers, "cpe23"),
    own: fields === null ? null : { ...fields, licenses: fields.licenses ?? licenses },
  });
}

function identifierOf(identifiers: readonly JsonRecord[], type: string): readonly string[] {
  return identifiers
    .filter((entry) => entry["externalIdentifierType"] === type)
    .flatMap((entry) => textOf(entry["identifier"]) ?? []);
}

function pairsOf(note: string | undefined): readonly Pair[] {
  return listOf(embeddedJson((note ?? "").slice(PAIRS_PREFIX.length))).flatMap((pair): readonly Pair[] => {
    const [name, value] = listOf(pair);
    return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  });
}

function readDistro(element: JsonRecord): Distro | null {
  const id = textOf(element["name"]);
  if (id === null) return null;
  const distro = makeDistro(id, textOf(element["software_packageVersion"]), null);
  return { ...distro, name: textOf(element["description"]) ?? distro.name };
}

function readDigest(subject: JsonRecord): string | null {
  const hash = recordsOf(subject["verifiedUsing"]).find((entry) => entry["algorithm"] === "sha256");
  const hex = textOf(hash?.["hashValue"]);
  return findDigest(
    hex === null ? null : `sha256:${hex}`,
    textOf(subject["software_packageVersion"]),
    textOf(subject["software_packageUrl"]),
  );
}
