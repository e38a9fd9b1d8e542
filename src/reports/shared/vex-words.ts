/** What to do about a VEX statement that did not apply. */
import type { AppliedVex } from "../../domain/analysis.ts";
import type { VexExplanation, VexOutcome } from "../../domain/vex.ts";

/** One sentence, or null where nothing is wrong with the statement. */
export function vexAdvice({ outcome, statement }: VexExplanation, { image }: AppliedVex): string | null {
  if (outcome === "other-image") return `this image is ${imageNames(image)}`;
  if (outcome === "author-not-trusted")
    return `--vex-author accepts authors; this one is ${statement.author}`;
  if (outcome === "future") return `it counts from ${statement.timestamp} on`;
  return advices[outcome] ?? null;
}

const advices: Readonly<Partial<Record<VexOutcome, string>>> = {
  "product-unreadable":
    "name the product by a package URL (pkg:oci/…, pkg:docker/…, pkg:deb/…) or an image reference",
  "package-in-package":
    "plimsoll sbom tells what depends on what; name the package itself as the product, or an image with it as the subcomponent",
  "other-package":
    "compare type, name space, name, version and distro of the package URL with those in plimsoll sbom",
  unjustified: "add a justification or an impact statement",
  unversioned: "name the version that is fixed: a package URL with @version, or the image by tag or digest",
  "not-approved": "sign it as an attestation with a trusted key, or have the exception approved",
};

/** `docker.io/org/app:1.2, sha256:…` */
function imageNames({ repository, tag, digests }: AppliedVex["image"]): string {
  const named = repository === null ? [] : [tag === null ? repository : `${repository}:${tag}`];
  const names = [...named, ...digests];
  return names.length === 0 ? "without a name" : names.join(", ");
}
