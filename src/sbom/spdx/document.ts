/**
 * An inventory as an SPDX 2.3 document: the JSON values, which the tag-value form is made from too. What the format has no field
 * for stands in annotations whose comment starts with `plimsoll:`.
 */
import type { ResolvedImage } from "../../domain/image.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { isCpe23 } from "../shared/cpe.ts";
import { nameDigests } from "../shared/digests.ts";
import { packageEdges, type PackageEdges } from "../shared/edges.ts";
import { joinLicences, licenceRefs } from "../shared/licence.ts";
import { IMAGE_PAIR, writeImageState } from "../shared/own-image.ts";
import { packagePairs } from "../shared/own-package.ts";
import { SBOM_PAIR, writeSbomState } from "../shared/own-properties.ts";
import {
  contentDigest,
  contentUuid,
  NO_TIME,
  subjectName,
  subjectPurl,
  wholeSeconds,
} from "../shared/subject.ts";
import type { SbomSubject } from "../types.ts";

const IMAGE_ID = "SPDXRef-Image";
const DISTRO_ID = "SPDXRef-OperatingSystem";
/** Comment of an annotation that holds pairs of a package. */
export const PAIRS_PREFIX = "plimsoll:pairs ";

export interface Annotation {
  readonly annotationDate: string;
  readonly annotationType: "OTHER";
  readonly annotator: string;
  readonly comment: string;
}

export interface ExternalRef {
  readonly referenceCategory: "PACKAGE-MANAGER" | "SECURITY";
  readonly referenceType: "purl" | "cpe23Type";
  readonly referenceLocator: string;
}

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  readonly supplier?: string;
  readonly downloadLocation: "NOASSERTION";
  readonly filesAnalyzed: false;
  readonly licenseConcluded: "NOASSERTION";
  readonly copyrightText: "NOASSERTION";
  readonly licenseDeclared: string;
  readonly primaryPackagePurpose: "APPLICATION" | "CONTAINER" | "LIBRARY" | "OPERATING_SYSTEM" | "SOURCE";
  readonly description?: string;
  readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  readonly externalRefs?: readonly ExternalRef[];
  readonly sourceInfo?: string;
  readonly annotations?: readonly Annotation[];
}

export interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: "CONTAINS" | "DEPENDS_ON" | "DESCRIBES";
  readonly relatedSpdxElement: string;
}

export interface ExtractedLicence {
  readonly licenseId: string;
  readonly name: string;
  readonly extractedText: string;
}

export interface Document {
  readonly spdxVersion: "SPDX-2.3";
  readonly dataLicense: "CC0-1.0";
  readonly SPDXID: "SPDXRef-DOCUMENT";
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly annotations: readonly Annotation[];
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly Relationship[];
  readonly hasExtractedLicensingInfos?: readonly ExtractedLicence[];
}

/** Whether a syntax can hold a text exactly; what it cannot stands in an annotation too. */
export type IsHeld = (text: string) => boolean;

/** The document. Its namespace is made from its content. */
export function makeDocument(subject: SbomSubject, isHeld: IsHeld): Document {
  const { image, sbom, toolVersion } = subject;
  const created = wholeSeconds(image.config.createdAt) ?? NO_TIME;
  const annotate = (comment: string): Annotation => ({
    annotationDate: created,
    annotationType: "OTHER",
    annotator: `Tool: plimsoll-${toolVersion}`,
    comment,
  });
  const ids = identify(sbom.packages);
  const edges = packageEdges(sbom.packages);
  const idAt = (at: number): string => ids[at] ?? "";
  const distro = sbom.distro === null ? [] : [writeDistro(sbom.distro)];
  const body = {
    creationInfo: { created, creators: ["Organization: Plimsoll", `Tool: plimsoll-${toolVersion}`] },
    annotations: [
      annotate(`${IMAGE_PAIR} ${writeImageState(image)}`),
      annotate(`${SBOM_PAIR} ${writeSbomState(sbom)}`),
    ],
    packages: [
      writeImage(image),
      ...distro,
      ...sbom.packages.map((pkg, at) => writePackage(idAt(at), pkg, edges[at], annotate, isHeld)),
    ],
    relationships: [
      relationship("SPDXRef-DOCUMENT", "DESCRIBES", IMAGE_ID),
      ...[...distro.map(() => DISTRO_ID), ...ids].map((id) => relationship(IMAGE_ID, "CONTAINS", id)),
      ...edges.flatMap(({ to }, at) => dependencies(idAt(at), to?.map(idAt) ?? null)),
    ],
    ...extractedLicences(sbom.packages),
  };
  const name = subjectName(image);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `urn:uuid:${contentUuid(JSON.stringify([name, body]))}`,
    ...body,
  };
}

/** `NONE` says that it needs nothing; no relationship says nothing. */
function dependencies(from: string, to: readonly string[] | null): readonly Relationship[] {
  if (to === null) return [];
  const needed = to.length === 0 ? ["NONE"] : to;
  return needed.map((id) => relationship(from, "DEPENDS_ON", id));
}

/** An SPDX id for each package, from its name and the digest of its purl, counted where a purl stands twice. */
function identify(packages: readonly Package[]): readonly string[] {
  const copies = new Map<string, number>();
  return packages.map((pkg) => {
    const name = pkg.name.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 100);
    const type = pkg.ecosystem.replace(/[^A-Za-z0-9.-]+/g, "-");
    const base = `SPDXRef-Package-${type}-${name}-${contentDigest(pkg.purl).slice(0, 16)}`;
    const copy = (copies.get(base) ?? 0) + 1;
    copies.set(base, copy);
    return copy === 1 ? base : `${base}-copy-${copy}`;
  });
}

