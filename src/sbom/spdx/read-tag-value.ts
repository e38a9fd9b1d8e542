/**
 * SPDX 2.2 and 2.3 tag-value text as the JSON values of the same document, in what the reader of the JSON looks at.
 */
import type { JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";

/** Whether the first line that says something is the version of SPDX. */
export function recognisesSpdxTagValue(text: string): boolean {
  return START.test(text.slice(0, 65_536));
}

const START = /^\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*SPDXVersion:/;

/** A section that is being read; a list member holds what later lines add. */
type Section = Record<string, unknown>;

/**
 * The document. Files and snippets are left out: they are no packages.
 * @throws PlimsollError DOCUMENT_INVALID for text that does not end
 */
export function spdxFromTagValue(text: string): JsonRecord {
  const root: Section = { packages: [], relationships: [], annotations: [] };
  let section: Section = root;
  let annotation: Section | null = null;
  const annotations: Section[] = [];
  for (const [tag, value] of tagValues(text)) {
    if (tag === "PackageName") {
      section = { name: value, externalRefs: [], checksums: [], annotations: [] };
      listIn(root, "packages").push(section);
    } else if (tag === "FileName" || tag === "SnippetSPDXID") {
      section = {};
    } else if (tag === "Annotator") {
      annotation = { annotator: value };
      annotations.push(annotation);
    } else if (ANNOTATION_FIELDS[tag] !== undefined) {
      if (annotation !== null) annotation[ANNOTATION_FIELDS[tag]] = value;
    } else if (tag === "Relationship") {
      listIn(root, "relationships").push(toRelationship(value));
    } else if (tag === "RelationshipComment") {
      const last = listIn(root, "relationships").at(-1);
      if (last !== undefined) last["comment"] = value;
    } else readField(section, tag, value);
  }
  attach(root, annotations);
  return root;
}

const ANNOTATION_FIELDS: Readonly<Record<string, string>> = {
  AnnotationDate: "annotationDate",
  AnnotationComment: "comment",
  AnnotationType: "annotationType",
  SPDXREF: "element",
};

const FIELDS: Readonly<Record<string, string>> = {
  SPDXVersion: "spdxVersion",
  DocumentName: "name",
  SPDXID: "SPDXID",
  PackageVersion: "versionInfo",
  PackageSupplier: "supplier",
  PackageOriginator: "originator",
  PackageSourceInfo: "sourceInfo",
  PackageLicenseConcluded: "licenseConcluded",
  PackageLicenseDeclared: "licenseDeclared",
  PackageSummary: "summary",
  PackageDescription: "description",
  PrimaryPackagePurpose: "primaryPackagePurpose",
};

function readField(section: Section, tag: string, value: string): void {
  const field = FIELDS[tag];
  if (field !== undefined) section[field] ??= value;
  if (tag === "ExternalRef") listIn(section, "externalRefs").push(toExternalRef(value));
  if (tag === "PackageChecksum") {
    const [algorithm = "", ...rest] = value.split(":");
    listIn(section, "checksums").push({ algorithm: algorithm.trim(), checksumValue: rest.join(":").trim() });
  }
}

/** `PACKAGE-MANAGER purl pkg:npm/a@1` */
function toExternalRef(value: string): Section {
  const [referenceCategory, referenceType, ...locator] = value.split(/[ \t]+/);
  return { referenceCategory, referenceType, referenceLocator: locator.join(" ") };
}

/** `SPDXRef-A CONTAINS SPDXRef-B` */
function toRelationship(value: string): Section {
  const [spdxElementId, relationshipType, relatedSpdxElement] = value.split(/[ \t]+/);
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

/** Annotations stand anywhere and name what they are about; without a name it is the document. */
function attach(root: Section, annotations: readonly Section[]): void {
  const owners = new Map<unknown, Section>(listIn(root, "packages").map((pkg) => [pkg["SPDXID"], pkg]));
  for (const annotation of annotations) {
    listIn(owners.get(annotation["element"]) ?? root, "annotations").push(annotation);
  }
}

function listIn(section: Section, name: string): Section[] {
  const list = section[name];
  if (Array.isArray(list)) return list as Section[];
  const made: Section[] = [];
  section[name] = made;
  return made;
}

/** Tags and values in order; a value in `<text>` may span lines. One pass. @throws PlimsollError DOCUMENT_INVALID */
function* tagValues(text: string): Generator<readonly [tag: string, value: string]> {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const lineEnd = endOf(text, "\n", at);
    const line = text.slice(at, lineEnd);
    const found = /^[ \t]*([A-Za-z]{1,64}):[ \t]*/.exec(line);
    const open = found === null ? -1 : at + found[0].length;
    if (found?.[1] === undefined) {
      at = lineEnd + 1;
    } else if (text.startsWith("<text>", open)) {
      const close = text.indexOf("</text>", open);
      if (close === -1) {
        throw new PlimsollError(
          "DOCUMENT_INVALID",
          `the text of ${found[1]} in the SPDX document does not end`,
        );
      }
      yield [found[1], text.slice(open + "<text>".length, close)];
      at = endOf(text, "\n", close) + 1;
    } else {
      yield [found[1], line.slice(found[0].length).trim()];
      at = lineEnd + 1;
    }
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}
