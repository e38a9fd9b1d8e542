/** The filters of `cves`: options, and which findings they leave. Names as users of Scout know them. */
import { Option, type Command } from "commander";
import { severities, type Severity } from "../../domain/advisory.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { FindingFixState } from "../../domain/finding.ts";
import { packageName } from "../../domain/package-name.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { collectList } from "./output.ts";

/** Every `FindingFixState`. */
const fixStates = [
  "fixed",
  "affected",
  "deferred",
  "will_not_fix",
  "end_of_life",
  "under_investigation",
  "not_affected",
  "unknown",
] as const satisfies readonly FindingFixState[];

export interface FilterOptions {
  readonly onlySeverity?: readonly string[];
  readonly onlyFixed?: true;
  readonly onlyUnfixed?: true;
  readonly onlyPackage?: readonly string[];
  readonly onlyPackageType?: readonly string[];
  readonly onlyVulnPackages?: true;
  readonly onlyFixState?: readonly string[];
  readonly onlyCveId?: readonly string[];
  readonly onlyMetric?: readonly string[];
  readonly onlyCisaKev?: true;
  readonly onlyVexAffected?: true;
  readonly ignoreSuppressed?: true;
  readonly epssScore?: string;
  readonly epssPercentile?: string;
}

export interface FindingFilter {
  keeps(finding: FindingFacts): boolean;
  /** In words, for the head of a report. */
  readonly words: readonly string[];
}

/** Adds every --only-… and --ignore-… option. */
export function addFilterOptions(command: Command): Command {
  const list = (flags: string, help: string): Option => new Option(flags, help).argParser(collectList);
  command
    .addOption(list("--only-severity <severities>", `comma separated: ${severities.join(", ")}`))
    .option("--only-fixed", "only findings with a fixed version, and undetermined ones")
    .option("--only-unfixed", "only findings without a fixed version")
    .addOption(
      list("--only-fix-state <states>", `what is known of a fix, comma separated: ${fixStates.join(", ")}`),
    )
    .addOption(list("--only-package <patterns>", "comma separated regular expressions on the package name"))
    .addOption(
      list("--only-package-type <types>", "comma separated package URL types: apk, deb, npm, pypi, …"),
    )
    .option("--only-vuln-packages", "with --format only-packages: leave out packages without findings")
    .addOption(list("--only-cve-id <ids>", "comma separated ids; aliases count"))
    .addOption(
      list("--only-metric <metrics>", "comma separated CVSS components that must all hold, e.g. AV:N,PR:N"),
    )
    .option("--only-cisa-kev", "only vulnerabilities in CISA's catalogue of known exploited ones");
  return addSuppressionOptions(command)
    .option("--epss-score <score>", "only findings with at least this EPSS score, 0 to 1")
    .option("--epss-percentile <percentile>", "only findings with at least this EPSS percentile, 0 to 1");
}

/** Those about statements. */
export function addSuppressionOptions(command: Command): Command {
  return command
    .option("--only-vex-affected", "leave out findings that a VEX statement calls not affected")
    .option("--ignore-suppressed", "leave out findings that a statement suppressed");
}

/** @throws PlimsollError USAGE on values that cannot be used */
export function makeFilter(options: FilterOptions): FindingFilter {
  const tests = [...makeListTests(options), ...makeSwitchTests(options), ...makeEpssTests(options)];
  return {
    keeps: (finding) => tests.every((test) => test.keeps(finding)),
    words: tests.map((test) => test.words),
  };
}

interface FilterTest {
  readonly words: string;
  keeps(finding: FindingFacts): boolean;
}

