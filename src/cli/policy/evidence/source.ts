/** Answers what modules in Rego ask of the outside, each question once in a run. */
import type { ResolvedImage } from "../../../domain/image.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { printable } from "../../../domain/problem.ts";
import {
  questionKey,
  type Evidence,
  type EvidenceSource,
  type Question,
} from "../../../policies/rego/evidence.ts";
import { findPlace, refused, type Place, type PlaceRequest } from "./places.ts";

/** Answers of one image. Never throws what is an answer by itself: what failed is the reason. */
export function policyEvidence(request: PlaceRequest): EvidenceSource {
  const known = new Map<string, Promise<Evidence>>();
  return (question, texts) => {
    // Who may be asked depends on the module, so another module's answer is not this one's.
    const key = `${questionKey(question)} ${questionKey({ ...question, args: [...texts] })}`;
    const answer = known.get(key) ?? answerOf(request, question, texts);
    known.set(key, answer);
    return answer;
  };
}

async function answerOf(
  request: PlaceRequest,
  question: Question,
  texts: readonly string[],
): Promise<Evidence> {
  try {
    return { value: await valueOf(request, question, texts) };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    const [first] = question.args;
    const about = typeof first === "string" ? ` of ${printable(first, 200)}` : "";
    return { reason: `${question.name}${about}: ${printable(error.message, 500)}` };
  }
}

async function valueOf(
  request: PlaceRequest,
  { name, args: [first, second, ...others] }: Question,
  texts: readonly string[],
): Promise<unknown> {
  const { context, image } = request;
  const place = (): Promise<Place> => findPlace(request, textOf(first, "a reference"), texts);
  if (name === "gpg.verify_commit") {
    const { answerCommit } = await import("./commit-answer.ts");
    return answerCommit(context, [first, second, ...others], texts);
  }
  if (name === "cosign.verify_image" || name === "cosign.verify_dsse") {
    const { answerEnvelope, answerImage, trustOf } = await import("./signature-answers.ts");
    const trust = await trustOf(context, second, texts);
    return name === "cosign.verify_dsse"
      ? answerEnvelope(first, trust)
      : answerImage(await place(), image, trust);
  }
  return registryValue(name, { place: await place(), digest: second, image });
}

async function registryValue(
  name: Question["name"],
  {
    place,
    digest,
    image,
  }: { readonly place: Place; readonly digest: unknown; readonly image: ResolvedImage },
): Promise<unknown> {
  const { answerDigest, answerIndex, answerReferrer, answerReferrers } =
    await import("./registry-answers.ts");
  if (name === "oci.image_digest") return answerDigest(place);
  const about = textOf(digest, "a digest");
  if (!/^sha256:[0-9a-f]{64}$/.test(about)) throw refused(`${printable(about, 100)} is no digest`);
  if (name === "oci.index") return answerIndex(place, about, image.indexDigest);
  return name === "oci.referrer_index" ? answerReferrers(place, about) : answerReferrer(place, about);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw refused(`it takes ${what}`);
}
