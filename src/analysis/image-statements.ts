/**
 * Statements that come with the image: VEX attestations about it, and VEX documents among its files. Where there is an attestation
 * the files do not count: they are as old as the build, and whoever attested something spoke later and about this very image.
 */
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import { recordOf } from "../domain/json-record.ts";
import type { ImageVexFile, Sbom } from "../domain/package.ts";
import { PlimsollError } from "../domain/error.ts";
import { printable, type Problem } from "../domain/problem.ts";
import type { BaseAttestationSource } from "../domain/policy-ports.ts";
import type { TrustTier, VexOrigin, VexStatement } from "../domain/vex.ts";
import type { BaseSubject } from "../vex/decide.ts";
import type { VexBase } from "./vex-bases.ts";

export interface ImageStatements {
  readonly statements: readonly VexStatement[];
  /** Documents that cannot be read, and files that do not count. */
  readonly problems: readonly Problem[];
}

/** Whether an author is one whom the user named; null: none was named. */
type NamedAuthors = ((author: string) => boolean) | null;

/**
 * Reads them. A verified attestation is approved; what an author says whom the user named is configured; the rest anybody may have
 * written. The readers are loaded only where there is something to read.
 */
export async function imageStatements(
  image: Pick<ResolvedImage, "attestations" | "digest" | "indexDigest">,
  sbom: Pick<Sbom, "vexFiles">,
  isNamed: NamedAuthors,
): Promise<ImageStatements> {
  const attestations = vexAttestationsOf(image);
  const files = sbom.vexFiles ?? [];
  if (attestations.length === 0) return files.length === 0 ? NONE : readFiles(files, isNamed);
  const attested = await readAttestations(attestations, isNamed);
  return { statements: attested.statements, problems: [...attested.problems, ...files.map(ignored)] };
}

/**
 * What is attested for the image's bases, and the bases by all digests that the attestations name them by: an index and the manifest
 * that was chosen from it are the same base. `isStrict`: only a verified attestation may say so, as others rely on the verdict.
 */
export async function baseStatements(
  bases: readonly VexBase[],
  ask: BaseAttestationSource,
  { isNamed, isStrict }: { readonly isNamed: NamedAuthors; readonly isStrict: boolean },
): Promise<ImageStatements & { readonly bases: readonly BaseSubject[] }> {
  const read: { readonly said: ImageStatements; readonly base: BaseSubject }[] = [];
  for (const { base, ...subject } of bases) {
    const answer = await ask(base);
    if ("reason" in answer) {
      const said = { statements: [], problems: [problem("ATTESTATIONS_UNAVAILABLE", answer.reason)] };
      read.push({ said, base: subject });
      continue;
    }
    const { digest } = base;
    const attestations = vexAttestationsOf({ attestations: answer.value, digest, indexDigest: null });
    const said =
      attestations.length === 0 ? NONE : await readAttestations(attestations, isNamed, ` of ${subject.name}`);
    const naming = attestations.filter(({ trust }) => trust === "verified" || !isStrict);
    const named = naming.flatMap(({ subjectDigests }) => subjectDigests);
    const digests = [...new Set([...subject.image.digests, ...named])];
    read.push({ said, base: { ...subject, image: { ...subject.image, digests } } });
  }
  return {
    statements: read.flatMap(({ said }) => said.statements),
    problems: read.flatMap(({ said }) => said.problems),
    bases: read.map(({ base }) => base),
  };
}

const NONE: ImageStatements = { statements: [], problems: [] };

/** Those that hold statements of VEX about this image or the index that lists it, in the order they were found. */
export function vexAttestationsOf({
  attestations,
  digest,
  indexDigest,
}: Pick<ResolvedImage, "attestations" | "digest" | "indexDigest">): readonly Attestation[] {
  const own = [digest, indexDigest].filter((each) => each !== null);
  return (attestations ?? []).filter(
    ({ predicateType, predicate, subjectDigests }) =>
      own.some((each) => subjectDigests.includes(each)) && isVex(predicateType, predicate),
  );
}

/** An SBOM of CycloneDX is VEX where it analyses vulnerabilities. */
function isVex(predicateType: string, predicate: unknown): boolean {
  if (/^https:\/\/openvex\.dev\/ns(?:\/|$)/.test(predicateType)) return true;
  if (/^https:\/\/(?:docs\.oasis-open\.org\/csaf|cyclonedx\.org\/vex)(?:\/|$)/.test(predicateType))
    return true;
  if (!/^https:\/\/cyclonedx\.org\/bom(?:\/|$)/.test(predicateType)) return false;
  const entries: unknown = recordOf(predicate)?.["vulnerabilities"];
  return (
    Array.isArray(entries) &&
    entries.some((entry) => recordOf(recordOf(entry)?.["analysis"])?.["state"] !== undefined)
  );
}

async function readAttestations(
  attestations: readonly Attestation[],
  isNamed: NamedAuthors,
  whose = "",
): Promise<ImageStatements> {
  const { readVexValue } = await import("../vex/read.ts");
  return gather(attestations, ({ predicateType, predicate, storage, trust }) => {
    const location = `attestation ${predicateType}${whose} (${storage})`;
    const read = () =>
      typeof predicate === "string"
        ? readVexValue(JSON.parse(predicate) as unknown, location)
        : readVexValue(predicate, location);
    return {
      location,
      read,
      origin: "attestation",
      tierMin: trust === "verified" ? "approved" : null,
      isNamed,
    };
  });
}

async function readFiles(files: readonly ImageVexFile[], isNamed: NamedAuthors): Promise<ImageStatements> {
  const { readVexDocument } = await import("../vex/read.ts");
  return gather(files, ({ path, text }) => {
    const location = `image:/${path}`;
    return {
      location,
      read: () => readVexDocument(Buffer.from(text), location),
      origin: "image",
      tierMin: null,
      isNamed,
    };
  });
}

interface Source {
  readonly location: string;
  read(): ImageStatements;
  readonly origin: VexOrigin;
  /** Null: by the author. */
  readonly tierMin: TrustTier | null;
  readonly isNamed: NamedAuthors;
}

function gather<T>(parts: readonly T[], toSource: (part: T) => Source): ImageStatements {
  const statements: VexStatement[] = [];
  const problems: Problem[] = [];
  for (const part of parts) {
    const { location, read, origin, tierMin, isNamed } = toSource(part);
    try {
      const reading = read();
      problems.push(...reading.problems);
      for (const statement of reading.statements) {
        const tier = tierMin ?? (isNamed?.(statement.author) === true ? "configured" : "proposed");
        statements.push({ ...statement, tier, origin });
      }
    } catch (error) {
      if (!(error instanceof PlimsollError) && !(error instanceof SyntaxError)) throw error;
      const isPlaced = error.message.startsWith(location);
      const message = isPlaced ? error.message : `${location}: ${error.message}`;
      problems.push(problem("VEX_STATEMENT_INVALID", message));
    }
  }
  return { statements, problems };
}

function ignored({ path }: ImageVexFile): Problem {
  return problem("VEX_FILES_IGNORED", `${path}: not read, because VEX is attested for the image`, path);
}

function problem(code: Problem["code"], message: string, path: string | null = null): Problem {
  return { code, message: printable(message), path, layer: null };
}
