/** Other images that a base could be: what its tag names now, and what stands under later tags. */
import { candidateTags } from "../comparison/candidate-tags.ts";
import { rebaseImage } from "../comparison/rebase.ts";
import { rankCandidates, toCandidate, type CurrentBase } from "../comparison/recommend.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { BaseAdvice, BaseCandidate } from "../domain/base-advice.ts";
import { PlimsollError } from "../domain/error.ts";
import type { KnownImage } from "../domain/known-image.ts";
import { parseReference } from "../oci/reference.ts";
import type { CliContext } from "./context.ts";
import { findInventory } from "./known-images.ts";
import { registryClient } from "./registry-client.ts";
import { runAnalysis, runStoredAnalysis, type AnalysisRequest } from "./run-analysis.ts";
import { versionOrder } from "./version-order.ts";

export interface AdviceQuestion {
  /** With the options of the command; policies are not evaluated on bases. */
  readonly request: Omit<AnalysisRequest, "reference">;
  /** Candidates are fetched and read; false: only what this machine knows counts. */
  readonly fetches: boolean;
  readonly wants: readonly BaseCandidate["kind"][];
  /** The base and its tag as the user names them; null: as the image tells. */
  readonly named: string | null;
  readonly tag: string | null;
}

/** The base of the image as far as anything can be asked of it. */
export interface Base {
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Whether its registry may be asked. */
  readonly mayAsk: boolean;
  readonly reason: string;
}

/** What all candidates are held against. */
export interface Setting {
  readonly context: CliContext;
  readonly image: Analysis;
  readonly question: AdviceQuestion;
  readonly layerCount: number | null;
  readonly current: CurrentBase;
  readonly baseAnalysis: Analysis | null;
  readonly known: readonly KnownImage[];
}

/** Refresh and updates, as far as they are wanted. */
export async function candidatesOf(
  setting: Setting,
  base: Base,
): Promise<Pick<BaseAdvice, "refresh" | "refreshReason" | "updates" | "updateReason">> {
  const { wants } = setting.question;
  const { refresh, refreshReason } = wants.includes("refresh")
    ? await findRefresh(setting, base)
    : { refresh: null, refreshReason: "it was not asked for" };
  const { updates, updateReason } = wants.includes("update")
    ? await findUpdates(setting, base)
    : { updates: [], updateReason: "it was not asked for" };
  return { refresh, refreshReason, updates: rankCandidates(updates), updateReason };
}

/** The tag's image of now: as its registry tells, or else the newest that this machine knows under it. */
async function findRefresh(
  setting: Setting,
  base: Base,
): Promise<{ readonly refresh: BaseCandidate | null; readonly refreshReason: string }> {
  const { name, tag, digest } = base;
  const none = (refreshReason: string) => ({ refresh: null, refreshReason });
  if (tag === null) return none("the tag of the base image is not known; --tag names it");
  const sameTag = setting.known.filter((image) => image.tag === tag);
  const answer = await currentDigest(setting, base, tag);
  const current = answer.digest ?? newestOf(sameTag, digest);
  if (current === null) return none(answer.reason);
  const isSame =
    current === digest || sameTag.some((image) => isImage(image, current) && isImage(image, digest));
  if (isSame) return none("the tag still names the same image");
  if (digest === null && setting.question.named !== null && setting.layerCount !== null)
    return none("the tag still names the same image");
  if (digest === null) return none(`the digest of the base image is not known; ${tag} names ${current}`);
  const found = await analyzeCandidate(setting, {
    name,
    reference: `${name}:${tag}@${current}`,
    digest: current,
    base,
  });
  return {
    refresh: candidateOf(setting, { ...found, kind: "refresh", name, tag, digest: current }),
    refreshReason: "",
  };
}

async function currentDigest(
  { context, image, question }: Setting,
  base: Base,
  tag: string,
): Promise<{ readonly digest: string | null; readonly reason: string }> {
  const told = image.baseImage;
  if (told !== null && told.name === base.name && told.tag === tag && told.currentDigest !== null)
    return { digest: told.currentDigest, reason: "" };
  if (!base.mayAsk) return { digest: null, reason: base.reason };
  // It was asked with the policies already.
  if (!question.fetches) return { digest: null, reason: told?.currentReason ?? "no registry was asked" };
  try {
    const client = registryClient(context, question.request.options);
    return { digest: await client.fetchDigest(parseReference(`${base.name}:${tag}`), tag), reason: "" };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { digest: null, reason: error.message };
  }
}

