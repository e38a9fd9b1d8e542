/**
 * The operating systems that the NVD and CVE records name as platforms, in Go's words for them (`GOOS`), as advisories keep them.
 */
import type { Cpe } from "../../versions/cpe.ts";
import { sortedUnique } from "./fields.ts";

/** By vendor and product of a CPE. */
const systemsByProduct: readonly (readonly [RegExp, string])[] = [
  [/^microsoft:windows/, "windows"],
  [/^apple:(?:mac_?os(?:_x)?(?:_server)?)$/, "darwin"],
  [/^apple:(?:iphone_os|ipados|ios)$/, "ios"],
  [/^freebsd:freebsd$/, "freebsd"],
  [/^netbsd:netbsd$/, "netbsd"],
  [/^openbsd:openbsd$/, "openbsd"],
  [/^(?:oracle|sun):(?:solaris|sunos)$/, "solaris"],
  [/^ibm:aix$/, "aix"],
  [/^ibm:z\/os$/, "zos"],
  [/^google:android$/, "android"],
];

/** By target software of a CPE, and by `platforms` of a CVE record, in lower case. */
const systemsByWord: ReadonlyMap<string, string> = new Map([
  ["windows", "windows"],
  ["macos", "darwin"],
  ["mac_os_x", "darwin"],
  ["mac os x", "darwin"],
  ["mac", "darwin"],
  ["ios", "ios"],
  ["iphone_os", "ios"],
  ["ipados", "ios"],
  ["android", "android"],
  ["freebsd", "freebsd"],
  ["solaris", "solaris"],
  ["aix", "aix"],
  ["z/os", "zos"],
]);

/** Platforms on which no program of an image runs, and that have no word of their own: appliances, firmware, phones of old. */
const others =
  /^(?:microsoft|apple|cisco):|^(?:ibm:i|hp:hp-ux|google:chrome_os)$|^(?:oracle|sun):solaris_|_firmware$/;

/** What a platform is: the system's name; `other` for what no package here is built for; null: may be Linux, or nobody knows. */
export function systemOf({ part, product }: Pick<Cpe, "part" | "product">): string | null {
  if (part === "h") return "other";
  if (part !== "o") return null;
  const known = systemsByProduct.find(([pattern]) => pattern.test(product))?.[1];
  return known ?? (others.test(product) ? "other" : null);
}

/** `windows` of the target software `windows`; null: none of the systems. */
export function systemOfWord(word: string | null): string | null {
  return systemsByWord.get(word?.toLowerCase() ?? "") ?? null;
}

/** The systems that a CVE record's list of platforms is limited to. Empty: to none, or one of its words may mean Linux. */
export function systemsOfWords(words: readonly string[]): readonly string[] {
  const systems = words.map(systemOfWord);
  return sortedUnique(systems.includes(null) ? [] : systems.filter((system) => system !== null));
}
