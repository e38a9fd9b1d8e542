/** How Programs known by their bytes are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { parseCpe } from "../../versions/cpe.ts";
import { purlQualifier } from "../shared/purl.ts";
import type { EcosystemNaming } from "../types.ts";

export const genericNaming: EcosystemNaming = {
  id: "generic",
  version: 3,
  scheme: "generic",
  lookUp,
};

/**
 * By vendor and product of its CPEs, which its signature or its SBOM tells; a name alone is no key. The version is that of the
 * CPE: advisories speak of upstream's numbers.
 */
function lookUp({ version, purl, cpes = [] }: Package): readonly AdvisoryKey[] {
  const keys = new Map<string, AdvisoryKey>();
  const system = purlQualifier(purl, "os");
  const built = system === null ? {} : { system };
  for (const text of cpes) {
    const cpe = parseCpe(text);
    if (cpe === null || cpe.part === "h") continue;
    const asked = cpe.version ?? version;
    // A kernel's release (`6.1.0-18-amd64`) that says more than upstream's number is a distribution's build: it has fixes of
    // later versions, so the number tells nothing.
    if (asked === "" || (cpe.part === "o" && asked !== version)) continue;
    const { product: name } = cpe;
    for (const each of [name, ...(otherNames.get(name) ?? [])])
      keys.set(`${each}\n${asked}`, { space: "cpe", name: each, version: asked, by: "package", ...built });
    // A space of its own, so that knowing Node.js's advisories is not taken for knowing those of every program.
    if (name === "nodejs:node.js")
      keys.set(`nodejs ${asked}`, { space: "nodejs", name, version: asked, by: "package", ...built });
  }
  return [...keys.values()];
}

/** Further names that the NVD has for the very same software, where it changed hands. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ["f5:nginx", ["nginx:nginx"]],
  ["nginx:nginx", ["f5:nginx"]],
  ["redis:redis", ["redislabs:redis", "pivotal_software:redis"]],
  ["haxx:libcurl", ["haxx:curl"]],
  ["nodejs:node.js", ["nodejs:nodejs"]],
]);
