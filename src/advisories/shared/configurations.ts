/**
 * CPE configurations of the NVD, and of CVE records (`cpeApplicability`), as affected versions by product
 * (https://nvd.nist.gov/developers/vulnerabilities, `configurations`).
 */
import { parseCpe } from "../../versions/cpe.ts";
import { asFields, asList, asText, sortedUnique, type Fields } from "./fields.ts";
import { systemOf } from "./platforms.ts";
import { addVersions, cpeScheme, cpeSpace, productKey, programOf, type ProductVersions } from "./products.ts";

/** Programs among the vulnerable products, with their versions, by `productKey`. */
export function readConfigurations(configurations: unknown): ReadonlyMap<string, ProductVersions> {
  const products = new Map<string, ProductVersions>();
  for (const member of asList(configurations)) {
    const configuration = asFields(member);
    if (configuration === null || configuration["negate"] === true) continue;
    const nodes = asList(configuration["nodes"])
      .map(asFields)
      .filter((node) => node !== null);
    const limits = configuration["operator"] === "AND" ? readLimits(nodes) : [];
    if (limits === null) continue;
    for (const node of nodes) {
      // "Not this product" says nothing that a look-up by product could use.
      if (node["negate"] === true) continue;
      for (const match of asList(node["cpeMatch"])) readMatch(products, asFields(match) ?? {}, limits);
    }
  }
  return products;
}

function readMatch(products: Map<string, ProductVersions>, match: Fields, limits: readonly string[]): void {
  if (match["vulnerable"] !== true) return;
  const program = programOf(asText(match["criteria"]) ?? "");
  if (program === null) return;
  const { cpe } = program;
  const systems = bothOf(limits, program.systems);
  if (systems === null) return;
  const key = productKey(cpeSpace, cpe.product, systems);
  if (cpe.version !== null) addVersions(products, key, [], [cpe.version]);
  // `-`, "not applicable", is how old entries say that they do not know. That is no statement about any version.
  if (!cpe.isAnyVersion) return;
  const fixed = asText(match["versionEndExcluding"]);
  addVersions(
    products,
    key,
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

/** The systems that the nodes limit a configuration to. Empty: none; null: to what no package here is built for. */
function readLimits(nodes: readonly Fields[]): readonly string[] | null {
  let limits: readonly string[] | null = [];
  for (const node of nodes) {
    const systems = platformsOf(node);
    if (systems === null) continue;
    limits = systems.length === 0 || limits === null ? null : bothOf(limits, systems);
  }
  return limits;
}

/**
 * The systems of a node that names only platforms, not vulnerable themselves, on which no Linux image runs; empty where none of
 * them has a word. Null: another node.
 */
function platformsOf(node: Fields): readonly string[] | null {
  const matches = asList(node["cpeMatch"])
    .map(asFields)
    .filter((match) => match !== null);
  if (matches.length === 0 || node["negate"] === true) return null;
  const systems = matches.map((match) => {
    const cpe = match["vulnerable"] === true ? null : parseCpe(asText(match["criteria"]) ?? "");
    return cpe === null ? null : systemOf(cpe);
  });
  if (systems.includes(null)) return null;
  return sortedUnique(systems.filter((system) => system !== null)).filter((system) => system !== "other");
}

/** What is limited to both, where an empty list is no limit; null: to nothing. */
function bothOf(one: readonly string[], other: readonly string[]): readonly string[] | null {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const both = one.filter((system) => other.includes(system));
  return both.length === 0 ? null : both;
}
