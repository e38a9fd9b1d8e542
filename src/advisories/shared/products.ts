/**
 * Products named by CPE as rows of the database: name space `cpe`, name `vendor:product`, ranges in the scheme `generic`.
 * They are for programs that no package manager lists, in Linux images; what cannot be such a program gets no row.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { parseCpe, type Cpe } from "../../versions/cpe.ts";
import { isPackageName } from "./fields.ts";

export const cpeSpace = "cpe";
export const cpeScheme = "generic";

/** Affected versions of one product. */
export interface ProductVersions {
  readonly ranges: AffectedRange[];
  readonly versions: string[];
}

/** The CPE when it may name a program of a Linux image: an application, or the kernel; not firmware, nor a plug-in of something. */
export function programOf(text: string): Cpe | null {
  const cpe = parseCpe(text);
  if (cpe === null || !isPackageName(cpe.product)) return null;
  if (cpe.part !== "a" && cpe.product !== "linux:linux_kernel") return null;
  return cpe.targetSoftware === null || targets.has(cpe.targetSoftware) ? cpe : null;
}

/** Software that a program of a Linux image runs on. With others (`wordpress`, `node.js`, `windows`) the product is another one. */
const targets: ReadonlySet<string> = new Set(["linux", "linux_kernel", "unix", "docker", "kubernetes"]);

/** Adds to the product's versions, which are made when it has none yet. */
export function addVersions(
  products: Map<string, ProductVersions>,
  product: string,
  ranges: readonly AffectedRange[],
  versions: readonly string[],
): void {
  const known = products.get(product) ?? { ranges: [], versions: [] };
  products.set(product, known);
  for (const range of ranges) {
    const text = JSON.stringify(range);
    if (!known.ranges.some((each) => JSON.stringify(each) === text)) known.ranges.push(range);
  }
  for (const version of versions) if (!known.versions.includes(version)) known.versions.push(version);
}

export const cvePattern = /^CVE-\d{4}-\d{4,19}$/;
export const cwePattern = /^CWE-\d{1,6}$/;
