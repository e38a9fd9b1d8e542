/**
 * Deviations of every policy type: one way to build them, one order to list them in.
 */
import type { Package } from "../../domain/package.ts";
import { packageName } from "../../domain/package-name.ts";
import type { Deviation, FindingFacts, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";

/** A deviation with the parts that were not given filled with null. Text from outside is made printable. */
export function deviation(parts: Partial<Deviation> & Pick<Deviation, "message">): Deviation {
  const columns = Object.entries(parts.columns ?? {}).map(([name, value]) => [name, printable(value)]);
  return {
    message: printable(parts.message),
    purl: parts.purl ?? null,
    vulnerability: parts.vulnerability ?? null,
    layer: parts.layer ?? null,
    columns: Object.fromEntries(columns) as Readonly<Record<string, string>>,
    remediation:
      parts.remediation === undefined || parts.remediation === null ? null : printable(parts.remediation),
  };
}

/** The deviation of one vulnerable package: what, where, how bad, and which version is good. */
export function findingDeviation(finding: FindingFacts, message: string): Deviation {
  const { package: pkg, vulnerability, severity, fixedVersion } = finding;
  return deviation({
    message,
    purl: pkg.purl,
    vulnerability,
    layer: pkg.evidence[0]?.layer ?? null,
    columns: {
      Package: pkg.namespace === null ? pkg.name : `${pkg.namespace}/${pkg.name}`,
      Version: pkg.version,
      Vulnerability: vulnerability,
      Severity: severity,
      "Fixed version": fixedVersion ?? "none known",
    },
    remediation:
      fixedVersion === null
        ? `No fixed version is known: remove ${pkg.name}, or say in a VEX statement or an exception why it may stay.`
        : `Update ${pkg.name} to ${fixedVersion} or later.`,
  });
}

/** The deviation of a package as such: what, where and which version. `columns` come after those. */
export function packageDeviation(
  pkg: Package,
  parts: Pick<Deviation, "message" | "remediation"> & Partial<Pick<Deviation, "columns">>,
): Deviation {
  return deviation({
    ...parts,
    purl: pkg.purl,
    layer: pkg.evidence[0]?.layer ?? null,
    columns: { Package: packageName(pkg), Version: pkg.version, ...parts.columns },
  });
}

/** `not_met` with the deviations in a stable order: by purl, vulnerability, layer and message. */
export function notMet(deviations: readonly Deviation[]): PolicyOutcome {
  return { status: "not_met", deviations: deviations.toSorted(compareDeviations) };
}

function compareDeviations(left: Deviation, right: Deviation): number {
  return (
    compareText(left.purl, right.purl) ||
    compareText(left.vulnerability, right.vulnerability) ||
    compareText(left.layer, right.layer) ||
    compareText(left.message, right.message)
  );
}

function compareText(left: string | null, right: string | null): number {
  const [a, b] = [left ?? "", right ?? ""];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
