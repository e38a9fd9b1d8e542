/**
 * Writes the oracle table of a version scheme: pairs of versions and how the ecosystem's own tool orders them.
 *
 *     node tools/version-tables/make.ts SCHEME
 *
 * SCHEME is one of those in oracles.ts (`deb`, `rpm`, …).
 *
 * Needs the real feeds in ../shared/feeds (or PLIMSOLL_SHARED) and the tool. The same feeds and tool give the same table.
 * Each line is `a<TAB>relation<TAB>b`, relation `<`, `=` or `>`; `a<TAB>!<TAB>` means that the tool refuses `a`.
 */
import { writeFileSync } from "node:fs";
import { edgeVersions } from "./edge-versions.ts";
import { oracles } from "./oracles.ts";
import { makePairs } from "./pairs.ts";
import { realVersions } from "./real-versions.ts";

const tableBytesMax = 98_000;
/** Refused versions are worth less than pairs: most of them are refused for the same few reasons. */
const refusedMax = 400;
const pairsAtOnce = 500;

const scheme = process.argv[2] ?? "";
const oracle = oracles[scheme];
const edges = edgeVersions[scheme];
if (oracle === undefined || edges === undefined) {
  throw new Error(`usage: node tools/version-tables/make.ts ${Object.keys(oracles).join("|")}`);
}

const rows = new Set<string>();
const refused = new Set<string>();
let bytes = 0;
// Tabs and line ends are the table's own marks.
const isAskable = (version: string): boolean =>
  !/[\t\n\r]/.test(version) && oracle.unaskable?.test(version) !== true;
const pairs = makePairs(edges, realVersions(scheme), isAskable);
for (let start = 0; start < pairs.length && bytes < tableBytesMax; start += pairsAtOnce) {
  const asked = pairs.slice(start, start + pairsAtOnce);
  const relations = oracle.order(asked);
  if (relations.length !== asked.length) throw new Error("the oracle did not answer every question");
  for (const [index, [a, b]] of asked.entries()) note(a, relations[index] ?? "", b);
}

const path = new URL(`../../src/versions/${scheme}/fixtures/order.tsv`, import.meta.url);
const title = `# ${rows.size} pairs and ${refused.size} refused versions, by ${oracle.describe()}; made by tools/version-tables/make.ts`;
writeFileSync(path, `${[title, ...rows, ...refused].join("\n")}\n`);
process.stdout.write(`${title}\n`);

function note(a: string, relation: string, b: string): void {
  const isRefused = relation.startsWith("!");
  // One row for each version that is refused, whatever it was paired with.
  const row = isRefused ? `${relation.slice(1)}\t!\t` : `${a}\t${relation}\t${b}`;
  const rowBytes = Buffer.byteLength(row) + 1;
  if (rows.has(row) || refused.has(row) || bytes + rowBytes > tableBytesMax) return;
  if (isRefused && refused.size >= refusedMax) return;
  (isRefused ? refused : rows).add(row);
  bytes += rowBytes;
}
