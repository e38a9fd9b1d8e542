/**
 * Replayed queries: for most Python and Java records OSV writes out every published version that its own service holds to be
 * affected. Each is asked again, of the engine; so is every version that OSV lists for another vulnerability of the same package
 * and leaves out of this list.
 */
import { readDocuments } from "../../src/advisories/documents.ts";
import { getFeed } from "../../src/advisories/feeds.ts";
import type { FeedDocument } from "../../src/advisories/shared/document.ts";
import type { FeedAdvisory } from "../../src/advisories/types.ts";
import { judge } from "../../src/matching/judge.ts";
import { sharedPath } from "../helpers/shared.ts";

export interface ReplayedSpace {
  /** `pypi`, `maven`. */
  readonly space: string;
  /** Versions that OSV lists. */
  readonly affected: number;
  /** Versions that it leaves out. */
  readonly unaffected: number;
  /** Listed by OSV, and not affected for the engine; for people. */
  readonly lost: readonly string[];
  /** Left out by OSV, and not unaffected for the engine; for people. */
  readonly held: readonly string[];
}

/**
 * So many versions the ranges of the records hold although their lists leave them out: release candidates of TensorFlow, versions
 * that came out after the list was made, and such as PEP 440 refuses.
 */
export const heldMax: Readonly<Record<string, number>> = { pypi: 1674, maven: 1 };

const archives = ["pypi-pysec-osv-yaml.tar.gz", "osv-samples.zip"];

/** Schemes of the name spaces in which OSV lists versions. */
const schemes: Readonly<Record<string, string>> = { pypi: "pep440", maven: "maven" };

interface Query {
  readonly advisory: FeedAdvisory;
  /** As the record lists them; the database keeps only those that no range holds. */
  readonly listed: ReadonlySet<string>;
}

/** By space. */
export async function replayQueries(): Promise<readonly ReplayedSpace[]> {
  const queries = await readQueries();
  return [...Map.groupBy(queries, ({ advisory }) => advisory.space)].map(([space, own]) => {
    const result = { space, affected: 0, unaffected: 0, lost: [] as string[], held: [] as string[] };
    for (const ofPackage of Map.groupBy(own, ({ advisory }) => advisory.name).values()) {
      const versions = new Set(ofPackage.flatMap(({ listed }) => [...listed]));
      for (const query of ofPackage) for (const version of versions) ask(query, version, result);
    }
    return result;
  });
}

interface Tally {
  affected: number;
  unaffected: number;
  readonly lost: string[];
  readonly held: string[];
}

function ask({ advisory, listed }: Query, version: string, tally: Tally): void {
  const row = { ...advisory, feed: "osv", demonstration: false };
  const { state } = judge(row, {
    version,
    scheme: schemes[advisory.space] ?? "",
    modularity: null,
    repository: null,
    system: "",
    epochMayBeLost: false,
  });
  const told = `${advisory.id} ${advisory.name}@${version}: ${state}`;
  if (listed.has(version)) {
    tally.affected += 1;
    if (state !== "affected") tally.lost.push(told);
  } else {
    tally.unaffected += 1;
    if (state !== "unaffected") tally.held.push(told);
  }
}

async function readQueries(): Promise<readonly Query[]> {
  const queries: Query[] = [];
  for (const archive of archives) {
    const path = sharedPath(`feeds/${archive}`);
    if (path === null) throw new Error(`the queries need ../shared/feeds/${archive}`);
    await readDocuments(path, {
      signal: null,
      onDocument: (document) => void queries.push(...queriesOf(document)),
    });
  }
  return queries;
}

function queriesOf(document: FeedDocument): readonly Query[] {
  const osv = getFeed("osv");
  if (!osv.recognises(document)) return [];
  const { affected = [] } = document.value() as {
    affected?: readonly { versions?: readonly string[] }[];
  };
  const [only] = affected;
  // With one package in the record, its list is the list of the advisory.
  if (only === undefined || affected.length > 1 || (only.versions ?? []).length === 0) return [];
  const listed = new Set(only.versions);
  return osv
    .read(document)
    .records.filter((record) => record.kind === "advisory" && !record.withdrawn)
    .flatMap((record) => (record.kind === "advisory" ? record.advisories : []))
    .filter(({ advisory }) => advisory.space in schemes)
    .map(({ advisory }) => ({ advisory, listed }));
}
