/**
 * Products named by CPE as rows of the database: name space `cpe`, name `vendor:product`, ranges in the scheme `generic`.
 * They are for programs that no package manager lists; what cannot be such a program gets no row. Rows of what is limited to
 * other systems than Linux name those.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { parseCpe, type Cpe } from "../../versions/cpe.ts";
import { isPackageName } from "./fields.ts";
import { systemOfWord } from "./platforms.ts";

export const cpeSpace = "cpe";
export const cpeScheme = "generic";

/** Affected versions of one product, on all systems or on some. */
export interface ProductVersions {
  readonly ranges: AffectedRange[];
  readonly versions: string[];
}

/** A program by its CPE, and the systems that it is limited to. */
export interface Program {
  readonly cpe: Cpe;
  /** `windows`; empty: all. */
  readonly systems: readonly string[];
}

/** The CPE when it may name a program of an image: an application, or the kernel; not firmware, nor a plug-in of something. */
export function programOf(text: string): Program | null {
  const cpe = parseCpe(text);
  if (cpe === null || !isPackageName(cpe.product)) return null;
  if (cpe.part !== "a" && cpe.product !== "linux:linux_kernel") return null;
  const { targetSoftware } = cpe;
  if (targetSoftware === null || targets.has(targetSoftware)) return { cpe, systems: [] };
  const system = systemOfWord(targetSoftware);
  return system === null ? null : { cpe, systems: [system] };
}

/** Where the versions of a product stand while a record is read: `space\nname`, and the systems if it is limited to some. */
export function productKey(space: string, name: string, systems: readonly string[]): string {
  return [space, name, ...(systems.length > 0 ? [systems.join(",")] : [])].join("\n");
}

/** What `productKey` was made of. */
export function readProductKey(key: string): {
  readonly space: string;
  readonly name: string;
  readonly systems: readonly string[];
} {
  const [space = "", name = "", systems] = key.split("\n");
  return { space, name, systems: systems?.split(",") ?? [] };
}

/** Software that a program of a Linux image runs on. With others (`wordpress`, `node.js`) the product is another one. */
const targets: ReadonlySet<string> = new Set(["linux", "linux_kernel", "unix", "docker", "kubernetes"]);

/** Adds to the versions at `key` (see `productKey`), which are made when there are none yet. */
export function addVersions(
  products: Map<string, ProductVersions>,
  key: string,
  ranges: readonly AffectedRange[],
  versions: readonly string[],
): void {
  const known = products.get(key) ?? { ranges: [], versions: [] };
  products.set(key, known);
  for (const range of ranges) {
    const text = JSON.stringify(range);
    if (!known.ranges.some((each) => JSON.stringify(each) === text)) known.ranges.push(range);
  }
  for (const version of versions) if (!known.versions.includes(version)) known.versions.push(version);
}

export const cvePattern = /^CVE-\d{4}-\d{4,19}$/;
export const cwePattern = /^CWE-\d{1,6}$/;
