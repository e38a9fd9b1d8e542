/** Facts of an OSV record beside its versions: what kind of notice it is, where in a Go module the fault is, further pages. */
import type { Advisory, AffectedSymbols } from "../../domain/advisory.ts";
import { asFields, asList, asText, asTexts, sortedUnique, type Fields } from "../shared/fields.ts";

type Facts = Pick<Advisory, "kind" | "symbols" | "references" | "systems">;

/** `affected`: the record's members for one package. `url` is the page that stands in the row already. */
export function readFacts(
  id: string,
  record: Fields,
  affected: readonly Fields[],
  url: string | null,
): Facts {
  const kind = kindOf(id, record, affected);
  const symbols = readSymbols(affected);
  const references = readReferences(record, url);
  const systems = readSystems(affected);
  return {
    ...(kind !== null && { kind }),
    ...(symbols !== null && { symbols }),
    ...(systems.length > 0 && { systems }),
    ...(references.length > 0 && { references }),
  };
}

/**
 * Malicious: ids of the malicious packages database, crates that RustSec puts in that category, and GitHub's malware notices, which
 * OSV tells from others by nothing but their words and CWE-506. Informational: RustSec's notices, when all members say so.
 */
function kindOf(
  id: string,
  record: Fields,
  affected: readonly Fields[],
): NonNullable<Advisory["kind"]> | null {
  const specifics = affected.map((member) => asFields(member["database_specific"]) ?? {});
  if (id.startsWith("MAL-")) return "malicious";
  if (specifics.some((specific) => asTexts(specific["categories"]).includes("malicious"))) return "malicious";
  const cwes = asTexts(asFields(record["database_specific"])?.["cwe_ids"]);
  const isMalware = cwes.includes("CWE-506") && asText(record["summary"])?.startsWith("Malware in ") === true;
  if (id.startsWith("GHSA-") && isMalware) return "malicious";
  const isInformational = specifics.every((specific) => asText(specific["informational"]) !== null);
  return specifics.length > 0 && isInformational ? "informational" : null;
}

/** Names of one package's advisory. With more, the paths alone are kept, which means all of their names. */
const symbolsMax = 2_000;

/**
 * Null when a member does not tell its packages: then all of the module may be meant. A path without symbols means all of
 * its names.
 */
function readSymbols(affected: readonly Fields[]): readonly AffectedSymbols[] | null {
  const symbols = new Map<string, readonly string[]>();
  for (const member of affected) {
    const imports = asList(asFields(member["ecosystem_specific"])?.["imports"]);
    if (imports.length === 0) return null;
    for (const each of imports) {
      const fields = asFields(each);
      const path = asText(fields?.["path"]);
      if (path === null) return null;
      const names = sortedUnique(asTexts(fields?.["symbols"]));
      const known = symbols.get(path);
      const isAll = names.length === 0 || known?.length === 0;
      symbols.set(path, isAll ? [] : sortedUnique([...(known ?? []), ...names]));
    }
  }
  const list = [...symbols].map(([path, names]) => ({ path, names }));
  const count = list.reduce((sum, { names }) => sum + names.length, 0);
  return count <= symbolsMax ? list : list.map(({ path }) => ({ path, names: [] }));
}

/** The operating systems that Go's record is limited to (values of `GOOS`). Empty: some package is not limited. */
function readSystems(affected: readonly Fields[]): readonly string[] {
  const systems = new Set<string>();
  for (const member of affected) {
    const imports = asList(asFields(member["ecosystem_specific"])?.["imports"]);
    if (imports.length === 0) return [];
    for (const each of imports) {
      const limits = asTexts(asFields(each)?.["goos"]);
      if (limits.length === 0) return [];
      for (const limit of limits) systems.add(limit);
    }
  }
  return systems.size > systemsMax ? [] : [...systems].sort();
}

/** Go knows some twenty. */
const systemsMax = 50;

const referencesMax = 10;
const urlLengthMax = 300;

/** Fixes and reports before other pages, as written otherwise. */
function readReferences(record: Fields, url: string | null): string[] {
  const links = asList(record["references"])
    .map(asFields)
    .flatMap((link) => {
      const address = asText(link?.["url"]);
      const isPage =
        address !== null && address.length <= urlLengthMax && /^https?:\/\/[\x21-\x7e]+$/.test(address);
      return isPage && address !== url ? [{ address, rank: rankOf(asText(link?.["type"])) }] : [];
    });
  const ranked = links.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
  return [...new Set(ranked)].slice(0, referencesMax);
}

function rankOf(type: string | null): number {
  const rank = ["FIX", "ADVISORY", "REPORT"].indexOf(type ?? "");
  return rank === -1 ? 3 : rank;
}
