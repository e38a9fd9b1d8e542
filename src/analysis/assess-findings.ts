/**
 * Step 6: statements from wherever they come, what a program itself shows, and exceptions, applied to the findings of one image.
 */
import type { AppliedVex } from "../domain/analysis.ts";
import type { Exception } from "../domain/exception.ts";
import type { AssessedFinding, Finding } from "../domain/finding.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import type { BaseAttestationSource } from "../domain/policy-ports.ts";
import type { TrustTier, VexStatement } from "../domain/vex.ts";
import { absenceStatement, symbolTests, type SymbolTests } from "../matching/absent-symbols.ts";
import type { Assessment } from "../vex/assess.ts";
import type { AssessOptions, BaseSubject, TrustsAuthor } from "../vex/decide.ts";
import { label } from "../vex/label.ts";
import { baseStatements, imageStatements, type ImageStatements } from "./image-statements.ts";
import type { BaseEvidence } from "./base-image.ts";
import { vexBases } from "./vex-bases.ts";

/** What is assessed, and by what. `BaseEvidence` says how the base image is found, whose statements may count too. */
export interface AssessInput extends BaseEvidence {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  readonly statements: readonly VexStatement[];
  /** Statements that are looked up by the image's packages (VEX repositories); absent: none. */
  readonly findStatements?: FindStatements;
  /** Whether a VEX author is trusted; null: all of the given statements are. */
  readonly trustsAuthor: TrustsAuthor | null;
  /** Exceptions of the organisation or of a file; those about other images and those that have ended do nothing. */
  readonly exceptions: readonly Exception[];
  /** Statements and exceptions that are trusted less decide nothing and are told as proposals. Absent: all decide. */
  readonly tierMin?: TrustTier;
  /** Say of each statement whether it applied, or why not. Absent: of those that did not, as problems. */
  readonly explainsVex?: boolean;
  /** Asked about the base, whose VEX attestations count for what came with it; absent: nobody asks. */
  readonly findBaseAttestations?: BaseAttestationSource;
  /** False: a Go program counts as affected whether or not it holds the vulnerable functions. Absent: it has to hold one. */
  readonly usesReachability?: boolean;
  readonly now: Date;
}

/** Asked once the packages are known. */
export type FindStatements = (image: ResolvedImage, sbom: Sbom) => Promise<ImageStatements>;

/** What was assessed, with the explanation where it was asked for. */
export interface Assessed extends Assessment {
  readonly vex?: AppliedVex;
}

/** Findings in any order, labelled. The readers of documents and identities are loaded only when there is something to apply. */
export async function assessFindings(findings: readonly Finding[], input: AssessInput): Promise<Assessed> {
  const { exceptions, sbom, now, usesReachability = true } = input;
  const looked = (await input.findStatements?.(input.image, sbom)) ?? { statements: [], problems: [] };
  const brought = await imageStatements(input.image, sbom, input.trustsAuthor);
  const inherited = await inheritedStatements(input);
  const found = [looked, brought, inherited];
  const statements = [...input.statements, ...found.flatMap((each) => each.statements)];
  const tests = symbolTests(usesReachability ? (sbom.functionTables ?? []) : []);
  const unlabelled = findings.map((finding) => label(finding, null));
  let assessment: Assessed = { findings: unlabelled, problems: [] };
  if (statements.length > 0 || input.explainsVex === true) {
    const { assess, explainVex } = await import("../vex/assess.ts");
    const options = {
      image: imageIdentity(input.image),
      now,
      trustsAuthor: input.trustsAuthor,
      packages: sbom.packages,
      bases: inherited.bases ?? (await vexBases(input.image, input)),
      ...tierOption(input),
    };
    assessment = assess(findings, statements, options);
    if (input.explainsVex === true) {
      const bases = options.bases.map(({ name }) => name);
      const explanations = explainVex(findings, statements, options);
      assessment = { ...assessment, vex: { explanations, image: options.image, bases } };
    }
  }
  const problems = [...found.flatMap((each) => each.problems), ...assessment.problems];
  assessment = { ...assessment, problems };
  if (tests.size > 0) assessment = { ...assessment, findings: lowerAbsent(assessment.findings, tests) };
  if (exceptions.length === 0) return assessment;
  const { applyExceptions } = await import("../vex/exceptions.ts");
  const options = { image: imageIdentity(input.image), now, ...tierOption(input) };
  return { ...assessment, findings: applyExceptions(assessment.findings, exceptions, options) };
}

/** What is attested for the base, where somebody may ask for it; `bases` is null where nobody asked. */
async function inheritedStatements(
  input: AssessInput,
): Promise<ImageStatements & { readonly bases: readonly BaseSubject[] | null }> {
  const { findBaseAttestations: ask, image, trustsAuthor: isNamed, tierMin } = input;
  if (ask === undefined) return { statements: [], problems: [], bases: null };
  return baseStatements(await vexBases(image, input), ask, { isNamed, isStrict: tierMin === "approved" });
}

function tierOption({ tierMin }: Pick<AssessInput, "tierMin">): Pick<AssessOptions, "tierMin"> {
  return tierMin === undefined ? {} : { tierMin };
}

/** What the program itself shows stands where no author has said anything. */
function lowerAbsent(findings: readonly AssessedFinding[], tests: SymbolTests): readonly AssessedFinding[] {
  return findings.map((finding) => {
    const absence = finding.statement === null ? absenceStatement(finding, tests) : null;
    return absence === null ? finding : label(finding, absence);
  });
}

/**
 * What a statement or an exception may name the image by. An index means an image of each platform, so a statement about one
 * platform of it must not speak for the others; folders and documents have no platform.
 */
function imageIdentity(image: ResolvedImage): AssessOptions["image"] {
  const hasPlatform = image.source !== "fs" && image.source !== "sbom";
  return {
    repository: image.repository,
    tag: image.tag,
    digests: [image.digest, image.indexDigest].filter((digest) => digest !== null),
    architecture: hasPlatform ? image.config.platform.architecture : null,
  };
}
