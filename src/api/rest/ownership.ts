/** Teams, whose repositories and images are, and who looks after findings. */
import { z } from "zod";
import { severityView } from "../common-views.ts";
import { count, organisationName, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const teamRequest = z.strictObject({ name: organisationName });
export const teamMembersRequest = z.strictObject({
  accounts: z.array(uuid).max(500).describe("Everybody who is in it from now on"),
});
export const teamView = z.object({
  id: uuid,
  name: z.string(),
  members: z.array(z.object({ id: uuid, name: z.string() })),
  repositoryCount: count,
});
export const teamList = z.object({ teams: z.array(teamView) });

/** Both null: nobody's. */
export const ownerRequest = z.strictObject({ accountId: uuid.nullable(), teamId: uuid.nullable() });
export const ownerView = z.object({
  accountId: uuid.nullable(),
  account: textOrNull,
  teamId: uuid.nullable(),
  team: textOrNull,
  from: z
    .enum(["image", "repository"])
    .nullable()
    .describe("Where it stands: an image without an owner of its own has its repository's; null: nobody's"),
});

export const findingListQuery = z.object({
  ...pageQuery,
  vulnerability: z.string().max(200).optional().describe("By any of its ids"),
  severity: severityView.optional(),
  account: uuid.optional().describe("Assigned to this account"),
  team: uuid.optional().describe("Assigned to this team"),
  assigned: z.enum(["true", "false"]).optional(),
});
export const listedFindingView = z.object({
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  purl: z.string(),
  severity: severityView,
  state: z.enum(["affected", "undetermined"]),
  fixedVersion: textOrNull,
  firstSeenAt: time.describe("When the organisation first had the package with it"),
  imageCount: count.describe("Images that count and hold it"),
  accountId: uuid.nullable(),
  account: textOrNull,
  teamId: uuid.nullable(),
  team: textOrNull,
  assignedAt: time.nullable(),
});
export const findingPage = pageOf(listedFindingView);

export const assignRequest = ownerRequest.extend({
  findings: z
    .array(z.strictObject({ vulnerability: z.string().min(1).max(200), purl: z.string().min(1).max(2000) }))
    .min(1)
    .max(500),
});
export const assignAnswer = z.object({
  findingCount: count.describe("Findings of the organisation that were meant; others are passed over"),
});
