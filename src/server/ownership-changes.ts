/** Changes of teams, of owners and of assignments, each with its row in the audit log. */
import { PlimsollError } from "../domain/error.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { assignFindings, type NamedFinding } from "../store/stores/assignments.ts";
import {
  deleteTeam,
  findStrangers,
  insertTeam,
  listTeams,
  setOwnership,
  setTeamMembers,
  type Ownership,
  type TeamRow,
} from "../store/stores/teams.ts";
import { callerActor } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";
import { RequestInvalidError } from "./problem.ts";

export type OwnershipContext = Omit<ChangeContext, "queue">;

/** @throws PlimsollError CONFLICT when there is one of this name */
export async function addTeam(context: OwnershipContext, name: string): Promise<TeamRow> {
  const id = await insertTeam(context.tx, context.orgId, name);
  if (id === null) throw new PlimsollError("CONFLICT", `There is a team ${name} already.`);
  await audit(context, "team.created", name, null, { name });
  return { id, name, members: [], repositoryCount: 0 };
}

/** @throws PlimsollError NOT_FOUND */
export async function removeTeam(context: OwnershipContext, id: string): Promise<void> {
  const name = await deleteTeam(context.tx, context.orgId, id);
  if (name === null) throw new PlimsollError("NOT_FOUND", "There is no such team.");
  await audit(context, "team.deleted", name, { name }, null);
}

/** @throws PlimsollError NOT_FOUND; REQUEST_INVALID for who is no member of the organisation */
export async function fillTeam(
  context: OwnershipContext,
  id: string,
  accounts: readonly string[],
): Promise<TeamRow> {
  const find = async (): Promise<TeamRow> => {
    const found = (await listTeams(context.tx, context.orgId)).find((team) => team.id === id);
    if (found === undefined) throw new PlimsollError("NOT_FOUND", "There is no such team.");
    return found;
  };
  const before = await find();
  if (!(await setTeamMembers(context.tx, context.orgId, id, accounts)))
    throw invalid("accounts", "one of them is no member of the organisation");
  const after = await find();
  const namesOf = ({ members }: TeamRow): readonly string[] => members.map(({ name }) => name);
  await audit(context, "team.members-changed", before.name, namesOf(before), namesOf(after));
  return after;
}

/** @throws PlimsollError NOT_FOUND, REQUEST_INVALID */
export async function giveTo(
  context: OwnershipContext,
  what: { readonly kind: "repository" | "image"; readonly id: string },
  owner: Ownership,
): Promise<void> {
  await checkOwner(context, owner);
  const before = await setOwnership(context.tx, context.orgId, what, owner);
  if (before === null) throw new PlimsollError("NOT_FOUND", `There is no such ${what.kind}.`);
  await audit(context, `${what.kind}.owner-changed`, what.id, before, owner);
}

/** How many findings were meant. @throws PlimsollError REQUEST_INVALID */
export async function assign(
  context: OwnershipContext & { readonly now: Date },
  findings: readonly NamedFinding[],
  { accountId, teamId }: Ownership,
): Promise<number> {
  await checkOwner(context, { accountId, teamId });
  const by = callerActor(context.caller).name;
  const to = { accountId, teamId, by, now: context.now };
  const findingCount = await assignFindings(context.tx, context.orgId, findings, to);
  const target =
    findings.length === 1
      ? `${findings[0]?.vulnerability} ${findings[0]?.purl}`
      : `${findings.length} findings`;
  await audit(context, "finding.assigned", target, null, { accountId, teamId, findings, findingCount });
  return findingCount;
}

async function checkOwner({ tx, orgId }: OwnershipContext, owner: Ownership): Promise<void> {
  const [stranger] = await findStrangers(tx, orgId, owner);
  if (stranger === undefined) return;
  throw invalid(`${stranger}Id`, `the organisation has no such ${stranger}`);
}

function invalid(path: string, message: string): RequestInvalidError {
  return new RequestInvalidError(`${path}: ${message}.`, [{ path, message }]);
}

async function audit(
  { tx, orgId, caller }: OwnershipContext,
  action: string,
  target: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await recordAudit(tx, { orgId, actor: callerActor(caller), action, target, before, after });
}
