/**
 * Attestations beside an image: BuildKit's manifests in the same index, referrers of the image's manifest, and cosign's tags
 * (https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md; OCI distribution 1.1, referrers;
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md).
 * What is broken is a problem; what cannot be asked is told apart from "there are none".
 */
import type { Attestation } from "../domain/image.ts";
import type { Problem } from "../domain/problem.ts";
import type { SignedBytes } from "../domain/signature.ts";
import {
  addProblem,
  type AttestationReader,
  createAttestationReader,
  readAttestations,
} from "./attestation-reader.ts";
import type { Content } from "./content.ts";
import type { Descriptor } from "./manifest.ts";

export interface AttestationReading {
  /** Null when referrers could not be listed and none was found otherwise: nothing can be said. */
  readonly attestations: readonly Attestation[] | null;
  /** Signatures over the image itself; absent where they were not looked for. */
  readonly signed?: readonly SignedBytes[];
  readonly problems: readonly Problem[];
}

/** Looks further than each scan does: among what is about the index, and under cosign's tags. */
export interface SignatureSearch {
  /** Signing a tag of several platforms signs its index; null: there is none. */
  readonly indexDigest: string | null;
  /** Statements that nobody signed are handed out with their bytes too. Absent: they are not. */
  readonly keepsBytes?: boolean;
  /** What lies elsewhere as referrers and under cosign's tags, and the name of that repository; null: none do. */
  readonly elsewhere?: { readonly content: Content; readonly repository: string } | null;
}

/**
 * All statements stored with the image of `digest`; `entries` are those of its index. `search`: signatures are looked for too.
 * Never throws for content; an abort passes through.
 */
export async function fetchAttestations(
  content: Content,
  digest: string,
  entries: readonly Descriptor[],
  search: SignatureSearch | null = null,
): Promise<AttestationReading> {
  const reader = createAttestationReader(content, search?.keepsBytes === true);
  const inIndex = entries.filter((entry) => isAttestationOf(entry, digest));
  const known = new Set<string>();
  for (const entry of inIndex) {
    if (!known.has(entry.digest))
      await readAttestations(reader, entry, { storage: "in-index", about: digest });
    known.add(entry.digest);
  }
  const subjects = [digest, ...indexOf(search)];
  let isComplete = true;
  for (const subject of subjects) {
    isComplete = (await readReferrers(content, reader, subject, known)) && isComplete;
    if (search !== null && content.findTag !== undefined) await readTags(content, reader, subject);
  }
  const read = [reader];
  if (search?.elsewhere !== undefined && search.elsewhere !== null) {
    const { content: place, repository } = search.elsewhere;
    const other = createAttestationReader(place, search.keepsBytes === true, repository);
    for (const subject of subjects) {
      isComplete = (await readReferrers(place, other, subject, known)) && isComplete;
      if (place.findTag !== undefined) await readTags(place, other, subject);
    }
    read.push(other);
  }
  const attestations = read.flatMap((each) => each.attestations);
  return {
    attestations: isComplete || attestations.length > 0 ? attestations : null,
    ...(search === null ? {} : { signed: read.flatMap((each) => each.signed) }),
    problems: read.flatMap((each) => each.problems),
  };
}

function indexOf(search: SignatureSearch | null): readonly string[] {
  const digest = search?.indexDigest ?? null;
  return digest === null ? [] : [digest];
}

/** BuildKit's mark of an attestation manifest, and of which manifest it speaks. */
function isAttestationOf(entry: Descriptor, digest: string): boolean {
  const { annotations } = entry;
  return (
    annotations["vnd.docker.reference.type"] === "attestation-manifest" &&
    annotations["vnd.docker.reference.digest"] === digest
  );
}

/** Whether they could be listed. */
async function readReferrers(
  content: Content,
  reader: AttestationReader,
  subject: string,
  known: Set<string>,
): Promise<boolean> {
  let referrers: readonly Descriptor[];
  try {
    referrers = await content.findReferrers(subject);
  } catch (error) {
    addProblem(reader, "Referrers of the image could not be listed", error, "ATTESTATIONS_UNAVAILABLE");
    return false;
  }
  for (const referrer of referrers) {
    if (!known.has(referrer.digest))
      await readAttestations(reader, referrer, { storage: "referrer", about: subject });
    known.add(referrer.digest);
  }
  return true;
}

/** Ends of the tags under which cosign keeps signatures, attestations and SBOMs: `sha256-….sig`. */
const cosignTags: readonly string[] = ["sig", "att", "sbom"];

async function readTags(content: Content, reader: AttestationReader, subject: string): Promise<void> {
  for (const ending of cosignTags) {
    try {
      const found = await content.findTag?.(`${subject.replace(":", "-")}.${ending}`);
      if (found !== undefined && found !== null) {
        await readAttestations(reader, found, { storage: "tag", about: subject });
      }
    } catch (error) {
      addProblem(
        reader,
        `The tag .${ending} of the image could not be read`,
        error,
        "ATTESTATIONS_UNAVAILABLE",
      );
    }
  }
}
