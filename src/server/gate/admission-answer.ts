/** An admission as Kubernetes is told of it, and people by it: refusal, warnings, annotations of the cluster's audit log. */
import type { AdmissionAnswer } from "../../api/rest/clusters.ts";
import { printable } from "../../domain/problem.ts";
import type { Cluster } from "../../store/stores/clusters.ts";
import { BREAK_GLASS, type Admission, type ImageOutcome } from "./admission.ts";

/** `origin`: of the server, before the paths of pages. */
export function answerReview(
  uid: string,
  { mode }: Pick<Cluster, "mode">,
  admission: Admission,
  origin: string,
): AdmissionAnswer {
  const { allowed, decision, messages } = outcomeOf(mode, admission, origin);
  const warnings = allowed ? messages.map((message) => printable(message, WARNING_LENGTH_MAX)) : [];
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid,
      allowed,
      ...(allowed
        ? {}
        : {
            status: {
              code: 403,
              reason: "Forbidden",
              message: printable(`plimsoll: ${messages.join("; ")}`, MESSAGE_LENGTH_MAX),
            },
          }),
      ...(warnings.length === 0 ? {} : { warnings: warnings.slice(0, WARNINGS_MAX) }),
      auditAnnotations: {
        decision,
        ...(messages.length === 0 ? {} : { reasons: printable(messages.join("; "), MESSAGE_LENGTH_MAX) }),
      },
    },
  };
}

interface Outcome {
  readonly allowed: boolean;
  readonly decision: "admitted" | "not-judged" | "denied" | "would-be-denied" | "glass-broken";
  readonly messages: readonly string[];
}

function outcomeOf(mode: Cluster["mode"], admission: Admission, origin: string): Outcome {
  if (admission.kind === "not-judged") return { allowed: true, decision: "not-judged", messages: [] };
  const denied = mode === "enforce" ? "denied" : "would-be-denied";
  const allowed = mode === "audit";
  if (admission.kind === "too-large")
    return { allowed, decision: denied, messages: ["it has more containers than can be judged"] };
  const { outcomes } = admission;
  const noted = outcomes.filter(({ outcome }) => outcome !== "pass");
  const stopped = noted.filter(({ outcome }) => outcome === "stopped");
  if (stopped.length > 0) {
    const messages = (allowed ? noted : stopped).map((outcome) => sentenceOf(outcome, origin, allowed));
    return { allowed, decision: denied, messages };
  }
  const isBroken = noted.some(({ outcome }) => outcome === "glass-broken");
  const messages = noted.map((outcome) => sentenceOf(outcome, origin, true));
  return { allowed: true, decision: isBroken ? "glass-broken" : "admitted", messages };
}

/** `registry.example.com/acme/app:1 (container app) is not let in: policies not met: … (https://…)` */
function sentenceOf(
  { image, outcome, causes, path }: ImageOutcome,
  origin: string,
  isAdmitted: boolean,
): string {
  const words = {
    pass: "is let in",
    tolerated: "is let in by the cluster's rules",
    restart: "is let in because it was before",
    "glass-broken": `is let in by ${BREAK_GLASS}`,
    stopped: isAdmitted ? "would not be let in" : "is not let in",
  } as const;
  const why = causes.map(({ cause, message }) => `${cause}: ${message}`).join(", ");
  const containers = printable(image.containers.join(", "), 200);
  const page = path === null ? "" : ` (${origin}${path})`;
  return `${printable(image.image, 300)} (${containers}) ${words[outcome]}: ${why}${page}`;
}

/** Longer ones are cut by Kubernetes, which shows 4,096 bytes of all of them together. */
const WARNING_LENGTH_MAX = 250;
const WARNINGS_MAX = 15;
const MESSAGE_LENGTH_MAX = 2_000;
