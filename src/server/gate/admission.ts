/**
 * What becomes of a review of Kubernetes: each image is put to the gate, and the cluster's rules say what its causes mean there. What
 * ran in the namespace before is told from what is new, what nobody has analysed from what was judged, and old evidence from bad.
 */
import type { AdmissionRequest } from "../../api/rest/clusters.ts";
import type { GateAnswer } from "../../api/rest/checks.ts";
import { PlimsollError } from "../../domain/error.ts";
import { fitsPattern } from "../../domain/policy-scope.ts";
import { printable } from "../../domain/problem.ts";
import { readReference } from "../../registries/known-reference.ts";
import type { Cluster } from "../../store/stores/clusters.ts";
import { podImagesOf, type PodImage, type PodImages } from "./pod-images.ts";

/** Annotation with the reason why somebody lets in what the gate stops. */
export const BREAK_GLASS = "plimsoll/break-glass";

export type AdmissionCause = GateAnswer["causes"][number]["cause"] | "never-scanned" | "invalid";

export interface StoppedBy {
  readonly cause: AdmissionCause;
  readonly message: string;
}

/**
 * `pass`: the gate lets it in; `tolerated`: the cluster's rules do; `restart`: it ran there before; `glass-broken`: somebody answers
 * for it; `stopped`: none of them.
 */
export interface ImageOutcome {
  readonly outcome: "pass" | "tolerated" | "restart" | "glass-broken" | "stopped";
  readonly image: PodImage;
  /** What it was judged as; null: it names nothing that is known. */
  readonly known: { readonly repository: string; readonly digest: string } | null;
  /** What the gate has against it. */
  readonly causes: readonly StoppedBy[];
  /** Path of its page; null: there is none. */
  readonly path: string | null;
}

export type Admission =
  /** Nothing of it is looked at, and why. */
  | { readonly kind: "not-judged"; readonly why: string }
  /** `reason`: of who breaks the glass. */
  | { readonly kind: "judged"; readonly outcomes: readonly ImageOutcome[]; readonly reason: string | null }
  | { readonly kind: "too-large" };

/** What the decision needs of the server. */
export interface AdmissionPorts {
  /** @throws PlimsollError IMAGE_UNKNOWN, NOT_FOUND for an unknown environment */
  ask(asked: AskedReference): Promise<GateAnswer>;
  /** Whether it was admitted to the namespace lately, and whether somebody broke the glass for it. */
  findAdmitted(known: {
    readonly repository: string;
    readonly digest: string;
  }): Promise<"no" | "admitted" | "glass-broken">;
}

export interface AskedReference {
  readonly repository: string;
  readonly digest?: string;
  readonly tag?: string;
}

/** @throws what the ports throw, but for images that are not known */
export async function admit(
  cluster: Cluster,
  request: AdmissionRequest,
  ports: AdmissionPorts,
): Promise<Admission> {
  if (request.operation === "DELETE" || request.operation === "CONNECT")
    return { kind: "not-judged", why: `nothing is run by ${request.operation}` };
  const namespace = request.namespace ?? "";
  if (!isJudged(cluster, namespace)) return { kind: "not-judged", why: "the namespace is not judged" };
  const pod = podImagesOf(request.kind.kind, request.object);
  if (pod.isTooLarge) return { kind: "too-large" };
  const before = new Set(
    request.operation === "UPDATE"
      ? podImagesOf(request.kind.kind, request.oldObject).images.map(({ image }) => image)
      : [],
  );
  const reason = breakingReason(cluster, request, pod);
  const outcomes: ImageOutcome[] = [];
  for (const image of pod.images) {
    const judged = await judge(cluster, image, ports);
    outcomes.push(await settle(cluster, judged, { runsAlready: before.has(image.image), reason }, ports));
  }
  return { kind: "judged", outcomes, reason };
}

function isJudged({ namespaces, exemptNamespaces }: Cluster, namespace: string): boolean {
  if (exemptNamespaces.some((pattern) => fitsPattern(pattern, namespace))) return false;
  return namespaces.length === 0 || namespaces.some((pattern) => fitsPattern(pattern, namespace));
}

/** Null: nobody who may breaks the glass, or no reason is given. */
function breakingReason(
  { breakGlassGroups }: Cluster,
  { userInfo }: AdmissionRequest,
  { annotations }: PodImages,
): string | null {
  const reason = (annotations[BREAK_GLASS] ?? "").trim();
  const groups = userInfo.groups ?? [];
  return reason !== "" && groups.some((group) => breakGlassGroups.includes(group))
    ? printable(reason, 500)
    : null;
}

type Judged = Omit<ImageOutcome, "outcome">;

async function judge(cluster: Cluster, image: PodImage, { ask }: AdmissionPorts): Promise<Judged> {
  const unknown = (cause: AdmissionCause, message: string): Judged => ({
    image,
    known: null,
    causes: [{ cause, message }],
    path: null,
  });
  const asked = readImage(image.image);
  if (asked === null) return unknown("invalid", "it is no reference to an image");
  try {
    const { causes, repository, digest, path } = await ask(asked);
    return { image, known: { repository, digest }, causes: causes.map(neverScanned), path };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    if (error.code === "IMAGE_UNKNOWN") {
      const isByTag = asked.digest === undefined;
      const message = isByTag
        ? "the server has never seen this tag; name the image by its digest"
        : "the server has never seen this image in this repository";
      const judged = unknown("never-scanned", message);
      return isByTag
        ? judged
        : { ...judged, known: { repository: asked.repository, digest: asked.digest ?? "" } };
    }
    if (error.code === "NOT_FOUND") {
      return unknown(
        "invalid",
        `there is no environment ${cluster.environment ?? ""} any more; correct the cluster`,
      );
    }
    throw error;
  }
}

/** Null: it is none. */
function readImage(text: string): AskedReference | null {
  try {
    const { host, name, tag, digest } = readReference(text);
    const repository = `${host}/${name}`;
    return digest === null ? { repository, tag: tag ?? "latest" } : { repository, digest };
  } catch (error) {
    if (error instanceof PlimsollError) return null;
    throw error;
  }
}

/** The gate says that it waits for an analysis; to a cluster that is an image that nobody has analysed. */
function neverScanned({ cause, message }: GateAnswer["causes"][number]): StoppedBy {
  return { cause: cause === "queued" ? "never-scanned" : cause, message };
}

async function settle(
  cluster: Cluster,
  judged: Judged,
  { runsAlready, reason }: { readonly runsAlready: boolean; readonly reason: string | null },
  { findAdmitted }: AdmissionPorts,
): Promise<ImageOutcome> {
  const { causes, known } = judged;
  if (causes.length === 0) return { ...judged, outcome: "pass" };
  if (causes.every(({ cause }) => isTolerated(cluster, cause))) return { ...judged, outcome: "tolerated" };
  const admitted = known === null ? "no" : await findAdmitted(known);
  // Its pods are made by controllers, whose groups may nothing.
  if (admitted === "glass-broken") return { ...judged, outcome: "restart" };
  if (cluster.restarts === "admit" && (runsAlready || admitted === "admitted"))
    return { ...judged, outcome: "restart" };
  return { ...judged, outcome: reason === null ? "stopped" : "glass-broken" };
}

function isTolerated({ unknownImages, oldEvidence }: Cluster, cause: AdmissionCause): boolean {
  if (cause === "never-scanned") return unknownImages === "admit";
  return (cause === "stale" || cause === "outdated") && oldEvidence === "admit";
}
