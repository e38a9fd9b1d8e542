/**
 * What a verdict counted: the findings of one image in short, kept until the next evaluation, which tells by them what has changed.
 */
import { createHash } from "node:crypto";
import type { Severity } from "../domain/advisory.ts";
import type { Sbom } from "../domain/package.ts";
import type { FindingFacts } from "../domain/policy.ts";

export interface JudgedFinding {
  readonly purl: string;
  /** Of the package, for people. */
  readonly name: string;
  readonly vulnerability: string;
  readonly severity: Severity;
  readonly fixedVersion: string | null;
  readonly isUndetermined: boolean;
  readonly isKev: boolean;
  readonly suppressed: boolean;
  /** Id of the exception that applies, or null. */
  readonly exception: string | null;
}

export interface Judged {
  /** Digest of the inventory: another one means that the image was analysed anew and other packages were found. */
  readonly inventory: string;
  /** One for each package URL and vulnerability, sorted; null: no vulnerability database was there to ask. */
  readonly findings: readonly JudgedFinding[] | null;
}

/** `findings` null: no vulnerability database was there to ask. Of several findings with one key the last stands. */
export function judgedOf(sbom: Sbom, findings: readonly FindingFacts[] | null): Judged {
  const purls = sbom.packages.map(({ purl }) => purl);
  const inventory = createHash("sha256")
    .update(JSON.stringify([sbom.distro, purls]))
    .digest("hex");
  if (findings === null) return { inventory, findings: null };
  const byKey = new Map<string, JudgedFinding>();
  for (const finding of findings) byKey.set(keyOf(toJudged(finding)), toJudged(finding));
  return {
    inventory,
    findings: [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding),
  };
}

function toJudged(finding: FindingFacts): JudgedFinding {
  return {
    purl: finding.package.purl,
    name: finding.package.name,
    vulnerability: finding.vulnerability,
    severity: finding.severity,
    fixedVersion: finding.fixedVersion,
    isUndetermined: finding.status === "undetermined",
    isKev: finding.context.kev !== null,
    suppressed: finding.suppressed,
    exception: finding.exception?.id ?? null,
  };
}

/** Package URL and vulnerability on two lines: `pkg:npm/qs@6.5.1`, `CVE-2022-24999`. */
export function keyOf({ purl, vulnerability }: Pick<JudgedFinding, "purl" | "vulnerability">): string {
  return `${purl}\n${vulnerability}`;
}

/** Digest of all that is unsuppressed; null: nothing could be asked. See `EvaluationInputs.findings`. */
export function digestOfFindings({ findings }: Judged): string | null {
  if (findings === null) return null;
  const keys = findings.filter(({ suppressed }) => !suppressed).map(keyOf);
  return createHash("sha256").update(keys.join("\n\n")).digest("hex");
}

/** JSON with the number of its format, not compressed. */
export function writeJudged(judged: Judged): Uint8Array {
  return Buffer.from(JSON.stringify({ format: FORMAT, ...judged }));
}

/** What `writeJudged` wrote; null: another version did. */
export function readJudged(bytes: Uint8Array): Judged | null {
  try {
    const { format, inventory, findings } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Judged & {
      readonly format?: unknown;
    };
    return format === FORMAT ? { inventory, findings } : null;
  } catch {
    return null;
  }
}

const FORMAT = 1;
