/**
 * What is kept of admissions: what runs where, so that a restart is told from a first deployment; an event for what was stopped, once
 * a day; and for each broken glass a row of the audit log. A dry run leaves nothing behind.
 */
import type { AdmissionRequest } from "../../api/rest/clusters.ts";
import { printable } from "../../domain/problem.ts";
import type { EventFeed } from "../../store/event-feed.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { recordAdmitted, type AdmissionPlace, type Cluster } from "../../store/stores/clusters.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { callerActor, type Caller } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import type { Admission, ImageOutcome } from "./admission.ts";

export interface AdmissionRecord {
  readonly orgId: string;
  readonly caller: Caller;
  readonly cluster: Cluster;
  readonly request: AdmissionRequest;
  readonly admission: Admission;
  readonly now: Date;
}

/** What was admitted since then counts as running. */
export function runsSince(now: Date): Date {
  return new Date(now.getTime() - RUNS_MS);
}

/** Writes nothing where the same was written a while ago. @throws what the store throws */
export async function recordAdmission(
  parts: Pick<ServerParts, "store" | "queue" | "events">,
  record: AdmissionRecord,
): Promise<void> {
  const { orgId, cluster, request, admission, now } = record;
  if (request.dryRun === true || admission.kind !== "judged") return;
  const place = { orgId, clusterId: cluster.id, namespace: request.namespace ?? "" };
  const stopped = admission.outcomes.filter(({ outcome }) => outcome === "stopped");
  const isDenied = stopped.length > 0 && cluster.mode === "enforce";
  const broken = isDenied ? [] : admission.outcomes.filter(({ outcome }) => outcome === "glass-broken");
  const noted = notesOf(parts.events);
  const running = isDenied ? [] : runningOf(admission.outcomes);
  const isNew = (key: string): boolean => !noted.has(key, now.getTime() - SEEN_MS);
  const runsKey = (image: object): string => keyOf("runs", place, image);
  const stoppedKey = ({ image, known }: ImageOutcome): string => keyOf("stopped", place, known ?? image);
  const fresh = running.filter((image) => image.brokeGlass || isNew(runsKey(image)));
  const told = stopped.filter((outcome) => isNew(stoppedKey(outcome)));
  if (fresh.length + told.length + broken.length === 0) return;
  await inOrg(parts.store, orgId, async (tx) => {
    await recordAdmitted(tx, place, fresh, { now, since: runsSince(now) });
    for (const each of broken) await recordBroken(tx, parts.queue, record, each);
    for (const each of told) await recordStopped(tx, parts.queue, record, each);
  });
  for (const key of [...fresh.map(runsKey), ...told.map(stoppedKey)]) noted.note(key, now.getTime());
}

/** Each image once: it may be named by its digest in one container and by a tag in another. */
function runningOf(outcomes: readonly ImageOutcome[]) {
  const running = new Map<string, { repository: string; digest: string; brokeGlass: boolean }>();
  for (const { known, outcome } of outcomes) {
    if (known === null) continue;
    const key = `${known.repository}@${known.digest}`;
    const brokeGlass = outcome === "glass-broken" || running.get(key)?.brokeGlass === true;
    running.set(key, { ...known, brokeGlass });
  }
  return [...running.values()];
}

type Tx = Parameters<typeof recordEvent>[0];

async function recordBroken(
  tx: Tx,
  queue: ServerParts["queue"],
  { orgId, caller, cluster, request, admission, now }: AdmissionRecord,
  { image, causes }: ImageOutcome,
): Promise<void> {
  const where = `${cluster.name}/${request.namespace ?? ""}`;
  const name = printable(image.image, 300);
  const user = printable(request.userInfo.username ?? "somebody", 300);
  const reason = admission.kind === "judged" ? admission.reason : null;
  const actor = callerActor(caller);
  const after = { image: name, user, reason, causes, workload: workloadOf(request) };
  await recordAudit(tx, { orgId, actor, action: "gate.glass-broken", target: where, before: null, after });
  await recordEvent(tx, queue, {
    orgId,
    kind: "gate.glass-broken",
    title: `${user} broke the glass for ${name} in ${where}`,
    actor: { id: null, name: user },
    body: { cluster: cluster.name, namespace: request.namespace ?? "", image: name, reason, causes },
    onceKey: `gate:glass:${cluster.id}:${request.uid}:${now.toISOString()}:${name}`,
  });
}

async function recordStopped(
  tx: Tx,
  queue: ServerParts["queue"],
  { orgId, caller, cluster, request, now }: AdmissionRecord,
  { image, causes, known }: ImageOutcome,
): Promise<void> {
  const namespace = request.namespace ?? "";
  const name = printable(image.image, 300);
  const isDenied = cluster.mode === "enforce";
  const day = now.toISOString().slice(0, 10);
  await recordEvent(tx, queue, {
    orgId,
    kind: "gate.stopped",
    title: `${name} ${isDenied ? "was" : "would"} not ${isDenied ? "" : "be "}let into ${cluster.name}/${namespace}`,
    actor: callerActor(caller),
    body: {
      cluster: cluster.name,
      namespace,
      mode: cluster.mode,
      image: name,
      digest: known?.digest ?? null,
      workload: workloadOf(request),
      causes,
    },
    onceKey: `gate:stopped:${cluster.id}:${cluster.mode}:${namespace}:${known?.repository ?? name}:${known?.digest ?? ""}:${day}`,
  });
}

/** `Deployment app` */
function workloadOf({ kind, name }: AdmissionRequest): string {
  return printable(`${kind.kind} ${name ?? ""}`.trim(), 300);
}

function keyOf(kind: string, { orgId, clusterId, namespace }: AdmissionPlace, what: object): string {
  const { repository = "", digest = "", image = "" } = what as Readonly<Record<string, string>>;
  return [kind, orgId, clusterId, namespace, repository, digest, image].join("\n");
}

interface Notes {
  /** Whether it was noted after `since`, in milliseconds since 1970. */
  has(key: string, since: number): boolean;
  note(key: string, now: number): void;
}

/** Of this server: what it wrote lately. */
function notesOf(feed: EventFeed): Notes {
  const known = notes.get(feed) ?? makeNotes();
  notes.set(feed, known);
  return known;
}

const notes = new WeakMap<EventFeed, Notes>();

/** Bounded; the oldest go first. */
function makeNotes(): Notes {
  const times = new Map<string, number>();
  return {
    has: (key, since) => (times.get(key) ?? -Infinity) > since,
    note: (key, now) => {
      times.delete(key);
      times.set(key, now);
      for (const oldest of times.keys()) {
        if (times.size <= NOTES_MAX) break;
        times.delete(oldest);
      }
    },
  };
}

const RUNS_MS = 30 * 86_400_000;
const SEEN_MS = 3_600_000;
const NOTES_MAX = 20_000;
