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
import { packageMatch, readPurl, type PackageSubject } from "./package-identity.ts";

/**
 * Why a statement is not about the package; later ones came nearer.
 * `package-in-package`: the product is a package that holds others, and what holds what is not known here.
 */
export type Mismatch = "product-unreadable" | "other-image" | "package-in-package" | "other-package";

const nearness: readonly Mismatch[] = [
  "product-unreadable",
  "other-image",
  "package-in-package",
  "other-package",
];

/** A number when it applies: larger is more exact; a named package beats the whole image. */
export type Applicability = number | Mismatch;

/** Compares products with one image. It remembers what it has parsed, so use one for all statements of an assessment. */
export type Matcher = (statement: VexStatement, subject: PackageSubject) => Applicability;

/** A matcher for `image`. */
export function statementMatcher(image: VexImageIdentity): Matcher {
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
      .map((product) => matchProduct(product, subject, identify))
      .reduce((best, next) => (isNearer(next, best) ? next : best), "product-unreadable");
}

/** What one id names: the image (and how exactly), a package, or neither. */
interface Identity {
  readonly imageId: ImageId | null;
  readonly imageExactness: number | null;
  readonly purl: PackageURL | null;
}

function identityOf(id: string, image: VexImageIdentity): Identity {
  const purl = readPurl(id);
  const imageId = purl === null ? imageIdOfReference(id) : imageIdOfPurl(purl);
  const imageExactness = imageId === null ? null : imageMatch(imageId, image);
  return { imageId, imageExactness, purl: imageId === null ? purl : null };
}

function matchProduct(
  product: VexProduct,
  subject: PackageSubject,
  identify: (id: string) => Identity,
): Applicability {
  const identities = product.ids.map(identify);
  const image = largest(identities.map(({ imageExactness }) => imageExactness));
  if (image !== null) {
    if (product.subcomponents.length === 0) return image;
    const part = largest(product.subcomponents.map((id) => matchPackage(identify(id), subject)));
    return part === null ? "other-package" : part * PACKAGE_STEP + image;
  }
  const purls = identities.filter(({ purl }) => purl !== null);
  if (purls.length > 0) {
    const itself = largest(purls.map((identity) => matchPackage(identity, subject)));
    if (product.subcomponents.length === 0) return itself === null ? "other-package" : itself * PACKAGE_STEP;
    // A source package with its binary packages: the subject is both. Any other containment is not known here.
    const part =
      itself === null
        ? null
        : largest(product.subcomponents.map((id) => matchPackage(identify(id), subject)));
    return part === null ? "package-in-package" : part * PACKAGE_STEP;
  }
  return identities.some(({ imageId }) => imageId !== null) ? "other-image" : "product-unreadable";
}

/** More than the largest exactness of an image. */
const PACKAGE_STEP = 10;

function matchPackage({ purl }: Identity, subject: PackageSubject): number | null {
  return purl === null ? null : packageMatch(purl, subject);
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