/** The one that was built last, where it was built after the base itself; null: none is known. */
function newestOf(images: readonly KnownImage[], digest: string | null): string | null {
  const own = images.find((image) => isImage(image, digest));
  const newest = images.toSorted((a, b) => builtAt(b) - builtAt(a))[0];
  if (own === undefined || newest === undefined) return null;
  return builtAt(newest) > builtAt(own) ? (newest.indexDigest ?? newest.digest) : digest;
}

/** Milliseconds; an image that does not tell was built before all others. */
function builtAt({ createdAt }: KnownImage): number {
  const time = Date.parse(createdAt ?? "");
  return Number.isNaN(time) ? 0 : time;
}

async function findUpdates(
  setting: Setting,
  base: Base,
): Promise<{ readonly updates: readonly BaseCandidate[]; readonly updateReason: string | null }> {
  const { name, tag } = base;
  const none = (updateReason: string) => ({ updates: [], updateReason });
  if (tag === null) return none("the tag of the base image is not known; --tag names it");
  const listed = await listTags(setting, base);
  const tags = candidateTags(tag, listed.tags, CANDIDATES_MAX);
  if (tags.length === 0) return none(listed.reason ?? `no other tag of ${name} is a later version of ${tag}`);
  const updates: BaseCandidate[] = [];
  for (const other of tags) {
    const image = setting.known.find((known) => known.tag === other);
    const digest = image === undefined ? null : (image.indexDigest ?? image.digest);
    const found = await analyzeCandidate(setting, { name, reference: `${name}:${other}`, digest, base });
    if (found.digest === null) continue;
    updates.push(candidateOf(setting, { ...found, kind: "update", name, tag: other, digest: found.digest }));
  }
  return updates.length === 0 ? none("no other tag could be read") : { updates, updateReason: null };
}

/** Each is an image to fetch and read. */
const CANDIDATES_MAX = 4;

async function listTags(
  { context, question, known }: Setting,
  { name, mayAsk: asks, reason }: Base,
): Promise<{ readonly tags: readonly string[]; readonly reason: string | null }> {
  const here = known.flatMap((image) => image.tag ?? []);
  if (!asks || !question.fetches)
    return {
      tags: here,
      reason: asks ? "no other tag of it was analysed here; plimsoll recommendations asks" : reason,
    };
  try {
    const client = registryClient(context, question.request.options);
    return { tags: await client.fetchTags(parseReference(name)), reason: null };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { tags: here, reason: error.message };
  }
}

interface Found {
  readonly analysis: Analysis | null;
  readonly reason: string | null;
  readonly digest: string | null;
}

/** What this machine keeps of it, else what its registry gives. */
async function analyzeCandidate(
  { context, question, known, image }: Setting,
  asked: {
    readonly name: string;
    readonly reference: string;
    readonly digest: string | null;
    readonly base: Base;
  },
): Promise<Found> {
  const { reference, digest, base } = asked;
  const isFresh = !question.fetches || !base.mayAsk || reference.includes("@");
  const here = known.find((each) => isImage(each, digest));
  const stored = here === undefined || !isFresh ? null : await findInventory(context, here.digest);
  if (stored !== null)
    return { analysis: await runStoredAnalysis(context, question.request, stored), reason: null, digest };
  if (!base.mayAsk || !question.fetches) {
    const reason = base.mayAsk ? "it was not analysed here; plimsoll recommendations reads it" : base.reason;
    return { analysis: null, reason, digest };
  }
  try {
    const { ref: _ofTheImage, verify: _notOfBases, ...options } = question.request.options;
    const { platform } = image.image.config;
    const request = { ...question.request, options, platform, reference: `registry://${reference}` };
    const analysis = await runAnalysis(withoutGivenSignIn(context), request);
    return { analysis, reason: null, digest: digest ?? analysis.image.indexDigest ?? analysis.image.digest };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { analysis: null, reason: error.message, digest };
  }
}

/** A sign-in that was given for the image itself is not sent elsewhere. */
function withoutGivenSignIn(context: CliContext): CliContext {
  const registry = { ...context.config.registry, user: null, password: null, token: null };
  const changes: Partial<CliContext> = { config: { ...context.config, registry } };
  return Object.create(context, Object.getOwnPropertyDescriptors(changes)) as CliContext;
}

function candidateOf(
  { image, layerCount, current, baseAnalysis }: Setting,
  found: Omit<Parameters<typeof toCandidate>[0], "rebase">,
): BaseCandidate {
  const { analysis } = found;
  const rebase =
    analysis === null || layerCount === null
      ? null
      : rebaseImage({ image, layerCount, base: baseAnalysis, candidate: analysis, order: versionOrder });
  return toCandidate({ ...found, rebase }, current);
}

/** By the digest of its manifest or of its index. */
export function isImage({ digest, indexDigest }: KnownImage, named: string | null): boolean {
  return named !== null && (digest === named || indexDigest === named);
}
