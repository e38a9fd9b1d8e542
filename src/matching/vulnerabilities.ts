/**
 * Claims about a package sorted by vulnerability, so that several sources of one vulnerability make one finding.
 *
 * A CVE id is the identity. Two CVEs are one vulnerability only where no advisory of the package tells them apart, that is
 * where every advisory that lists the one lists the other. So
 *   - a GHSA with two CVEs, and nothing else: one vulnerability with both ids;
 *   - a GHSA with CVE-1, and CVE-2 that names the same GHSA as alias: two, as no advisory lists both;
 *   - a DSA with CVE-1 and CVE-2, and advisories of each: two, and the DSA is evidence for both.
 * An advisory without any CVE joins the vulnerabilities it shares another id with; with none, it is one of its own together
 * with the others that it shares ids with. Advisories that do not hold the version take part: they know aliases.
 */
import type { Advisory, AdvisoryHead } from "../domain/advisory.ts";
import { compareIds, idsOf, isCve, type Claim } from "./claim.ts";

export interface Vulnerability<Of extends AdvisoryHead = Advisory> {
  /** A CVE, else a GHSA, else the first id. */
  readonly id: string;
  /** All other ids, sorted. Ids of other vulnerabilities that an advisory lists too are not among them. */
  readonly aliases: readonly string[];
  /** In the order given. */
  readonly claims: readonly Claim<Of>[];
}

/** Sorts `claims` by vulnerability. The same claims in another order give the same vulnerabilities. */
export function vulnerabilitiesOf<Of extends AdvisoryHead>(
  claims: readonly Claim<Of>[],
): readonly Vulnerability<Of>[] {
  const cells = cellsOfCves(claims);
  const cellsById = indexById(cells);
  const withoutCve = claims.filter((claim) => !idsOf(claim.advisory).some(isCve));
  const alone: Set<Claim<Of>>[] = [];
  for (const component of connect(withoutCve)) {
    const ids = [...component].flatMap((claim) => idsOf(claim.advisory));
    const joined = new Set(ids.flatMap((id) => cellsById.get(id) ?? []));
    if (joined.size === 0) alone.push(component);
    for (const cell of joined) cell.joined.push(...component);
  }
  const position = new Map(claims.map((claim, index) => [claim, index]));
  const inOrder = (group: Iterable<Claim<Of>>): readonly Claim<Of>[] =>
    [...group].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  return [
    ...cells.map((cell) => name(cell.cves, inOrder([...cell.claims, ...cell.joined]))),
    ...alone.map((component) => name([], inOrder(component))),
  ];
}

interface Cell<Of extends AdvisoryHead> {
  readonly cves: string[];
  readonly claims: ReadonlySet<Claim<Of>>;
  /** Claims without a CVE that share another id. */
  readonly joined: Claim<Of>[];
}

/** CVEs that exactly the same advisories list are one cell. */
function cellsOfCves<Of extends AdvisoryHead>(claims: readonly Claim<Of>[]): readonly Cell<Of>[] {
  const listing = new Map<string, number[]>();
  for (const [index, claim] of claims.entries()) {
    for (const id of new Set(idsOf(claim.advisory).filter(isCve))) {
      const indexes = listing.get(id);
      if (indexes === undefined) listing.set(id, [index]);
      else indexes.push(index);
    }
  }
  const cells = new Map<string, Cell<Of>>();
  for (const [cve, indexes] of listing) {
    const signature = indexes.join(",");
    const known = cells.get(signature);
    if (known !== undefined) {
      known.cves.push(cve);
      continue;
    }
    const listedBy = indexes.map((index) => claims[index]).filter((claim) => claim !== undefined);
    cells.set(signature, { cves: [cve], claims: new Set(listedBy), joined: [] });
  }
  return [...cells.values()];
}

/** The cells whose advisories list an id. */
function indexById<Of extends AdvisoryHead>(
  cells: readonly Cell<Of>[],
): ReadonlyMap<string, readonly Cell<Of>[]> {
  const byId = new Map<string, Cell<Of>[]>();
  for (const cell of cells) {
    for (const id of new Set([...cell.claims].flatMap((claim) => idsOf(claim.advisory)))) {
      const known = byId.get(id);
      if (known === undefined) byId.set(id, [cell]);
      else known.push(cell);
    }
  }
  return byId;
}

/** Claims that share an id, directly or through others. */
function connect<Of extends AdvisoryHead>(claims: readonly Claim<Of>[]): readonly Set<Claim<Of>>[] {
  const byId = new Map<string, Set<Claim<Of>>>();
  for (const claim of claims) {
    const merged = new Set([claim]);
    for (const id of idsOf(claim.advisory)) {
      for (const other of byId.get(id) ?? []) merged.add(other);
    }
    for (const member of merged) for (const id of idsOf(member.advisory)) byId.set(id, merged);
  }
  return [...new Set(byId.values())];
}

function name<Of extends AdvisoryHead>(
  cves: readonly string[],
  claims: readonly Claim<Of>[],
): Vulnerability<Of> {
  const others = claims.flatMap((claim) => idsOf(claim.advisory)).filter((id) => !isCve(id));
  const ids = [...new Set([...cves, ...others])].sort(compareIds);
  const id = ids.find(isCve) ?? ids.find((each) => each.startsWith("GHSA-")) ?? ids[0] ?? "";
  return { id, aliases: ids.filter((each) => each !== id), claims };
}
