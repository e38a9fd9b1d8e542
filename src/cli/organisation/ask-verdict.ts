/**
 * The server's verdict on an image of a registry: asked for by repository and digest, waited for while the image is analysed. An
 * enabled repository whose push the server has not heard of yet is analysed on request.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { imageVerdictView, type ImageVerdictView } from "../../api/rest/checks.ts";
import { analyseAnswer } from "../../api/rest/images.ts";
import { errorCodes, type ErrorCode } from "../../domain/error-codes.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { ServerError, type ServerClient } from "../server/client.ts";

export interface AskedImage {
  readonly organisation: string;
  /** Canonical: `registry.example.com/acme/my-app`. */
  readonly repository: string;
  /** Of the index, or of one platform's manifest. */
  readonly digest: string;
  readonly waitSeconds: number;
  /** Told once, when there is something to wait for. */
  readonly onWait: (why: string) => void;
}

/** `unknown`: the server cannot judge it, and why. */
export type AskedVerdict =
  | { readonly kind: "verdict"; readonly view: KnownVerdict }
  | { readonly kind: "unknown"; readonly reason: string };

export type KnownVerdict = ImageVerdictView & { readonly verdict: NonNullable<ImageVerdictView["verdict"]> };

/** @throws PlimsollError VERDICT_PENDING after the wait; the code of a failed analysis; as the server refuses */
export async function askVerdict(client: ServerClient, image: AskedImage): Promise<AskedVerdict> {
  const giveUpAt = Date.now() + image.waitSeconds * 1000;
  let view = await findVerdict(client, image);
  if (view === null) {
    const refusal = await requestAnalysis(client, image);
    if (refusal !== null) return { kind: "unknown", reason: refusal };
    image.onWait("the server had not heard of it and analyses it now");
  } else if (!isDone(view)) {
    image.onWait("the server is analysing it");
  }
  for (;;) {
    if (view !== null && isDone(view)) return { kind: "verdict", view };
    if (view !== null && view.failure !== null) throw analysisFailed(view.failure);
    if (Date.now() >= giveUpAt) throw pending(image, view?.state ?? "queued");
    await sleep(POLL_MS);
    view = await findVerdict(client, image);
  }
}

const POLL_MS = 500;

function isDone(view: ImageVerdictView): view is KnownVerdict {
  return view.state === "analysed" && view.verdict !== null;
}

/** Null: the server does not know the image there. */
async function findVerdict(client: ServerClient, image: AskedImage): Promise<ImageVerdictView | null> {
  const { repository, digest } = image;
  try {
    return await client.ask(
      { path: `/orgs/${image.organisation}/verdict`, query: { repository, digest } },
      imageVerdictView,
    );
  } catch (error) {
    if (error instanceof ServerError && error.code === "IMAGE_UNKNOWN") return null;
    throw error;
  }
}

/** Returns why the server will not, or null when the analysis is queued. */
async function requestAnalysis(client: ServerClient, image: AskedImage): Promise<string | null> {
  const { organisation, repository, digest } = image;
  try {
    const body = { reference: `${repository}@${digest}` };
    await client.ask({ method: "POST", path: `/orgs/${organisation}/images/analyse`, body }, analyseAnswer);
    return null;
  } catch (error) {
    if (!(error instanceof ServerError) || error.status >= 500 || error.status === 401) throw error;
    return error.code === "FORBIDDEN"
      ? "the server does not know it, and this sign-in may not ask for an analysis"
      : `the server does not analyse it (${error.message.replace(/\.$/, "")})`;
  }
}

function analysisFailed({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): PlimsollError {
  const known = code in errorCodes ? (code as ErrorCode) : "SERVER_PROTOCOL";
  return new PlimsollError(known, `The server's analysis failed: ${printable(message, 1000)}`);
}

function pending({ waitSeconds, repository, digest }: AskedImage, state: string): PlimsollError {
  return new PlimsollError(
    "VERDICT_PENDING",
    `${repository}@${digest} is ${state}: no verdict after ${waitSeconds} seconds.`,
  );
}
