/**
 * Writes SPDX 3.0.1 as JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/serializations/): a flat graph of elements. What the
 * format has no field for stands in annotations whose statement starts with `plimsoll:`.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { Package } from "../../domain/package.ts";
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
import { CONTEXT, PAIRS_PREFIX, NONE_ELEMENT } from "./terms.ts";

/** One element of the graph. */
type Element = Readonly<Record<string, unknown>> & { readonly type: string; readonly spdxId: string };

/** The document, with a final newline. Its identifiers are made from its content. */
export function writeSpdx3(subject: SbomSubject): string {
  const { image, sbom, toolVersion } = subject;
  const states = [`${IMAGE_PAIR} ${writeImageState(image)}`, `${SBOM_PAIR} ${writeSbomState(sbom)}`];
  const created = wholeSeconds(image.config.createdAt) ?? NO_TIME;
  // Everything below follows from these, so they are what the name space is made from.
  const space = `urn:uuid:${contentUuid(JSON.stringify([created, states, sbom.packages, toolVersion]))}#`;
  const make = startGraph(space);
  const author = make("Organization", "plimsoll", { name: "Plimsoll" });
  const tool = make("Tool", "tool", { name: `plimsoll-${toolVersion}` });
  const root = make("software_Package", "image", writeImage(subject));
  const distro =
    sbom.distro === null ? [] : [make("software_Package", "operating-system", writeDistro(sbom.distro))];
  const { elements, ids } = writePackages(sbom.packages, make);
  const contains = make("Relationship", "contains", {
    from: root.spdxId,
    relationshipType: "contains",
    to: [...distro.map(({ spdxId }) => spdxId), ...ids],
    completeness: sbom.completeness === "complete" ? "complete" : "incomplete",
  });
  const notes = states.map((statement, at) => annotation(make, `state-${at + 1}`, root.spdxId, statement));
  const contained = distro.length + ids.length === 0 ? [] : [contains];
  const content = [author, tool, root, ...distro, ...elements, ...contained, ...notes];
  const list = make("software_Sbom", "sbom", {
    software_sbomType: ["analyzed"],
    rootElement: [root.spdxId],
    element: content.map(({ spdxId }) => spdxId),
    profileConformance: ["core", "software", "simpleLicensing"],
  });
  const document = make("SpdxDocument", "document", {
    name: subjectName(image),
    dataLicense: "https://spdx.org/licenses/CC0-1.0",
    rootElement: [list.spdxId],
    element: [...content, list].map(({ spdxId }) => spdxId),
    profileConformance: ["core", "software", "simpleLicensing"],
  });
  const creation = {
    type: "CreationInfo",
    "@id": CREATION,
    specVersion: "3.0.1",
    created,
    createdBy: [author.spdxId],
    createdUsing: [tool.spdxId],
  };
  return jsonText({ "@context": CONTEXT, "@graph": [creation, document, list, ...content] });
}

const CREATION = "_:creationinfo";

type Make = (type: string, name: string, fields: Readonly<Record<string, unknown>>) => Element;

function startGraph(space: string): Make {
  return (type, name, fields) => ({ type, spdxId: `${space}${name}`, creationInfo: CREATION, ...fields });
}

function writeImage({ image }: SbomSubject): Readonly<Record<string, unknown>> {
  const purl = subjectPurl(image);
  const hex = /^sha256:([0-9a-f]{64})$/.exec(image.digest ?? "")?.[1];
  return {
    name: subjectName(image),
    ...(image.digest === null ? {} : { software_packageVersion: image.digest }),
    ...(hex === undefined ? {} : { verifiedUsing: [hash("sha256", hex)] }),
    ...(purl === null ? {} : { software_packageUrl: purl }),
    software_primaryPurpose: image.source === "fs" ? "source" : "container",
  };
}

function writeDistro(distro: NonNullable<SbomSubject["sbom"]["distro"]>): Readonly<Record<string, unknown>> {
  return {
    name: distro.id,
    ...(distro.versionId === null ? {} : { software_packageVersion: distro.versionId }),
    description: distro.name,
    software_primaryPurpose: "operatingSystem",
  };
}

/** Packages with their makers, licences, edges and pairs; `ids` are those of the packages alone. */
function writePackages(
  packages: readonly Package[],
  make: Make,
): { readonly elements: readonly Element[]; readonly ids: readonly string[] } {
  const edges = packageEdges(packages);
  const shared = makeShared(packages, make);
  const written = packages.map((pkg, at) => {
    const name = `package-${at + 1}-${contentDigest(pkg.purl).slice(0, 16)}`;
    return { pkg, name, element: writePackage(pkg, name, shared, make) };
  });
  const ids = written.map(({ element }) => element.spdxId);
  const around = written.flatMap(({ pkg, name }, at) => {
    const id = ids[at] ?? "";
    return [
      ...dependencies(id, name, edges[at]?.to ?? null, ids, make),
      ...declaredLicence(id, name, pkg, shared, make),
      ...pairNotes(id, name, pkg, edges[at], make),
    ];
  });
  return { elements: [...shared.elements, ...written.map(({ element }) => element), ...around], ids };
}

