/**
 * `plimsoll db query`: which advisories affect a package URL. The same look-up and the same matching as for an image.
 */
import { openDatabase } from "../../advisories/database.ts";
import type { Finding } from "../../domain/finding.ts";
import type { AdvisoryDatabase } from "../../domain/ports.ts";
import { printable } from "../../domain/problem.ts";
import { lookUpKeys, schemeOf } from "../../ecosystems/look-up.ts";
import { match } from "../../matching/match.ts";
import { packageFromPurl } from "../../sbom/package-from-purl.ts";
import type { CliContext } from "../context.ts";
import { readLines } from "../read-lines.ts";

export interface QueryOptions {
  readonly format: string;
}

interface Answer {
  readonly purl: string;
  /** `answered`; `no_data`: the database has nothing for this kind of package; `invalid`: not a package URL. */
  readonly state: "answered" | "no_data" | "invalid";
  readonly reason: string | null;
  readonly findings: readonly Finding[];
}

/** One JSON line or one block for each package URL; 1 when one of them was not valid. @throws PlimsollError USAGE, DATABASE_* */
export async function runQuery(
  context: CliContext,
  purls: readonly string[],
  options: QueryOptions,
): Promise<number> {
  const database = openDatabase(context.config.databaseDir);
  let exitCode = 0;
  try {
    if (database.status.demonstration)
      context.stderr.write("DEMONSTRATION DATA: never a statement about a real image\n");
    for await (const purl of purls.length > 0 ? purls : readLines(context.stdin)) {
      if (purl?.trim() === "") continue;
      const answer = purl === null ? TOO_LONG : ask(database, purl.trim());
      if (answer.state === "invalid") {
        exitCode = 1;
        context.stderr.write(`error PURL_INVALID: ${printable(purl ?? "")}: ${answer.reason}\n`);
      }
      context.stdout.write(
        options.format === "json" ? `${JSON.stringify(toJson(answer))}\n` : toText(answer),
      );
    }
  } finally {
    database.close();
  }
  return exitCode;
}

const TOO_LONG: Answer = { purl: "", state: "invalid", reason: "the line is too long", findings: [] };

function ask(database: AdvisoryDatabase, purl: string): Answer {
  const asked = packageFromPurl(purl);
  if (asked === null)
    return { purl, state: "invalid", reason: "write pkg:type/namespace/name@version", findings: [] };
  const { package: pkg, distro } = asked;
  const keys = lookUpKeys(pkg, distro);
  const known = new Set(database.status.spaces);
  if (!keys.some((key) => known.has(key.space))) {
    const spaces = keys.map((key) => key.space).join(", ");
    const reason = keys.length === 0 ? missingRule(pkg.ecosystem) : `the database has nothing for ${spaces}`;
    return { purl, state: "no_data", reason, findings: [] };
  }
  const subject = { package: pkg, keys, scheme: schemeOf(pkg) ?? "" };
  const { findings } = match({ packages: [subject], advisories: database.findAdvisories(keys) });
  return { purl, state: "answered", reason: null, findings };
}

function missingRule(ecosystem: string): string {
  return ["deb", "apk"].includes(ecosystem)
    ? "the package URL needs the distribution, e.g. ?distro=debian-12"
    : `there is no look-up rule for ${printable(ecosystem)} packages yet`;
}

function toJson(answer: Answer): object {
  return {
    purl: answer.purl,
    state: answer.state,
    reason: answer.reason,
    advisories: answer.findings.map((finding) => ({
      id: finding.vulnerability,
      aliases: finding.aliases,
      state: finding.state,
      reason: finding.reason,
      severity: finding.severity,
      affectedRange: finding.affectedRange,
      fixedVersion: finding.fixedVersion,
      summary: finding.summary,
      url: finding.url,
      sources: finding.evidence.map(({ advisory, comparison }) => ({
        id: advisory.id,
        feed: advisory.feed,
        comparison,
      })),
      demonstration: finding.demonstration,
    })),
  };
}

function toText(answer: Answer): string {
  const head = printable(answer.purl);
  if (answer.state !== "answered") return `${head}\n  ${answer.state}: ${answer.reason}\n`;
  if (answer.findings.length === 0) return `${head}\n  no advisory affects it\n`;
  const lines = answer.findings.map((finding) => {
    const fix =
      finding.fixedVersion === null ? "no fix known" : `fixed in ${printable(finding.fixedVersion)}`;
    const state =
      finding.state === "affected" ? printable(finding.affectedRange) : `undetermined: ${finding.reason}`;
    return `  ${finding.vulnerability.padEnd(20)} ${finding.severity.padEnd(11)} ${state}; ${fix}`;
  });
  return `${head}\n${lines.join("\n")}\n`;
}