function makeListTests(options: FilterOptions): FilterTest[] {
  const tests: FilterTest[] = [];
  if (options.onlySeverity !== undefined) {
    const wanted = options.onlySeverity.map(readSeverity);
    tests.push({
      words: `severity ${wanted.join(", ")}`,
      keeps: (finding) => wanted.includes(finding.severity),
    });
  }
  if (options.onlyFixState !== undefined) {
    const wanted = options.onlyFixState.map(readFixState);
    tests.push({
      words: `fix state ${wanted.join(", ")}`,
      keeps: (finding) => wanted.includes(finding.fixState),
    });
  }
  if (options.onlyPackage !== undefined) {
    const patterns = options.onlyPackage.map(readPattern);
    const keeps = (finding: FindingFacts): boolean =>
      namesOf(finding).some((name) => patterns.some((pattern) => pattern.test(name)));
    tests.push({ words: `package ${options.onlyPackage.join(", ")}`, keeps });
  }
  if (options.onlyPackageType !== undefined) {
    const types = options.onlyPackageType.map((type) => type.toLowerCase());
    tests.push({
      words: `package type ${types.join(", ")}`,
      keeps: (finding) => types.includes(finding.package.ecosystem),
    });
  }
  if (options.onlyCveId !== undefined) {
    const ids = new Set(options.onlyCveId.map((id) => id.toUpperCase()));
    const keeps = (finding: FindingFacts): boolean =>
      [finding.vulnerability, ...finding.aliases].some((id) => ids.has(id.toUpperCase()));
    tests.push({ words: `id ${[...ids].join(", ")}`, keeps });
  }
  if (options.onlyMetric !== undefined) {
    const metrics = options.onlyMetric.map(readMetric);
    const keeps = (finding: FindingFacts): boolean => {
      const components = new Set((finding.cvss?.vector ?? "").toUpperCase().split("/"));
      return metrics.every((metric) => components.has(metric));
    };
    tests.push({ words: `metric ${metrics.join(", ")}`, keeps });
  }
  return tests;
}

function makeSwitchTests(options: FilterOptions): FilterTest[] {
  const tests: FilterTest[] = [];
  const add = (wanted: true | undefined, words: string, keeps: (finding: FindingFacts) => boolean): void => {
    if (wanted === true) tests.push({ words, keeps });
  };
  // Whether a fix applies to what could not be compared is not known, so neither filter may hide it.
  const isOpen = (finding: FindingFacts): boolean => finding.status === "undetermined";
  add(options.onlyFixed, "fixed only", (finding) => finding.fixedVersion !== null || isOpen(finding));
  add(options.onlyUnfixed, "unfixed only", (finding) => finding.fixedVersion === null || isOpen(finding));
  add(options.onlyCisaKev, "CISA KEV only", (finding) => finding.context.kev !== null);
  add(options.onlyVexAffected, "VEX affected only", (finding) => finding.status !== "not_affected");
  add(options.ignoreSuppressed, "without suppressed", (finding) => !finding.suppressed);
  return tests;
}

function makeEpssTests(options: FilterOptions): FilterTest[] {
  const tests: FilterTest[] = [];
  if (options.epssScore !== undefined) {
    const least = readShare("--epss-score", options.epssScore);
    tests.push({
      words: `EPSS score >= ${least}`,
      keeps: (finding) => (finding.context.epss?.score ?? -1) >= least,
    });
  }
  if (options.epssPercentile !== undefined) {
    const least = readShare("--epss-percentile", options.epssPercentile);
    const keeps = (finding: FindingFacts): boolean => (finding.context.epss?.percentile ?? -1) >= least;
    tests.push({ words: `EPSS percentile >= ${least}`, keeps });
  }
  return tests;
}

/** The full name, and but for npm, where `node` is another package than `@types/node`, the last part of it alone. */
function namesOf({ package: pkg }: FindingFacts): readonly string[] {
  return pkg.ecosystem === "npm" ? [packageName(pkg)] : [packageName(pkg), pkg.name];
}

function readSeverity(word: string): Severity {
  const found = severities.find((severity) => severity === word.toLowerCase());
  if (found !== undefined) return found;
  throw new PlimsollError(
    "USAGE",
    `--only-severity does not know "${word}"; it takes ${severities.join(", ")}.`,
  );
}

function readFixState(word: string): FindingFixState {
  const found = fixStates.find((state) => state === word.toLowerCase());
  if (found !== undefined) return found;
  throw new PlimsollError(
    "USAGE",
    `--only-fix-state does not know "${word}"; it takes ${fixStates.join(", ")}.`,
  );
}

function readMetric(text: string): string {
  if (/^[A-Z]+:[A-Z0-9.]+$/i.test(text)) return text.toUpperCase();
  throw new PlimsollError("USAGE", `--only-metric takes CVSS components such as AV:N, not "${text}".`);
}

function readPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new PlimsollError("USAGE", `--only-package is not a regular expression: ${pattern}`, {
      cause: error,
    });
  }
}

function readShare(flag: string, text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new PlimsollError("USAGE", `${flag} takes a number from 0 to 1, not "${text}".`);
}
