/**
 * Writes SPDX 2.3 as tag-value text (https://spdx.github.io/spdx-spec/v2.3/conformance/#44-standard-data-format-requirements),
 * from the same values as the JSON. Every value stands on one line; text that cannot do so exactly is written with spaces, and
 * stands as escaped JSON in an annotation.
 */
import { asciiJson } from "../shared/ascii-json.ts";
import { embeddedJson } from "../shared/fields.ts";
import type { SbomSubject } from "../types.ts";
import { makeDocument, type Annotation, type SpdxPackage } from "./document.ts";

type Line = readonly [tag: string, value: string | undefined];

/** The document, with a final newline. */
export function writeSpdxTagValue(subject: SbomSubject): string {
  const document = makeDocument(subject, isHeld);
  const blocks: readonly (readonly Line[])[] = [
    [
      ["SPDXVersion", document.spdxVersion],
      ["DataLicense", document.dataLicense],
      ["SPDXID", document.SPDXID],
      ["DocumentName", document.name],
      ["DocumentNamespace", document.documentNamespace],
      ...document.creationInfo.creators.map((creator): Line => ["Creator", creator]),
      ["Created", document.creationInfo.created],
    ],
    ...document.annotations.map((annotation) => annotationLines(document.SPDXID, annotation)),
    ...document.packages.flatMap((pkg) => [
      packageLines(pkg),
      ...(pkg.annotations ?? []).map((annotation) => annotationLines(pkg.SPDXID, annotation)),
    ]),
    document.relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }): Line => [
      "Relationship",
      `${spdxElementId} ${relationshipType} ${relatedSpdxElement}`,
    ]),
    ...(document.hasExtractedLicensingInfos ?? []).map(
      ({ licenseId, name, extractedText }): readonly Line[] => [
        ["LicenseID", licenseId],
        ["ExtractedText", inText(extractedText)],
        ["LicenseName", name],
      ],
    ),
  ];
  return blocks.map((lines) => lines.flatMap(writeLine).join("")).join("\n");
}

function packageLines(pkg: SpdxPackage): readonly Line[] {
  return [
    ["PackageName", pkg.name],
    ["SPDXID", pkg.SPDXID],
    ["PackageVersion", pkg.versionInfo],
    ["PackageSupplier", pkg.supplier],
    ["PackageDownloadLocation", pkg.downloadLocation],
    ["FilesAnalyzed", String(pkg.filesAnalyzed)],
    ...(pkg.checksums ?? []).map(({ algorithm, checksumValue }): Line => [
      "PackageChecksum",
      `${algorithm}: ${checksumValue}`,
    ]),
    ["PackageSourceInfo", inText(pkg.sourceInfo)],
    ["PackageLicenseConcluded", pkg.licenseConcluded],
    ["PackageLicenseDeclared", pkg.licenseDeclared],
    ["PackageCopyrightText", pkg.copyrightText],
    ["PackageDescription", inText(pkg.description)],
    ...(pkg.externalRefs ?? []).map(({ referenceCategory, referenceType, referenceLocator }): Line => [
      "ExternalRef",
      `${referenceCategory} ${referenceType} ${referenceLocator}`,
    ]),
    ["PrimaryPackagePurpose", pkg.primaryPackagePurpose.replace("_", "-")],
  ];
}

function annotationLines(
  id: string,
  { annotator, annotationDate, annotationType, comment }: Annotation,
): readonly Line[] {
  const space = comment.indexOf(" ");
  const json = asciiJson(embeddedJson(comment.slice(space + 1)));
  return [
    ["Annotator", annotator],
    ["AnnotationDate", annotationDate],
    ["AnnotationComment", `<text>${comment.slice(0, space)} ${json}</text>`],
    ["AnnotationType", annotationType],
    ["SPDXREF", id],
  ];
}

function inText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `<text>${toLine(text).replaceAll(MARK, "")}</text>`;
}

/** Whether a text comes back as it is. */
function isHeld(text: string): boolean {
  return text.trim() === text && toLine(text).replaceAll(MARK, "") === text;
}

const MARK = /<\/?text>/g;

function writeLine([tag, value]: Line): readonly string[] {
  return value === undefined ? [] : [`${tag}: ${toLine(value)}\n`];
}

/** One line that steers no terminal and no CI runner. */
function toLine(text: string): string {
  return text.replace(UNPRINTABLE, " ").replace(/##(?=\[|vso\[)/g, "# #");
}

// Control characters, bidi controls, zero-width characters, line and paragraph separators, lone surrogates.
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
