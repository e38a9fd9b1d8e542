/**
 * Whether a statement is about one package of one image, and how exactly it says so.
 */
import type { PackageURL } from "packageurl-js";
import type { VexProduct, VexStatement } from "../../domain/vex.ts";
import {
  imageIdOfPurl,
  imageIdOfReference,
  imageMatch,
  type ImageId,
  type VexImageIdentity,
} from "./image-identity.ts";
import type { Containment } from "./containment.ts";
import {
  contradicts,
  packageMatch,
  readPurl,
  type DistroHint,
  type PackageSubject,
} from "./package-identity.ts";
import { platformOfCpe } from "./platform-identity.ts";

/**
 * Why a statement is not about the package; later ones came nearer.
 * `package-in-package`: the product is a package that holds others, and this one is not known to be in it alone.
 */
export type Mismatch = "product-unreadable" | "other-image" | "package-in-package" | "other-package";

const nearness: readonly Mismatch[] = [
  "product-unreadable",
  "other-image",
  "package-in-package",
  "other-package",
];

/**
 * A number when it applies: larger is more exact; a named package beats the whole image, and what is said of the image what came
 * down from its base.
 */
export type Applicability = number | Mismatch;

/** What is said of a base image comes after the same said of the image itself. */
const BASE_STEP = 3;

/** The exactness of a statement about the image's base. */
export function fromBase(exactness: number): number {
  return exactness - BASE_STEP;
}

/** Whether an applicable statement names a version: of the package, or of the image by tag or digest. */
export function namesVersion(exactness: number): boolean {
  if (exactness >= 2 * PACKAGE_STEP - BASE_STEP) return true;
  const image = (exactness + PACKAGE_STEP) % PACKAGE_STEP;
  return image !== 0 && image !== PACKAGE_STEP - BASE_STEP;
}

/** Compares products with one image. It remembers what it has parsed, so use one for all statements of an assessment. */
export type Matcher = (statement: VexStatement, subject: PackageSubject) => Applicability;

/** A matcher for `image`; `contains` tells of packages in packages, null: nobody knows. */
export function statementMatcher(image: VexImageIdentity, contains: Containment | null = null): Matcher {
  const identities = new Map<string, Identity>();
  const identify = (id: string): Identity => {
    const known = identities.get(id);
    if (known !== undefined) return known;
    const identity = identityOf(id, image);
    identities.set(id, identity);
    return identity;
  };
  return (statement, subject) =>
    statement.products
      .map((product) => matchProduct(product, { subject, identify, contains }))
      .reduce((best, next) => (isNearer(next, best) ? next : best), "product-unreadable");
}

/** What one id names: the image (and how exactly), a package, or neither. */
interface Identity {
  readonly imageId: ImageId | null;
  readonly imageExactness: number | null;
  readonly purl: PackageURL | null;
  /** The distribution, where the id is the CPE of one: Red Hat's products are written so. */
  readonly platform: DistroHint | null;
}

function identityOf(id: string, image: VexImageIdentity): Identity {
  const purl = readPurl(id);
  const imageId = purl === null ? imageIdOfReference(id) : imageIdOfPurl(purl);
  const imageExactness = imageId === null ? null : imageMatch(imageId, image);
  return { imageId, imageExactness, purl: imageId === null ? purl : null, platform: platformOfCpe(id) };
}

interface Matching {
  readonly subject: PackageSubject;
  readonly identify: (id: string) => Identity;
  readonly contains: Containment | null;
}

function matchProduct(product: VexProduct, { subject, identify, contains }: Matching): Applicability {
  const { versions } = product;
  const identities = product.ids.map(identify);
  // Ranges are about the innermost of what is named.
  const own = product.subcomponents.length === 0 ? versions : undefined;
  const image = largest(identities.map((identity) => matchImage(identity, own)));
  const partOf = (): number | null =>
    largest(product.subcomponents.map((id) => matchPackage(identify(id), subject, versions)));
  if (image !== null) {
    if (product.subcomponents.length === 0) return image;
    const part = partOf();
    return part === null ? "other-package" : part * PACKAGE_STEP + image;
  }
  const purls = identities.filter(({ purl }) => purl !== null);
  if (purls.length > 0) {
    const itself = largest(purls.map((identity) => matchPackage(identity, subject, own)));
    if (product.subcomponents.length === 0) return itself === null ? "other-package" : itself * PACKAGE_STEP;
    // A source package with its binary packages: the subject is both. Else the inventory has to tell what is in what.
    const isPart = itself !== null || purls.some(({ purl }) => purl !== null && contains?.(purl, subject));
    const part = isPart ? partOf() : null;
    return part === null ? "package-in-package" : part * PACKAGE_STEP;
  }
  const platforms = identities.flatMap(({ platform }) => platform ?? []);
  if (platforms.length > 0 && product.subcomponents.length > 0) {
    if (!platforms.some((platform) => isOfPlatform(subject, platform))) return "other-package";
    const part = partOf();
    return part === null ? "other-package" : part * PACKAGE_STEP;
  }
  return identities.some(({ imageId }) => imageId !== null) ? "other-image" : "product-unreadable";
}

/** Ranges beside an image are about its tag. */
function matchImage(
  { imageExactness, imageId }: Identity,
  versions: readonly string[] | undefined,
): number | null {
  if (imageExactness !== 0 || versions === undefined || imageId === null) return imageExactness;
  return null;
}

/** The package tells its distribution, and it is this one. */
function isOfPlatform({ distro }: PackageSubject, platform: DistroHint): boolean {
  return distro.id !== null && !contradicts(distro, platform);
}

/** More than the largest exactness of an image. */
const PACKAGE_STEP = 10;

function matchPackage(
  { purl }: Identity,
  subject: PackageSubject,
  versions: readonly string[] | undefined,
): number | null {
  return purl === null ? null : packageMatch(purl, subject, versions);
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (best, value) => (value !== null && (best === null || value > best) ? value : best),
    null,
  );
}

function isNearer(next: Applicability, best: Applicability): boolean {
  if (typeof next === "number") return typeof best !== "number" || next > best;
  return typeof best !== "number" && nearness.indexOf(next) > nearness.indexOf(best);
}
