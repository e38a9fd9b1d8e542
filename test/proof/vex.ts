/**
 * Round `vex`: every VEX document of the collection beside the checkout, read without losing a statement: counts equal those of the
 * collection's own manifest.
 */
import { readVexDocument } from "../../src/vex/read.ts";
import { sharedPath } from "../helpers/shared.ts";
import { vexFilesOf } from "../helpers/vex-files.ts";
import type { RoundOptions, RoundResult } from "./round.ts";

const claim =
  "The 1,283 OpenVEX documents of the collection are read without losing any of their 318,668 statements, and so are the worked " +
  "examples of CycloneDX.";

/** As the manifest counts; an entry of an example that names no component states nothing. */
const archives: readonly {
  name: string;
  mark: string;
  documents: number;
  statements: number;
  refused: number;
}[] = [
  { name: "vex-aquasecurity-vexhub", mark: "openvex.dev/ns", documents: 59, statements: 15_304, refused: 0 },
  { name: "dhi-advisories-osv-vex", mark: "openvex.dev/ns", documents: 107, statements: 6_705, refused: 0 },
  { name: "vex-rancher-vexhub", mark: "openvex.dev/ns", documents: 1_117, statements: 296_659, refused: 0 },
  { name: "vex-cyclonedx-examples", mark: '"CycloneDX"', documents: 39, statements: 111, refused: 1 },
];

const head = ["archive", "documents", "statements", "refused", "s"];

export async function vexRound(options: RoundOptions): Promise<RoundResult> {
  const failures: string[] = [];
  const rows: (string | number)[][] = [];
  for (const { name, mark, ...expected } of archives) {
    options.progress(name);
    const path = sharedPath(`feeds/${name}.tar.gz`);
    if (path === null) throw new Error(`the round needs ../shared/feeds/${name}.tar.gz`);
    const started = performance.now();
    const found = { documents: 0, statements: 0, refused: 0 };
    for (const bytes of vexFilesOf(path, mark)) {
      const { statements, problems } = readVexDocument(bytes, name);
      found.documents += 1;
      found.statements += statements.length;
      found.refused += problems.filter(({ code }) => code === "VEX_STATEMENT_INVALID").length;
    }
    for (const key of ["documents", "statements", "refused"] as const) {
      if (found[key] !== expected[key]) failures.push(`${name}: ${key} ${found[key]}, not ${expected[key]}`);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    rows.push([name, found.documents, found.statements, found.refused, seconds]);
  }
  return { claim, tables: [{ head, rows }], failures, notes: [] };
}
