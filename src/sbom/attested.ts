/**
 * SBOMs that are attached to an image as attestations: of the image itself, and of the stages of its build.
 *
 * BuildKit stores one statement for each scanned file system beside the image and keeps no name with it; the scanner names the
 * document: `sbom` is the image, `sbom-<stage>` a stage of the Dockerfile, `sbom-context` the build context
 * (https://github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md, frontend/attestations/sbom/sbom.go). Scanners
 * that write the path have `/run/src/core/sbom` and `/run/src/extras/sbom-<stage>`. A document by another name, or attached by
 * another tool, is about the image.
 */
import { PlimsollError } from "../domain/error.ts";
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import type { Package, Sbom } from "../domain/package.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { readSbomValue } from "./read-document.ts";
import { isSbomPredicate } from "./unwrap.ts";

export interface AttestedSbom {
  /** Name of the build stage; null: the image itself. */
  readonly stage: string | null;
  readonly sbom: Sbom;
}

export interface AttestedSboms {
  /** What tells of the image itself: the one to be believed most; null: there is none. */
  readonly image: Sbom | null;
  /** One for each stage, by name. */
  readonly stages: readonly { readonly name: string; readonly sbom: Sbom }[];
  /** SBOM statements that could not be read. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the attached SBOMs. A verified statement is taken before an unsigned one, and one that BuildKit stored before a referrer;
 * their own order decides among equals. Statements about another digest than the image's are problems.
 */
export function attestedSboms(image: Pick<ResolvedImage, "attestations" | "digest">): AttestedSboms {
  const problems: Problem[] = [];
  const found: AttestedSbom[] = [];
  const statements = (image.attestations ?? []).filter(({ predicateType }) => isSbomPredicate(predicateType));
  for (const statement of statements.toSorted((a, b) => rank(a) - rank(b))) {
    try {
      found.push(readAttested(statement, image.digest));
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      const message = `An SBOM attestation (${printable(statement.predicateType, 100)}) cannot be used: ${error.message}`;
      problems.push({ code: "ATTESTATION_INVALID", message, path: null, layer: null });
    }
  }
  const stages = new Map<string, Sbom>();
  for (const { stage, sbom } of found) if (stage !== null && !stages.has(stage)) stages.set(stage, sbom);
  return {
    image: found.find(({ stage }) => stage === null)?.sbom ?? null,
    stages: [...stages.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, sbom]) => ({ name, sbom })),
    problems,
  };
}

/** Lower is believed more. */
function rank({ trust, storage }: Attestation): number {
  return (trust === "verified" ? 0 : 2) + (storage === "in-index" ? 0 : 1);
}

function readAttested(statement: Attestation, digest: string | null): AttestedSbom {
  if (digest === null || !statement.subjectDigests.includes(digest)) {
    throw new PlimsollError("DOCUMENT_INVALID", "it is about something else than this image");
  }
  const { predicateType, predicate, trust } = statement;
  const { sbom, subjectName, format } = readSbomValue({ predicateType, predicate });
  const documentName = nameIn(predicate) ?? subjectName;
  return {
    stage: statement.storage === "in-index" ? stageOf(documentName ?? "") : null,
    // Whatever the document says of its own verification, nothing was verified here.
    sbom: {
      ...sbom,
      verification: sbom.verification === "unverified" ? "unverified" : "not_applicable",
      origin: { kind: "attestation", format, predicateType, trust },
    },
  };
}

/** `name` of an SPDX document; a statement of cosign may have the document below `Data`. */
function nameIn(predicate: unknown): string | null {
  if (typeof predicate !== "object" || predicate === null) return null;
  const { name, Data: data } = predicate as { readonly name?: unknown; readonly Data?: unknown };
  return typeof name === "string" ? name : data === undefined ? null : nameIn(data);
}

/** `sbom-build`, `/run/src/extras/sbom-build` -> `build`; null for other names. */
function stageOf(documentName: string): string | null {
  return /^(?:\/run\/src\/extras\/)?sbom-([^/\s]{1,200})$/.exec(documentName)?.[1] ?? null;
}

/** The inventory with the packages of `stages` besides its own, each with the stage's name. */
export function addStages(sbom: Sbom, stages: AttestedSboms["stages"]): Sbom {
  const packages = [...sbom.packages, ...stages.flatMap(stagePackages)];
  return withStages({ ...sbom, packages: packages.sort(byPurl) }, stages);
}

/** The packages of `stages` alone. */
export function onlyStages(sbom: Sbom, stages: AttestedSboms["stages"]): Sbom {
  return withStages({ ...sbom, packages: stages.flatMap(stagePackages).sort(byPurl) }, stages);
}

function withStages(sbom: Sbom, stages: AttestedSboms["stages"]): Sbom {
  const isWhole = stages.every((stage) => stage.sbom.completeness === "complete");
  return {
    ...sbom,
    problems: [...sbom.problems, ...stages.flatMap(stageProblems)],
    completeness: isWhole ? sbom.completeness : "incomplete",
    stages: stages.map(({ name, sbom: { distro } }) => ({ name, distro })),
  };
}

function stagePackages({ name, sbom }: AttestedSboms["stages"][number]): readonly Package[] {
  return sbom.packages.map((pkg) => ({ ...pkg, stage: name }));
}

function stageProblems({ name, sbom }: AttestedSboms["stages"][number]): readonly Problem[] {
  return sbom.problems.map((problem) => ({
    ...problem,
    message: `stage ${printable(name, 100)}: ${problem.message}`,
  }));
}

function byPurl(a: Package, b: Package): number {
  const [left, right] = [a, b].map(
    ({ purl, evidence, stage }) => `${purl}\n${evidence[0]?.path ?? ""}\n${stage ?? ""}`,
  );
  return (left ?? "") < (right ?? "") ? -1 : left === right ? 0 : 1;
}
