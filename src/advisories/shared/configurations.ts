/**
 * CPE configurations of the NVD, and of CVE records (`cpeApplicability`), as affected versions by product
 * (https://nvd.nist.gov/developers/vulnerabilities, `configurations`).
 */
import { parseCpe, type Cpe } from "../../versions/cpe.ts";
import { asFields, asList, asText, type Fields } from "./fields.ts";
import { addVersions, cpeScheme, programOf, type ProductVersions } from "./products.ts";

/** Programs of Linux images among the vulnerable products, with their versions. */
export function readConfigurations(configurations: unknown): ReadonlyMap<string, ProductVersions> {
  const products = new Map<string, ProductVersions>();
  for (const member of asList(configurations)) {
    const configuration = asFields(member);
    if (configuration === null || configuration["negate"] === true) continue;
    const nodes = asList(configuration["nodes"])
      .map(asFields)
      .filter((node) => node !== null);
    if (configuration["operator"] === "AND" && nodes.some(isForeignPlatform)) continue;
    for (const node of nodes) {
      // "Not this product" says nothing that a look-up by product could use.
      if (node["negate"] === true) continue;
      for (const match of asList(node["cpeMatch"])) readMatch(products, asFields(match) ?? {});
    }
  }
  return products;
}

function readMatch(products: Map<string, ProductVersions>, match: Fields): void {
  if (match["vulnerable"] !== true) return;
  const cpe = programOf(asText(match["criteria"]) ?? "");
  if (cpe === null) return;
  if (cpe.version !== null) addVersions(products, cpe.product, [], [cpe.version]);
  // `-`, "not applicable", is how old entries say that they do not know. That is no statement about any version.
  if (!cpe.isAnyVersion) return;
  const fixed = asText(match["versionEndExcluding"]);
  addVersions(
    products,
    cpe.product,
    [
      {
        scheme: cpeScheme,
        // An end that is excluded is taken as included: one version too many is said to be affected, none too few.
        introduced: asText(match["versionStartIncluding"]) ?? asText(match["versionStartExcluding"]) ?? "0",
        fixed,
        lastAffected: fixed === null ? asText(match["versionEndIncluding"]) : null,
      },
    ],
    [],
  );
}

/** Whether all that the node names are platforms, not vulnerable themselves, on which no Linux image runs. */
function isForeignPlatform(node: Fields): boolean {
  const matches = asList(node["cpeMatch"])
    .map(asFields)
    .filter((match) => match !== null);
  if (matches.length === 0 || node["negate"] === true) return false;
  return matches.every((match) => {
    const cpe = match["vulnerable"] === true ? null : parseCpe(asText(match["criteria"]) ?? "");
    return cpe !== null && isForeign(cpe);
  });
}

function isForeign({ part, product }: Cpe): boolean {
  return part === "h" || (part === "o" && foreignSystems.test(product));
}

const foreignSystems =
  /^(?:microsoft|apple|cisco|freebsd|netbsd|openbsd):|^(?:oracle:solaris|sun:solaris|ibm:(?:aix|i|z\/os)|hp:hp-ux|google:(?:android|chrome_os))$|_firmware$/;
