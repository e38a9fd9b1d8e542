/** Signing in and out, tokens, and who is asking. */
import { z } from "zod";
import { accountName, organisationName, password, textOrNull, time, uuid } from "./fields.ts";

export const roleView = z.enum(["viewer", "developer", "editor", "security", "owner"]);
export const scopeView = z.enum(["read", "analyse", "environment", "gate", "submit", "metrics"]);

export const signInRequest = z.strictObject({ name: accountName, password: z.string().max(1000) });

/** Redeems the first-run owner token or an invitation: chooses the password and signs in. */
export const redeemRequest = z.strictObject({
  token: z.string().max(200),
  name: accountName.optional().describe("Only with the first-run token, which names nobody"),
  displayName: z.string().min(1).max(200).optional(),
  password,
});

export const sessionView = z.object({
  account: z.object({ id: uuid, name: z.string(), displayName: z.string(), isAdministrator: z.boolean() }),
  organisations: z.array(z.object({ name: organisationName, role: roleView })),
  csrfToken: textOrNull.describe("Sent back as x-plimsoll-csrf with every change; null for tokens"),
});
export type SessionView = z.output<typeof sessionView>;

/** Whether anybody has an account yet: the sign-in page asks for the first-run token when not. */
export const setupView = z.object({ needsOwner: z.boolean(), version: z.string() });
export type SetupView = z.output<typeof setupView>;

/** Ends every other session of the account. Tokens have a life of their own, so that a new password breaks no pipeline. */
export const passwordChange = z.strictObject({
  current: z.string().max(1000),
  next: password,
  revokeTokens: z
    .boolean()
    .default(false)
    .describe(
      "Revoke every personal token too, the one that asks among them: somebody knew the old password",
    ),
});

/** What `plimsoll login` sends: a password turned into a personal token for this machine. */
export const passwordTokenRequest = signInRequest.extend({
  tokenName: z.string().min(1).max(100),
  expiresInDays: z.int().min(1).max(366).default(90),
});

export const tokenView = z.object({
  id: uuid,
  name: z.string(),
  prefix: z.string().describe("First characters, to tell tokens apart"),
  scopes: z.array(scopeView),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  usedAt: time.nullable(),
});
export type TokenView = z.output<typeof tokenView>;
export const tokenList = z.object({ tokens: z.array(tokenView) });

/** A service token needs a scope; a personal one without scopes may all that its account may. */
export const tokenRequest = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(scopeView).max(6).default([]),
  expiresInDays: z.int().min(1).max(3660).nullable().default(90),
});

/** The only time that a token is told. */
export const newTokenView = tokenView.extend({ token: z.string() });
export type NewTokenView = z.output<typeof newTokenView>;

/** Whether the server and its database answer. */
export const healthView = z.object({ status: z.literal("ok") });
