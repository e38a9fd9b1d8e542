/**
 * Writes CycloneDX 1.6 JSON. What the format has no field for stands in properties named `plimsoll:…`.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { joinLicences } from "../shared/licence.ts";
import { packagePairs, SBOM_PAIR, writeSbomState, type Pair } from "../shared/own-properties.ts";
import { contentUuid, subjectName, subjectPurl, wholeSeconds } from "../shared/subject.ts";
import type { SbomSubject } from "../types.ts";

const ROOT = "image";

/** The document, with a final newline. Its serial number is made from its content. */
export function writeCycloneDx(subject: SbomSubject): string {
  const body = {
    version: 1,
    metadata: writeMetadata(subject),
    components: [...writeDistro(subject.sbom.distro), ...writePackages(subject.sbom.packages)],
    compositions: [{ aggregate: subject.sbom.completeness, assemblies: [ROOT] }],
  };
  return jsonText({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${contentUuid(JSON.stringify(body))}`,
    ...body,
  });
}

function writeMetadata({ image, sbom, toolVersion }: SbomSubject): object {
  const purl = subjectPurl(image);
  const createdAt = wholeSeconds(image.config.createdAt);
  const pairs: readonly Pair[] = [
    ["plimsoll:image:reference", image.reference],
    ...(image.digest === null ? [] : [["plimsoll:image:digest", image.digest] as const]),
    ...(image.indexDigest === null ? [] : [["plimsoll:image:index-digest", image.indexDigest] as const]),
    ...image.layers.map((layer): Pair => ["plimsoll:image:layer", layer.diffId]),
  ];
  return {
    ...(createdAt === null ? {} : { timestamp: createdAt }),
    tools: { components: [{ type: "application", name: "plimsoll", version: toolVersion }] },
    component: {
      type: image.source === "fs" ? "file" : "container",
      "bom-ref": ROOT,
      name: subjectName(image),
      ...(image.digest === null ? {} : { version: image.digest }),
      ...(purl === null ? {} : { purl }),
      properties: toProperties(pairs),
    },
    properties: toProperties([[SBOM_PAIR, writeSbomState(sbom)]]),
  };
}

function writeDistro(distro: Distro | null): readonly object[] {
  if (distro === null) return [];
  return [
    {
      type: "operating-system",
      "bom-ref": "operating-system",
      name: distro.id,
      ...(distro.versionId === null ? {} : { version: distro.versionId }),
      description: distro.name,
    },
  ];
}

function writePackages(packages: readonly Package[]): readonly object[] {
  const used = new Set<string>([ROOT, "operating-system"]);
  return packages.map((pkg) => {
    // The same purl in two places is two components; references must differ.
    let reference = pkg.purl;
    for (let copy = 2; used.has(reference); copy += 1) reference = `${pkg.purl}#copy-${copy}`;
    used.add(reference);
    return writePackage(pkg, reference);
  });
}

function writePackage(pkg: Package, reference: string): object {
  const expression = joinLicences(pkg.licenses);
  const paths = [...new Set(pkg.evidence.map(({ path }) => path))];
  const pairs = packagePairs(pkg);
  return {
    type: "library",
    "bom-ref": reference,
    ...(pkg.author === null ? {} : { supplier: { name: pkg.author }, authors: [{ name: pkg.author }] }),
    ...(pkg.namespace === null ? {} : { group: pkg.namespace }),
    name: pkg.name,
    ...(pkg.version === "" ? {} : { version: pkg.version }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...(expression === null ? {} : { licenses: [{ expression }] }),
    purl: pkg.purl,
    ...(pairs.length === 0 ? {} : { properties: toProperties(pairs) }),
    ...(paths.length === 0 ? {} : { evidence: { occurrences: paths.map((location) => ({ location })) } }),
  };
}

function toProperties(pairs: readonly Pair[]): readonly object[] {
  return pairs.map(([name, value]) => ({ name, value }));
}
