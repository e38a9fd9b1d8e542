/** Signing in by a provider: what the sign-in page sees, how administrators describe providers, and groups that have roles. */
import { z } from "zod";
import { organisationName, textOrNull, time, uuid } from "./fields.ts";
import { roleView } from "./session.ts";

export const providerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower case letters, digits and -, at most 63");
export const providerKindView = z.enum(["oidc", "ldap", "saml"]);

/** What the sign-in page shows before anybody is known. */
export const signInChoices = z.object({
  providers: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      asksPassword: z
        .boolean()
        .describe("Name and password are typed here; else the browser goes to the provider"),
    }),
  ),
});
export type SignInChoices = z.output<typeof signInChoices>;

/** `next`: path of the dashboard to show afterwards. */
export const signInBegin = z.strictObject({ next: z.string().max(2000).default("/") });
export const signInBegun = z.object({ url: z.string().describe("Where the browser goes now") });
export type SignInBegun = z.output<typeof signInBegun>;

export const providerPassword = z.strictObject({
  name: z.string().min(1).max(200),
  password: z.string().min(1, "an empty password proves nothing").max(1000),
});

/** An address of a provider: https, or http on this machine alone. */
const providerUrl = z
  .string()
  .max(2000)
  .refine(isProviderUrl, "https://…, without user and password; http:// only on loopback");
const claimName = z.string().min(1).max(200);
const pem = z.string().max(100_000).includes("-----BEGIN CERTIFICATE-----").nullable().default(null);
const certificates = pem.describe(
  "PEM of authorities that its certificate may come from, beside the known ones",
);

export const oidcSettings = z.strictObject({
  issuer: providerUrl.describe("As the provider's discovery document names it"),
  clientId: z.string().min(1).max(500),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .max(20)
    .default(["openid", "profile", "email"]),
  nameClaim: claimName.default("preferred_username").describe("Becomes the name of the account"),
  displayNameClaim: claimName.default("name"),
  groupsClaim: claimName
    .default("groups")
    .describe("A list of groups; realm_access.roles looks inside of objects"),
  ca: certificates,
});
export type OidcSettings = z.output<typeof oidcSettings>;

const NOT_SAFE = "ldap:// needs startTls, but on loopback";
const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9;.-]{0,99}$/, "the name of an attribute");
const dn = z.string().min(1).max(1000);

