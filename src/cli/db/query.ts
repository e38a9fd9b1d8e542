/**
 * `plimsoll db query`: which advisories affect a package URL. The same look-up and the same matching as for an image.
 */
import { openDatabase } from "../../advisories/database.ts";
import { gatherAndMatch } from "../../analysis/match-packages.ts";
import type { AdvisoryDatabase } from "../../domain/ports.ts";
import { printable } from "../../domain/problem.ts";
import { lookUpKeys, schemeOf } from "../../ecosystems/look-up.ts";
import { consider } from "../../matching/consider.ts";
import { packageFromPurl } from "../../sbom/package-from-purl.ts";
import type { CliContext } from "../context.ts";
import type { SeverityOptions } from "../options/severity.ts";
import { readLines } from "../read-lines.ts";
import { answerJson, answerText, type Answer } from "./query-answer.ts";

export interface QueryOptions extends SeverityOptions {
  readonly format: string;
  /** Also the advisories that say no, and the proof behind each. */
  readonly explain?: true;
}

/** One JSON line or one block for each package URL; 1 when one of them was not valid. @throws PlimsollError USAGE, DATABASE_* */
export async function runQuery(
  context: CliContext,
  purls: readonly string[],
  options: QueryOptions,
): Promise<number> {
  const database = openDatabase(context.config.databaseDir);
  const isExplained = options.explain === true;
  let exitCode = 0;
  try {
    if (database.status.demonstration)
      context.stderr.write("DEMONSTRATION DATA: never a statement about a real image\n");
    for await (const purl of purls.length > 0 ? purls : readLines(context.stdin)) {
      if (purl?.trim() === "") continue;
      const answer =
        purl === null
          ? withoutFindings("", "invalid", "the line is too long")
          : ask(database, purl.trim(), options);
      if (answer.state === "invalid") {
        exitCode = 1;
        context.stderr.write(`error PURL_INVALID: ${printable(purl ?? "")}: ${answer.reason}\n`);
      }
      context.stdout.write(
        options.format === "json"
          ? `${JSON.stringify(answerJson(answer, isExplained))}\n`
          : answerText(answer, isExplained),
      );
    }
  } finally {
    database.close();
  }
  return exitCode;
}

function ask(
  database: AdvisoryDatabase,
  purl: string,
  { explain, severitySource: severitySources = [] }: QueryOptions,
): Answer {
  const asked = packageFromPurl(purl);
  if (asked === null) return withoutFindings(purl, "invalid", "write pkg:type/namespace/name@version");
  const { package: pkg, distro } = asked;
  const keys = lookUpKeys(pkg, distro);
  const known = new Set(database.status.spaces);
  if (!keys.some((key) => known.has(key.space))) {
    const spaces = keys.map((key) => key.space).join(", ");
    const reason = keys.length === 0 ? missingRule(pkg.ecosystem) : `the database has nothing for ${spaces}`;
    return withoutFindings(purl, "no_data", reason);
  }
  const subjects = [{ package: pkg, keys, scheme: schemeOf(pkg) ?? "" }];
  const { findings, contexts } = gatherAndMatch(subjects, database, {
    watch: null,
    severitySources,
  });
  return {
    purl,
    state: "answered",
    reason: null,
    keys,
    findings: findings.map((finding) => {
      const about = [finding.vulnerability, ...finding.aliases].flatMap((id) => contexts.get(id) ?? []);
      return {
        finding,
        kev: about.find(({ kev }) => kev !== null)?.kev ?? null,
        epss: about.find(({ epss }) => epss !== null)?.epss ?? null,
      };
    }),
    considered:
      explain === true
        ? consider({ packages: subjects, advisories: database.findAdvisories(keys) }, null)
        : [],
  };
}

function withoutFindings(purl: string, state: "no_data" | "invalid", reason: string): Answer {
  return { purl, state, reason, keys: [], findings: [], considered: [] };
}

function missingRule(ecosystem: string): string {
  return ["deb", "apk", "rpm"].includes(ecosystem)
    ? "the package URL needs the distribution, e.g. ?distro=debian-12"
    : `there is no look-up rule for ${printable(ecosystem)} packages yet`;
}
