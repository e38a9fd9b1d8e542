/**
 * What is decided about an image's findings, as statements that other scanners can apply: the image by its digest, the package by
 * its whole package URL with its version. A statement without a version or with a tag would speak for what comes later.
 */
import { PackageURL } from "packageurl-js";
import type { Exception } from "../../domain/exception.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { VexStatement } from "../../domain/vex.ts";

export interface FindingStatements {
  readonly author: string;
  readonly now: Date;
  /** Also the findings that nothing is decided of: `affected`, with the fix as the action; undetermined ones are under investigation. */
  readonly includesOpen: boolean;
}

/** One statement a finding that has something to say, in report order. */
export function statementsOfFindings(
  image: Pick<ResolvedImage, "repository" | "digest" | "indexDigest">,
  findings: readonly FindingFacts[],
  { author, now, includesOpen }: FindingStatements,
): readonly VexStatement[] {
  const product = imagePurl(image);
  return findings.flatMap((finding): VexStatement[] => {
    const said = decisionOf(finding, includesOpen);
    if (said === null) return [];
    const { purl } = finding.package;
    return [
      {
        document: "",
        location: "",
        author,
        timestamp: now.toISOString(),
        justification: null,
        impactStatement: null,
        actionStatement: null,
        ...said,
        vulnerabilities: [finding.vulnerability, ...finding.aliases],
        products: [
          product === null ? { ids: [purl], subcomponents: [] } : { ids: [product], subcomponents: [purl] },
        ],
      },
    ];
  });
}

/** `pkg:oci/app@sha256:…?repository_url=ghcr.io/org/app`; null for folders and documents without a digest. */
function imagePurl({
  repository,
  digest,
  indexDigest,
}: Pick<ResolvedImage, "repository" | "digest" | "indexDigest">): string | null {
  const named = digest ?? indexDigest;
  if (named === null) return null;
  const name = repository?.split("/").at(-1) ?? "image";
  const qualifiers = repository === null ? undefined : { repository_url: repository };
  return new PackageURL("oci", undefined, name, named, qualifiers, undefined).toString();
}

type Said = Pick<VexStatement, "status"> &
  Partial<
    Pick<
      VexStatement,
      "timestamp" | "author" | "justification" | "impactStatement" | "actionStatement" | "statusNotes"
    >
  >;

/** What is said of the finding; null: nothing, or nothing that was asked for. */
function decisionOf(finding: FindingFacts, includesOpen: boolean): Said | null {
  const { exception, statement, fixedVersion, status } = finding;
  if (exception !== null) return ofException(exception);
  if (statement !== null) {
    const { timestamp, author, justification, impactStatement, actionStatement, statusNotes } = statement;
    const notes = statusNotes === undefined ? {} : { statusNotes };
    return {
      status: statement.status,
      timestamp,
      author,
      justification,
      impactStatement,
      actionStatement,
      ...notes,
    };
  }
  if (!includesOpen) return null;
  if (status === "undetermined") return { status: "under_investigation" };
  const action = fixedVersion === null ? "no fixed version is known" : `update to ${fixedVersion}`;
  return { status: "affected", actionStatement: action };
}

/** An accepted risk is no statement that nothing is wrong: it is affected, and borne. */
function ofException({ kind, justification, reason, expiresAt, decidedAt }: Exception): Said {
  const time = Number.isNaN(Date.parse(decidedAt)) ? {} : { timestamp: new Date(decidedAt).toISOString() };
  if (kind === "false_positive") {
    const until = expiresAt === null ? "" : ` (decided until ${expiresAt})`;
    return { ...time, status: "not_affected", justification, impactStatement: `${reason}${until}` };
  }
  const until = expiresAt === null ? "until further notice" : `until ${expiresAt}`;
  return { ...time, status: "affected", actionStatement: `The risk is accepted ${until}: ${reason}` };
}