interface Shared {
  readonly agents: ReadonlyMap<string, Element>;
  readonly licences: ReadonlyMap<string, Element>;
  readonly elements: readonly Element[];
}

/** Agents and licences stand once, however many packages name them. */
function makeShared(packages: readonly Package[], make: Make): Shared {
  const authors = [...new Set(packages.flatMap(({ author }) => author ?? []))].sort();
  const agents = new Map(
    authors.map((author) => [author, make("Agent", named("agent", author), { name: author })]),
  );
  const texts = licenceRefs(packages.flatMap(({ licenses }) => licenses)).map(
    (ref) =>
      [
        ref,
        make("simplelicensing_SimpleLicensingText", named("licence-text", ref), {
          name: ref.slice("LicenseRef-".length),
          simplelicensing_licenseText: "The package names this licence; its text was not extracted.",
        }),
      ] as const,
  );
  const ids = new Map(texts.map(([ref, { spdxId }]) => [ref, spdxId]));
  const expressions = [...new Set(packages.flatMap(({ licenses }) => joinLicences(licenses) ?? []))].sort();
  const licences = new Map(
    expressions.map((expression) => {
      const refs = licenceRefs([expression]).map((key) => ({
        type: "DictionaryEntry",
        key,
        value: ids.get(key),
      }));
      const element = make("simplelicensing_LicenseExpression", named("licence", expression), {
        simplelicensing_licenseExpression: expression,
        ...(refs.length === 0 ? {} : { simplelicensing_customIdToUri: refs }),
      });
      return [expression, element];
    }),
  );
  return {
    agents,
    licences,
    elements: [...agents.values(), ...texts.map(([, text]) => text), ...licences.values()],
  };
}

function named(kind: string, text: string): string {
  return `${kind}-${contentDigest(text).slice(0, 16)}`;
}

function writePackage(pkg: Package, name: string, shared: Shared, make: Make): Element {
  const { named: hashes } = nameDigests(pkg.digests ?? [], "spdx3");
  const agent = shared.agents.get(pkg.author ?? "");
  const cpes = (pkg.cpes ?? []).filter(isCpe23);
  return make("software_Package", name, {
    name: pkg.namespace !== null && pkg.namespace.startsWith("@") ? `${pkg.namespace}/${pkg.name}` : pkg.name,
    ...(pkg.version === "" ? {} : { software_packageVersion: pkg.version }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...(agent === undefined ? {} : { suppliedBy: agent.spdxId }),
    ...(hashes.length === 0 ? {} : { verifiedUsing: hashes.map((one) => hash(one.name, one.value)) }),
    ...(cpes.length === 0
      ? {}
      : {
          externalIdentifier: cpes.map((identifier) => ({
            type: "ExternalIdentifier",
            externalIdentifierType: "cpe23",
            identifier,
          })),
        }),
    software_packageUrl: pkg.purl,
    software_primaryPurpose: pkg.foundBy === "signature" ? "application" : "library",
  });
}

function hash(algorithm: string, hashValue: string): object {
  return { type: "Hash", algorithm, hashValue };
}

function dependencies(
  from: string,
  name: string,
  to: readonly number[] | null,
  ids: readonly string[],
  make: Make,
): readonly Element[] {
  if (to === null) return [];
  const needed = to.length === 0 ? [NONE_ELEMENT] : to.map((at) => ids[at] ?? "");
  return [make("Relationship", `${name}-needs`, { from, relationshipType: "dependsOn", to: needed })];
}

function declaredLicence(
  from: string,
  name: string,
  { licenses }: Package,
  shared: Shared,
  make: Make,
): readonly Element[] {
  const licence = shared.licences.get(joinLicences(licenses) ?? "");
  if (licence === undefined) return [];
  const fields = { from, relationshipType: "hasDeclaredLicense", to: [licence.spdxId] };
  return [make("Relationship", `${name}-licence`, fields)];
}

function pairNotes(
  id: string,
  name: string,
  pkg: Package,
  edges: PackageEdges | undefined,
  make: Make,
): readonly Element[] {
  const pairs = packagePairs(pkg, {
    digests: nameDigests(pkg.digests ?? [], "spdx3").rest,
    cpes: (pkg.cpes ?? []).filter((text) => !isCpe23(text)),
    dependsOn: edges?.dangling ?? [],
    description: false,
    licenses: false,
  });
  if (pairs.length === 0) return [];
  return [annotation(make, `${name}-pairs`, id, `${PAIRS_PREFIX}${JSON.stringify(pairs)}`)];
}

function annotation(make: Make, name: string, subject: string, statement: string): Element {
  return make("Annotation", name, { annotationType: "other", subject, statement });
}