export const ldapSettings = z.strictObject({
  url: z
    .string()
    .max(500)
    .regex(
      /^ldaps?:\/\/(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/,
      "ldaps://HOST or ldap://HOST",
    ),
  startTls: z.boolean().default(false).describe("Needed with ldap://, but on loopback"),
  bindDn: dn.nullable().default(null).describe("Who searches, with the secret as its password; null: nobody"),
  baseDn: dn.describe("People are below it"),
  userAttribute: attribute.default("uid").describe("What people type; sAMAccountName in Active Directory"),
  userFilter: z
    .string()
    .max(1000)
    .nullable()
    .default(null)
    .describe("Only people who fit: (objectClass=person)"),
  idAttribute: attribute
    .default("entryUUID")
    .describe("Stays the same when names change; objectGUID in Active Directory"),
  displayNameAttribute: attribute.default("cn"),
  groupsAttribute: attribute
    .default("memberOf")
    .describe("Groups by their whole names, where groupBaseDn is null"),
  groupBaseDn: dn.nullable().default(null).describe("Groups are searched below it, and known by their cn"),
  groupMemberAttribute: attribute.default("member"),
  groupNameAttribute: attribute.default("cn"),
  ca: certificates,
});
export type LdapSettings = z.output<typeof ldapSettings>;

const publicPem = z
  .string()
  .max(20_000)
  .regex(/^\s*-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----/, "PEM of a certificate or public key");

export const samlSettings = z.strictObject({
  entryPoint: providerUrl.describe("Where browsers are sent: the provider's address for redirects"),
  issuer: z.string().min(1).max(1000).describe("Entity ID of the provider"),
  certificates: z.array(publicPem).min(1).max(5).describe("What it signs with; several while it changes"),
  nameAttribute: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .default(null)
    .describe("Name of the account; null: NameID"),
  displayNameAttribute: z.string().min(1).max(500).default("displayName"),
  groupsAttribute: z.string().min(1).max(500).default("groups"),
});
export type SamlSettings = z.output<typeof samlSettings>;

const describedProvider = {
  label: z.string().min(1).max(100).describe("On the button of the sign-in page"),
  enabled: z.boolean().default(true),
  provisioning: z
    .enum(["mapped", "everybody", "nobody"])
    .default("mapped")
    .describe(
      "Who gets an account at the first sign-in: whom an organisation gives a role by a group, everybody, nobody",
    ),
  linksAccounts: z
    .boolean()
    .default(false)
    .describe(
      "An account of the same name that is there already is the same person's; never an administrator's",
    ),
  administratorGroups: z.array(z.string().min(1).max(500)).max(50).default([]),
};
const secret = z
  .string()
  .min(1)
  .max(10_000)
  .nullable()
  .optional()
  .describe("Left out: as it was. Never told again");

export const providerRequest = z.discriminatedUnion("kind", [
  z.strictObject({ ...describedProvider, kind: z.literal("oidc"), settings: oidcSettings, secret }),
  z.strictObject({
    ...describedProvider,
    kind: z.literal("ldap"),
    settings: ldapSettings.refine(isSafeLdap, NOT_SAFE),
    secret,
  }),
  z.strictObject({ ...describedProvider, kind: z.literal("saml"), settings: samlSettings, secret }),
]);
export type ProviderRequest = z.output<typeof providerRequest>;

export const providerView = z.object({
  name: z.string(),
  kind: providerKindView,
  label: z.string(),
  enabled: z.boolean(),
  provisioning: z.enum(["mapped", "everybody", "nobody"]),
  linksAccounts: z.boolean(),
  administratorGroups: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()),
  hasSecret: z.boolean(),
  callbackUrl: textOrNull.describe(
    "What the provider must be told that browsers come back to; null: nothing",
  ),
  changedAt: time,
});
export type ProviderView = z.output<typeof providerView>;
export const providerList = z.object({ providers: z.array(providerView) });

const groupRole = z.strictObject({
  provider: providerName,
  group: z.string().min(1).max(500).describe("As the provider writes it, case included"),
  role: roleView,
});
export const groupRoleList = z.object({ roles: z.array(groupRole) });
export const groupRoleRequest = z.strictObject({ roles: z.array(groupRole).max(500) });

/** Claims that a token must have: any of the patterns must fit, and every claim. `*` stands for any text. */
const claimPatterns = z.record(
  z.string().min(1).max(200),
  z.array(z.string().min(1).max(500)).min(1).max(20),
);

export const trustRuleRequest = z.strictObject({
  name: providerName,
  issuer: providerUrl.describe("https://token.actions.githubusercontent.com, https://gitlab.com, …"),
  audience: z.string().min(1).max(500).optional().describe("Left out: the server's public address"),
  claims: claimPatterns,
  scopes: z
    .array(z.enum(["read", "analyse", "environment", "gate", "submit"]))
    .min(1)
    .max(5),
  minutes: z.int().min(5).max(720).default(60).describe("How long a token lasts"),
});
export type TrustRuleRequest = z.output<typeof trustRuleRequest>;

export const trustRuleView = z.object({
  id: uuid,
  name: z.string(),
  issuer: z.string(),
  audience: z.string(),
  claims: z.record(z.string(), z.array(z.string())),
  scopes: z.array(z.string()),
  minutes: z.int(),
  createdBy: z.string(),
  createdAt: time,
  usedAt: time.nullable(),
});
export type TrustRuleView = z.output<typeof trustRuleView>;
export const trustRuleList = z.object({ rules: z.array(trustRuleView) });

/** What `plimsoll login --oidc` sends. */
export const idTokenRequest = z.strictObject({
  organisation: organisationName,
  idToken: z.string().min(1).max(16_384),
});
export const exchangedToken = z.object({
  token: z.string(),
  rule: z.string(),
  scopes: z.array(z.string()),
  expiresAt: time,
});
export type ExchangedToken = z.output<typeof exchangedToken>;

/** Passwords cross no network in clear. */
function isSafeLdap({ url, startTls }: { readonly url: string; readonly startTls: boolean }): boolean {
  if (url.startsWith("ldaps:") || startTls) return true;
  return /^ldap:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(url);
}

function isProviderUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}
