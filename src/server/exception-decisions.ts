/**
 * What becomes of exceptions: approved or refused by somebody else than who asked, and withdrawn. Each move is one transaction with
 * its row in the audit log, its event, and the jobs that judge the images concerned anew.
 */
import type { ExceptionView } from "../api/rest/exceptions.ts";
import { PlimsollError } from "../domain/error.ts";
import type { EventKind } from "../domain/event.ts";
import { printable } from "../domain/problem.ts";
import { roleMay, type Action } from "../domain/roles.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { requestEvaluations } from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import {
  decideException,
  withdrawException,
  type ExceptionState,
  type StoredException,
} from "../store/stores/exceptions.ts";
import { findException } from "../store/views/exceptions.ts";
import { accountOf, callerActor, type Caller, type OrgScope } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";

export interface ExceptionContext extends ChangeContext {
  readonly now: Date;
}

/**
 * @throws PlimsollError NOT_FOUND; OWN_REQUEST by whichever of the account's sessions and tokens; CONFLICT when it was decided or
 * withdrawn before, or its end has come
 */
export async function decide(
  context: ExceptionContext,
  id: string,
  { state, note }: { readonly state: "approved" | "refused"; readonly note: string },
): Promise<StoredException> {
  const { tx, orgId, now } = context;
  const account = accountOf(context.caller);
  const before = await getException(context, id);
  if (before.requestedBy.id === account.id) {
    throw new PlimsollError("OWN_REQUEST", "The exception was asked for by this account.");
  }
  const by = { id: account.id, name: account.name };
  const after = await decideException(tx, orgId, id, { state, by, note, now });
  if (after === null) throw await movedOn(context, id);
  await settleException(context, `exception.${state}`, { before, after, note });
  if (state === "approved") await judgeAnew(context, after);
  return after;
}

/**
 * Who asked may take back the request while it is open; who may decide takes back requests and approvals.
 * @throws PlimsollError NOT_FOUND, FORBIDDEN, CONFLICT
 */
export async function withdraw(
  context: ExceptionContext,
  id: string,
  { org, note }: { readonly org: OrgScope; readonly note: string },
): Promise<StoredException> {
  const before = await getException(context, id);
  const { state } = before;
  if (!isOwn(before, context.caller) && !mayDo(context.caller, org, "decide-exception")) {
    throw new PlimsollError("FORBIDDEN", "Only who asked for it or who may decide takes it back.");
  }
  if (state !== "requested" && state !== "approved") throw await movedOn(context, id);
  if (state === "approved" && !mayDo(context.caller, org, "decide-exception")) {
    throw new PlimsollError("FORBIDDEN", "Only who may decide takes back an approval.");
  }
  const after = await withdrawException(context.tx, context.orgId, id, state);
  if (after === null) throw await movedOn(context, id);
  await settleException(context, "exception.withdrawn", { before, after, note });
  if (state === "approved") await judgeAnew(context, after);
  return after;
}

async function getException({ tx, orgId }: ExceptionContext, id: string): Promise<StoredException> {
  const found = await findException(tx, orgId, id);
  if (found === null) throw new PlimsollError("NOT_FOUND", "There is no such exception.");
  return found;
}

/** Read again: of two who decide at once, the second is told what the first decided. */
async function movedOn(context: ExceptionContext, id: string): Promise<PlimsollError> {
  const state = stateAt(await getException(context, id), context.now);
  return new PlimsollError("CONFLICT", `The exception is ${state} by now.`);
}

async function judgeAnew({ tx, queue, orgId }: ExceptionContext, exception: StoredException): Promise<void> {
  const { vulnerability, scope } = exception;
  await requestEvaluations(tx, queue, orgId, { vulnerability, digest: scope.digest });
}

/** The audit log and the event of a move. */
export async function settleException(
  { tx, queue, orgId, caller }: ExceptionContext,
  kind: Extract<EventKind, `exception.${string}`>,
  {
    before,
    after,
    note,
  }: { readonly before: StoredException | null; readonly after: StoredException; readonly note: string },
): Promise<void> {
  const actor = callerActor(caller);
  const { id, vulnerability, kind: of, scope, reason, justification } = after;
  const expiresAt = after.expiresAt?.toISOString() ?? null;
  const told = { vulnerability, kind: of, justification, reason, scope, expiresAt };
  await recordAudit(tx, {
    orgId,
    actor,
    action: kind,
    target: `${vulnerability} (${id})`,
    before: before === null ? null : { state: before.state },
    after: before === null ? { state: after.state, ...told } : { state: after.state, note },
  });
  await recordEvent(tx, queue, {
    orgId,
    kind,
    title: `An exception for ${printable(vulnerability)} was ${after.state}`,
    actor: { id: caller.kind === "account" ? caller.id : null, name: actor.name },
    exceptionId: id,
    body: note === "" ? told : { ...told, note },
    onceKey: `exception:${id}:${after.state}`,
  });
}

/** As the caller sees it. */
export function viewException(
  exception: StoredException,
  { caller, org, now }: { readonly caller: Caller; readonly org: OrgScope; readonly now: Date },
): ExceptionView {
  const { requestedBy, decidedBy, requestedAt, decidedAt, expiresAt, ...rest } = exception;
  const state = stateAt(exception, now);
  const isDecider = mayDo(caller, org, "decide-exception");
  const isAsker = isOwn(exception, caller) && mayDo(caller, org, "request-exception");
  return {
    ...rest,
    state,
    scope: { ...exception.scope },
    requestedBy: requestedBy.name,
    requestedAt: requestedAt.toISOString(),
    decidedBy: decidedBy?.name ?? null,
    decidedAt: decidedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    mayDecide: state === "requested" && isDecider && !isOwn(exception, caller),
    mayWithdraw: (state === "requested" && (isDecider || isAsker)) || (state === "approved" && isDecider),
  };
}

/** One whose end has come has expired, also before the job that notes it. */
function stateAt({ state, expiresAt }: StoredException, now: Date): ExceptionState {
  const isOpen = state === "requested" || state === "approved";
  return isOpen && expiresAt !== null && expiresAt.getTime() <= now.getTime() ? "expired" : state;
}

function isOwn({ requestedBy }: StoredException, caller: Caller): boolean {
  return caller.kind === "account" && caller.id === requestedBy.id;
}

/** Actions that no scope of a token covers: neither a service nor a token that is narrowed may. */
function mayDo(caller: Caller, { role }: OrgScope, action: Action): boolean {
  return caller.kind === "account" && caller.scopes.length === 0 && role !== null && roleMay(role, action);
}
