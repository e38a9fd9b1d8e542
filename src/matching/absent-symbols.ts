/**
 * Go programs that do not hold the vulnerable functions: the linker leaves out what nothing calls, so that an affected module need not
 * bring them. The answer is a statement like those of VEX documents, so that it is labelled, shown and overruled as they are.
 */
import type { AffectedSymbols } from "../domain/advisory.ts";
import type { Finding, MatchEvidence } from "../domain/finding.ts";
import type { FunctionTable } from "../domain/package.ts";
import { printable } from "../domain/problem.ts";
import { symbolTest } from "../domain/symbol-filter.ts";
import type { VexStatement } from "../domain/vex.ts";

/** Whether a program may hold a name, by the program's path. */
export type SymbolTests = ReadonlyMap<string, (name: string) => boolean>;

export function symbolTests(tables: readonly FunctionTable[]): SymbolTests {
  return new Map(tables.map(({ path, filter }) => [path, symbolTest(filter)]));
}

/**
 * The statement that the package is not affected, or null: no advisory tells where the vulnerability is, a program with the package
 * may hold it, or nothing is known of the functions of one.
 */
export function absenceStatement(finding: Finding, tests: SymbolTests): VexStatement | null {
  const { package: pkg, evidence } = finding;
  if (pkg.ecosystem !== "golang" || finding.kind !== "vulnerability" || pkg.evidence.length === 0)
    return null;
  const telling = evidence.filter(({ advisory }) => (advisory.symbols ?? []).length > 0);
  const [first] = telling;
  if (first === undefined) return null;
  const names = [...new Set(telling.flatMap(namesOf))].sort();
  for (const { path } of pkg.evidence) {
    const mayHold = tests.get(path);
    if (mayHold === undefined || names.some(mayHold)) return null;
  }
  const programs = [...new Set(pkg.evidence.map(({ path }) => printable(path, 300)))];
  return {
    document: "plimsoll:go-functions",
    location: programs.join(", "),
    author: "Plimsoll",
    timestamp: first.advisory.modifiedAt ?? first.advisory.publishedAt ?? "1970-01-01T00:00:00Z",
    vulnerabilities: [finding.vulnerability, ...finding.aliases],
    products: [{ ids: [pkg.purl], subcomponents: [] }],
    status: "not_affected",
    justification: "vulnerable_code_not_present",
    impactStatement: `symbol absent: the program holds none of ${shown(names)}`,
    actionStatement: null,
  };
}

function namesOf({ advisory }: MatchEvidence): readonly string[] {
  return (advisory.symbols ?? []).flatMap(({ path, names }: AffectedSymbols) =>
    names.length === 0 ? [path] : names.map((name) => `${path} ${name}`),
  );
}

/** `net/http.Server.Serve, net/http.Get and 3 more` */
function shown(names: readonly string[]): string {
  const texts = names.slice(0, SHOWN_MAX).map((name) => printable(name.replace(" ", "."), 200));
  const more = names.length - texts.length;
  return `${texts.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const SHOWN_MAX = 5;