const UNKNOWN_FIELDS = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  licenseConcluded: "NOASSERTION",
  copyrightText: "NOASSERTION",
} as const;

function writeImage(image: ResolvedImage): SpdxPackage {
  const purl = subjectPurl(image);
  const hex = /^sha256:([0-9a-f]{64})$/.exec(image.digest ?? "")?.[1];
  return {
    SPDXID: IMAGE_ID,
    name: subjectName(image),
    ...(image.digest === null ? {} : { versionInfo: image.digest }),
    ...UNKNOWN_FIELDS,
    licenseDeclared: "NOASSERTION",
    primaryPackagePurpose: image.source === "fs" ? "SOURCE" : "CONTAINER",
    ...(hex === undefined ? {} : { checksums: [{ algorithm: "SHA256", checksumValue: hex }] }),
    ...(purl === null ? {} : { externalRefs: [purlReference(purl)] }),
    sourceInfo: `resolved from: ${image.reference}`,
  };
}

function writeDistro(distro: Distro): SpdxPackage {
  return {
    SPDXID: DISTRO_ID,
    name: distro.id,
    ...(distro.versionId === null ? {} : { versionInfo: distro.versionId }),
    ...UNKNOWN_FIELDS,
    licenseDeclared: "NOASSERTION",
    primaryPackagePurpose: "OPERATING_SYSTEM",
    description: distro.name,
  };
}

function writePackage(
  id: string,
  pkg: Package,
  edges: PackageEdges | undefined,
  annotate: (comment: string) => Annotation,
  isHeld: IsHeld,
): SpdxPackage {
  const { named, rest } = nameDigests(pkg.digests ?? [], "spdx");
  const cpes = (pkg.cpes ?? []).filter(isCpe23);
  const licence = joinLicences(pkg.licenses);
  const pairs = packagePairs(pkg, {
    digests: rest,
    cpes: (pkg.cpes ?? []).filter((text) => !isCpe23(text)),
    dependsOn: edges?.dangling ?? [],
    description: pkg.description !== null && !isHeld(pkg.description),
    licenses: licence !== null && !isHeld(licence),
  });
  const source = sourceText(pkg);
  return {
    SPDXID: id,
    name: pkg.namespace !== null && pkg.namespace.startsWith("@") ? `${pkg.namespace}/${pkg.name}` : pkg.name,
    ...(pkg.version === "" ? {} : { versionInfo: pkg.version }),
    supplier: pkg.author === null ? "NOASSERTION" : supplier(pkg.author),
    ...UNKNOWN_FIELDS,
    licenseDeclared: licence ?? "NOASSERTION",
    primaryPackagePurpose: pkg.foundBy === "signature" ? "APPLICATION" : "LIBRARY",
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...(named.length === 0
      ? {}
      : { checksums: named.map(({ name, value }) => ({ algorithm: name, checksumValue: value })) }),
    externalRefs: [...cpes.map(cpeReference), purlReference(pkg.purl)],
    ...(source === "" ? {} : { sourceInfo: source }),
    ...(pairs.length === 0 ? {} : { annotations: [annotate(`${PAIRS_PREFIX}${JSON.stringify(pairs)}`)] }),
  };
}

/** `built package from: openssl 3.0.11-1; found in: var/lib/dpkg/status` */
function sourceText(pkg: Package): string {
  const built =
    pkg.sourcePackage === null
      ? []
      : [`built package from: ${pkg.sourcePackage.name} ${pkg.sourcePackage.version}`];
  const paths = [...new Set(pkg.evidence.map(({ path }) => path))];
  return [...built, ...(paths.length === 0 ? [] : [`found in: ${paths.join(", ")}`])].join("; ");
}

/** SPDX agents have a kind and an address in brackets: `Ann <ann@example.com>` -> `Person: Ann (ann@example.com)`. */
function supplier(written: string): string {
  // Readers refuse a name that spans lines or is empty; the exact text stands in the pairs.
  const author = written.replace(BLANK, " ").trim();
  if (author === "") return "NOASSERTION";
  const open = author.lastIndexOf("<");
  const address = open > 0 && author.endsWith(">") ? author.slice(open + 1, -1) : "";
  if (address === "") return `Organization: ${author}`;
  return `Person: ${author.slice(0, open).trim()} (${address})`;
}

// White space, and what no one sees: control characters, bidi controls, zero-width characters.
const BLANK = /[\s\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

function purlReference(purl: string): ExternalRef {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

function cpeReference(cpe: string): ExternalRef {
  return { referenceCategory: "SECURITY", referenceType: "cpe23Type", referenceLocator: cpe };
}

function relationship(from: string, type: Relationship["relationshipType"], to: string): Relationship {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function extractedLicences(packages: readonly Package[]): Pick<Document, "hasExtractedLicensingInfos"> {
  const refs = licenceRefs(packages.flatMap((pkg) => pkg.licenses));
  if (refs.length === 0) return {};
  return {
    hasExtractedLicensingInfos: refs.map((licenseId) => ({
      licenseId,
      name: licenseId.slice("LicenseRef-".length),
      extractedText: "The package names this licence; its text was not extracted.",
    })),
  };
}
