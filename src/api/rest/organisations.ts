/** Organisations, their members, invitations, audit log, and the overview page. */
import { z } from "zod";
import { accountName, count, organisationName, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";
import { roleView } from "./session.ts";

export const organisationRequest = z.strictObject({ name: organisationName });
export const organisationView = z.object({ name: organisationName, role: roleView, createdAt: time });
export type OrganisationView = z.output<typeof organisationView>;
export const organisationList = z.object({ organisations: z.array(organisationView) });

export const memberView = z.object({
  accountId: uuid,
  name: z.string(),
  displayName: z.string(),
  role: roleView,
  since: time,
});
export type MemberView = z.output<typeof memberView>;
export const memberList = z.object({ members: z.array(memberView) });
export const memberRequest = z.strictObject({ name: accountName, role: roleView });
export const memberRoleRequest = z.strictObject({ role: roleView });
/** `link` is a path with the invitation's token, shown once; null where the account exists already. */
export const newMemberView = z.object({
  member: memberView.nullable(),
  link: textOrNull,
  expiresAt: time.nullable(),
});
export type NewMemberView = z.output<typeof newMemberView>;

/** An invitation that was not redeemed yet. */
export const invitationView = z.object({
  id: uuid,
  accountName: z.string(),
  role: roleView,
  createdAt: time,
  expiresAt: time,
});
export type InvitationView = z.output<typeof invitationView>;
export const invitationList = z.object({ invitations: z.array(invitationView) });

export const auditQuery = z.object({ ...pageQuery });
export const auditEntryView = z.object({
  id: count,
  at: time,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
export const auditPage = pageOf(auditEntryView);
export type AuditEntryView = z.output<typeof auditEntryView>;

const severityCounts = z.object({
  critical: count,
  high: count,
  medium: count,
  low: count,
  unspecified: count,
});

/** Counts only images that count: the latest tag of each enabled repository and what is recorded in environments. */
export const overviewView = z.object({
  images: z.object({
    counted: count,
    met: count,
    notMet: count,
    noData: count,
    waiting: count,
    failed: count,
  }),
  findings: severityCounts.nullable().describe("Null while nothing was matched"),
  policies: z.array(
    z.object({ id: uuid, title: z.string(), effect: z.string(), met: count, notMet: count, noData: count }),
  ),
  recent: z
    .array(z.object({ eventId: count, at: time, title: z.string(), imageId: uuid.nullable() }))
    .describe("Newest verdict changes"),
  exceptionsWaiting: count,
  database: z
    .object({
      updatedAt: time,
      ageHours: count,
      stale: z.boolean(),
      demonstration: z.boolean(),
      advisoryCount: count,
      failure: textOrNull,
    })
    .nullable()
    .describe("Null: no vulnerability database yet"),
  queue: z.object({ waiting: count, active: count, failed: count }),
});
export type OverviewView = z.output<typeof overviewView>;
