/**
 * Writes SPDX 2.3 JSON. What the format has no field for stands in annotations whose comment starts with `plimsoll:`.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { joinLicences, licenceRefs } from "../shared/licence.ts";
import { packagePairs, SBOM_PAIR, writeSbomState } from "../shared/own-properties.ts";
import { contentDigest, contentUuid, subjectName, subjectPurl, wholeSeconds } from "../shared/subject.ts";
import type { SbomSubject } from "../types.ts";

/** SPDX demands an instant of creation. Without one from the image it is this, so that the same image gives the same bytes. */
const NO_TIME = "1970-01-01T00:00:00Z";
const IMAGE_ID = "SPDXRef-Image";
const DISTRO_ID = "SPDXRef-OperatingSystem";
/** Comment of an annotation that holds pairs of a package. */
export const PAIRS_PREFIX = "plimsoll:pairs ";

/** The document, with a final newline. Its namespace is made from its content. */
export function writeSpdx(subject: SbomSubject): string {
  const { image, sbom, toolVersion } = subject;
  const created = wholeSeconds(image.config.createdAt) ?? NO_TIME;
  const annotate = (comment: string): object => ({
    annotationDate: created,
    annotationType: "OTHER",
    annotator: `Tool: plimsoll-${toolVersion}`,
    comment,
  });
  const identified = identify(sbom.packages);
  const distro = sbom.distro === null ? [] : [writeDistro(sbom.distro)];
  const contained = [...distro.map(() => DISTRO_ID), ...identified.map(([id]) => id)];
  const body = {
    creationInfo: { created, creators: ["Organization: Plimsoll", `Tool: plimsoll-${toolVersion}`] },
    annotations: [annotate(`${SBOM_PAIR} ${writeSbomState(sbom)}`)],
    packages: [
      writeImage(image),
      ...distro,
      ...identified.map(([id, pkg]) => writePackage(id, pkg, annotate)),
    ],
    relationships: [
      relationship("SPDXRef-DOCUMENT", "DESCRIBES", IMAGE_ID),
      ...contained.map((id) => relationship(IMAGE_ID, "CONTAINS", id)),
    ],
    ...extractedLicences(sbom.packages),
  };
  const name = subjectName(image);
  return jsonText({
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `urn:uuid:${contentUuid(JSON.stringify([name, body]))}`,
    ...body,
  });
}

/** An SPDX id for each package, from its name and the digest of its purl, counted where a purl stands twice. */
function identify(packages: readonly Package[]): readonly (readonly [string, Package])[] {
  const used = new Set<string>();
  return packages.map((pkg) => {
    const name = pkg.name.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 100);
    const base = `SPDXRef-Package-${pkg.ecosystem.replace(/[^A-Za-z0-9.-]+/g, "-")}-${name}-${contentDigest(pkg.purl).slice(0, 16)}`;
    let id = base;
    for (let copy = 2; used.has(id); copy += 1) id = `${base}-copy-${copy}`;
    used.add(id);
    return [id, pkg] as const;
  });
}

const UNKNOWN_FIELDS = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  licenseConcluded: "NOASSERTION",
  copyrightText: "NOASSERTION",
} as const;

function writeImage(image: ResolvedImage): object {
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

function writeDistro(distro: Distro): object {
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

function writePackage(id: string, pkg: Package, annotate: (comment: string) => object): object {
  const pairs = packagePairs(pkg);
  const source = sourceText(pkg);
  return {
    SPDXID: id,
    name: pkg.namespace !== null && pkg.namespace.startsWith("@") ? `${pkg.namespace}/${pkg.name}` : pkg.name,
    ...(pkg.version === "" ? {} : { versionInfo: pkg.version }),
    supplier: pkg.author === null ? "NOASSERTION" : supplier(pkg.author),
    ...UNKNOWN_FIELDS,
    licenseDeclared: joinLicences(pkg.licenses) ?? "NOASSERTION",
    primaryPackagePurpose: "LIBRARY",
    ...(pkg.description === null ? {} : { description: pkg.description }),
    externalRefs: [purlReference(pkg.purl)],
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
function supplier(author: string): string {
  const open = author.lastIndexOf("<");
  const address = open > 0 && author.endsWith(">") ? author.slice(open + 1, -1) : "";
  if (address === "") return `Organization: ${author}`;
  return `Person: ${author.slice(0, open).trim()} (${address})`;
}

function purlReference(purl: string): object {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

function relationship(from: string, type: string, to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function extractedLicences(packages: readonly Package[]): object {
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
