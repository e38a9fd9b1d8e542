/**
 * An inventory as a CycloneDX document: the JSON values, which the XML form is made from too. What the format has no field for
 * stands in properties named `plimsoll:…`.
 */
import type { Distro, Package } from "../../domain/package.ts";
import { isCpe23 } from "../shared/cpe.ts";
import { nameDigests } from "../shared/digests.ts";
import { packageEdges, topLevel, type PackageEdges } from "../shared/edges.ts";
import { joinLicences } from "../shared/licence.ts";
import { IMAGE_PAIR, writeImageState } from "../shared/own-image.ts";
import { packagePairs } from "../shared/own-package.ts";
import { SBOM_PAIR, writeSbomState, type Pair } from "../shared/own-properties.ts";
import { contentUuid, subjectName, subjectPurl, wholeSeconds } from "../shared/subject.ts";
import type { SbomSubject } from "../types.ts";

/** Versions that are written. */
export type CycloneDxVersion = "1.5" | "1.6" | "1.7";

export interface Component {
  readonly type: "application" | "container" | "file" | "library" | "operating-system";
  readonly "bom-ref"?: string;
  readonly supplier?: { readonly name: string };
  /** From 1.6 on. */
  readonly authors?: readonly { readonly name: string }[];
  /** Before 1.6. */
  readonly author?: string;
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly { readonly expression: string }[];
  readonly cpe?: string;
  readonly purl?: string;
  readonly properties?: readonly Property[];
  readonly evidence?: { readonly occurrences: readonly { readonly location: string }[] };
}

export interface Property {
  readonly name: string;
  readonly value: string;
}

export interface Document {
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp?: string;
    readonly tools: { readonly components: readonly Component[] };
    readonly component: Component;
    readonly properties: readonly Property[];
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly compositions: readonly { readonly aggregate: string; readonly assemblies: readonly string[] }[];
}

/** `bom-ref` of the image. */
const ROOT = "image";
const DISTRO = "operating-system";

/** What a syntax cannot hold of a text, so that it must stand in a property too. */
export type IsHeld = (text: string) => boolean;

/** The document. Its serial number is made from its content. */
export function makeDocument(subject: SbomSubject, version: CycloneDxVersion, isHeld: IsHeld): Document {
  const { packages, distro, completeness } = subject.sbom;
  const refs = makeRefs(packages);
  const edges = packageEdges(packages);
  const refAt = (at: number): string => refs[at] ?? "";
  const body = {
    version: 1,
    metadata: writeMetadata(subject),
    components: [
      ...(distro === null ? [] : [writeDistro(distro)]),
      ...packages.map((pkg, at) => writePackage(pkg, refAt(at), edges[at], version, isHeld)),
    ],
    dependencies: [
      { ref: ROOT, dependsOn: [...(distro === null ? [] : [DISTRO]), ...topLevel(edges).map(refAt)] },
      // No entry: the ecosystem does not tell what the package needs. An empty one: it needs nothing.
      ...edges.flatMap(({ to }, at) => (to === null ? [] : [{ ref: refAt(at), dependsOn: to.map(refAt) }])),
    ],
    compositions: [{ aggregate: completeness, assemblies: [ROOT] }],
  } as const;
  return { serialNumber: `urn:uuid:${contentUuid(JSON.stringify([version, body]))}`, ...body };
}

function writeMetadata({ image, sbom, toolVersion }: SbomSubject): Document["metadata"] {
  const purl = subjectPurl(image);
  const createdAt = wholeSeconds(image.config.createdAt);
  return {
    ...(createdAt === null ? {} : { timestamp: createdAt }),
    tools: { components: [{ type: "application", name: "plimsoll", version: toolVersion }] },
    component: {
      type: image.source === "fs" ? "file" : "container",
      "bom-ref": ROOT,
      name: subjectName(image),
      ...(image.digest === null ? {} : { version: image.digest }),
      ...(purl === null ? {} : { purl }),
    },
    properties: toProperties([
      [IMAGE_PAIR, writeImageState(image)],
      [SBOM_PAIR, writeSbomState(sbom)],
    ]),
  };
}

function writeDistro(distro: Distro): Component {
  return {
    type: "operating-system",
    "bom-ref": DISTRO,
    name: distro.id,
    ...(distro.versionId === null ? {} : { version: distro.versionId }),
    description: distro.name,
  };
}

/** The same package URL in two places is two components; references must differ. */
function makeRefs(packages: readonly Package[]): readonly string[] {
  const used = new Set<string>([ROOT, DISTRO]);
  const copies = new Map<string, number>();
  return packages.map(({ purl }) => {
    let copy = copies.get(purl) ?? 0;
    let ref = purl;
    do {
      copy += 1;
      ref = copy === 1 ? purl : `${purl}#copy-${copy}`;
    } while (used.has(ref));
    copies.set(purl, copy);
    used.add(ref);
    return ref;
  });
}

function writePackage(
  pkg: Package,
  ref: string,
  edges: PackageEdges | undefined,
  version: CycloneDxVersion,
  isHeld: IsHeld,
): Component {
  const expression = joinLicences(pkg.licenses);
  const paths = [...new Set(pkg.evidence.map(({ path }) => path))];
  const { named, rest } = nameDigests(pkg.digests ?? [], "cyclonedx");
  const cpe = (pkg.cpes ?? []).find(isCpe23);
  const pairs = packagePairs(pkg, {
    digests: rest,
    cpes: (pkg.cpes ?? []).filter((text) => text !== cpe),
    dependsOn: edges?.dangling ?? [],
    description: pkg.description !== null && !isHeld(pkg.description),
    licenses: expression !== null && !isHeld(expression),
  });
  return {
    type: pkg.foundBy === "signature" ? "application" : "library",
    "bom-ref": ref,
    ...(pkg.author === null ? {} : { supplier: { name: pkg.author } }),
    ...(pkg.author === null
      ? {}
      : version === "1.5"
        ? { author: pkg.author }
        : { authors: [{ name: pkg.author }] }),
    ...(pkg.namespace === null ? {} : { group: pkg.namespace }),
    name: pkg.name,
    ...(pkg.version === "" ? {} : { version: pkg.version }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...(named.length === 0
      ? {}
      : { hashes: named.map(({ name, value }) => ({ alg: name, content: value })) }),
    ...(expression === null ? {} : { licenses: [{ expression }] }),
    ...(cpe === undefined ? {} : { cpe }),
    purl: pkg.purl,
    ...(pairs.length === 0 ? {} : { properties: toProperties(pairs) }),
    ...(paths.length === 0 ? {} : { evidence: { occurrences: paths.map((location) => ({ location })) } }),
  };
}

function toProperties(pairs: readonly Pair[]): readonly Property[] {
  return pairs.map(([name, value]) => ({ name, value }));
}
