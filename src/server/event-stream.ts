/**
 * The stream that keeps pages live: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) that say
 * that something of a kind happened in an organisation, by id and kind, never what. A message may come twice; none is lost over a
 * gap, for what was told meanwhile is read from the table of events.
 *
 * A stream lives longer than the rights it began with, so at every heartbeat it is asked anew whether its caller still has them.
 */
import { inOrg } from "../store/in-org.ts";
import { listEventsSince, newestEventId, type EventHint } from "../store/views/events.ts";
import { authorise } from "./auth/authorise.ts";
import { findCaller } from "./auth/find-caller.ts";
import { isSessionLive } from "./auth/session.ts";
import type { Caller, OrgScope } from "./caller.ts";
import { makeInbox, type Inbox } from "./event-inbox.ts";
import { enterStream } from "./open-streams.ts";
import type { ServerParts } from "./parts.ts";

export interface StreamCall {
  readonly caller: Caller;
  readonly org: OrgScope;
  readonly request: Request;
}

/** @throws PlimsollError RATE_LIMITED when the caller has too many streams open; STORE_UNREACHABLE */
export async function openEventStream(
  call: StreamCall,
  parts: ServerParts,
  heartbeatMs = HEARTBEAT_MS,
): Promise<Response> {
  const leave = enterStream(parts.events, call.caller);
  const inbox = makeInbox();
  const beat = setInterval(inbox.beat, heartbeatMs);
  const endings = [parts.signal, call.request.signal];
  let unwatch = (): void => {};
  const end = (): void => {
    clearInterval(beat);
    for (const signal of endings) signal.removeEventListener("abort", end);
    inbox.end();
    unwatch();
    leave();
  };
  try {
    // From here on nothing is missed; the headers, which the browser takes for "open", are sent after.
    unwatch = await parts.events.watch(call.org.id, inbox.put);
    for (const signal of endings) signal.throwIfAborted();
  } catch (error) {
    end();
    throw error;
  }
  for (const signal of endings) signal.addEventListener("abort", end, { once: true });
  const body = toBody(tell(call, parts, inbox), end);
  return new Response(body, { headers: { "content-type": "text/event-stream", "x-accel-buffering": "no" } });
}

/** `end` is called when all is told, and when the reader goes. */
function toBody(pieces: AsyncGenerator<string, void, void>, end: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isGone = false;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await pieces.next();
      if (isGone) return;
      if (done !== true) {
        controller.enqueue(encoder.encode(value));
        return;
      }
      end();
      controller.close();
    },
    cancel: () => {
      isGone = true;
      end();
    },
  });
}

/** The text of the stream, piece by piece. Trouble ends it: who listens comes back, and is then told what is wrong. */
async function* tell(call: StreamCall, parts: ServerParts, inbox: Inbox): AsyncGenerator<string, void, void> {
  const { id: orgId } = call.org;
  const sent = new Set<number>();
  let last = readLastEventId(call.request.headers);
  const format = (hints: readonly EventHint[]): string => {
    const fresh = hints.filter(({ id }) => !sent.has(id));
    for (const { id } of fresh) {
      sent.add(id);
      last = Math.max(last ?? 0, id);
    }
    dropOldest(sent, SENT_MAX);
    return fresh.map(({ id, kind }) => `id: ${id}\ndata: ${JSON.stringify({ id, kind })}\n\n`).join("");
  };
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    if (last !== null) yield format(await readMissed(parts, orgId, last));
    last ??= await inOrg(parts.store, orgId, (tx) => newestEventId(tx, orgId));
    for (;;) {
      const told = await inbox.take();
      if (told.kind === "end") return;
      if (told.kind === "beat") {
        if (!(await stillMay(call, parts))) return;
        yield ": heartbeat\n\n";
      } else {
        const hints =
          told.kind === "gap" ? await readMissed(parts, orgId, last) : [{ id: told.id, kind: told.event }];
        yield format(hints);
      }
    }
  } catch {
    return;
  }
}

/** Events after `last`; of too many one message, which says to look at everything again. */
async function readMissed(
  { store }: ServerParts,
  orgId: string,
  last: number,
): Promise<readonly EventHint[]> {
  return inOrg(store, orgId, async (tx) => {
    const hints = await listEventsSince(tx, orgId, last, MISSED_MAX + 1);
    if (hints.length <= MISSED_MAX) return hints;
    return [{ id: await newestEventId(tx, orgId), kind: "events.missed" }];
  });
}

/** As the browser repeats it; what is no id of ours counts as none. */
function readLastEventId(headers: Headers): number | null {
  const text = headers.get("last-event-id") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Whether the session or token is still good, and its account still of the organisation. */
async function stillMay({ caller, org, request }: StreamCall, parts: ServerParts): Promise<boolean> {
  const { store } = parts;
  const now = parts.clock();
  try {
    const isBySession = caller.kind === "account" && caller.session !== null;
    if (isBySession && !(await isSessionLive(store.app, caller.session.idHash, now))) return false;
    const current = isBySession ? caller : await findCaller(parts, request.headers, now);
    const wanted = { permission: "read", isReading: true, organisation: org.name } as const;
    return (await authorise(store, current, wanted))?.id === org.id;
  } catch {
    // Refused, or it cannot be told: no stream without the right to it.
    return false;
  }
}

function dropOldest(ids: Set<number>, countMax: number): void {
  for (const id of ids) {
    if (ids.size <= countMax) return;
    ids.delete(id);
  }
}

/** Proxies cut connections that are silent for a minute. */
const HEARTBEAT_MS = 20_000;
/** After which time a browser comes back. */
const RETRY_MS = 3_000;
/** Messages of one gap. */
const MISSED_MAX = 200;
/** Ids that are not told again. */
const SENT_MAX = 2_000;
