/** Trust rules of an organisation, and the exchange of a CI system's ID token for a short token by one of them. */
import { z } from "zod";
import {
  exchangedToken,
  idTokenRequest,
  trustRuleList,
  trustRuleRequest,
  trustRuleView,
  type TrustRuleRequest,
  type TrustRuleView,
} from "../../api/rest/sign-in.ts";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import {
  deleteTrustRule,
  findTrustRule,
  insertTrustRule,
  listTrustRules,
  updateTrustRule,
  type TrustRule,
  type TrustRuleContent,
} from "../../store/stores/trust-rules.ts";
import { exchangeIdToken } from "../auth/ci/exchange.ts";
import { checkClaims } from "../auth/ci/trust.ts";
import { callerActor, callerName } from "../caller.ts";
import { RequestInvalidError } from "../problem.ts";
import { orgRoute, route, type Route } from "../route.ts";

const managing = { permission: "manage-members", tag: "Tokens" } as const;
const params = z.object({ ruleId: uuid });

export const trustRuleRoutes: readonly Route[] = [
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/trust-rules",
      summary: "Rules by which tokens of CI systems are exchanged for short ones",
      response: trustRuleList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({ rules: (await listTrustRules(tx, org.id)).map(viewRule) })),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/trust-rules",
      summary: "Make a trust rule",
      body: trustRuleRequest,
      response: trustRuleView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body, now }, { store, publicUrl }) => {
      const wanted = readRule(body, publicUrl);
      return inOrg(store, org.id, async (tx) => {
        if ((await listTrustRules(tx, org.id)).length >= RULES_MAX) {
          throw new PlimsollError(
            "CONFLICT",
            `There are ${RULES_MAX} trust rules already; remove one first.`,
          );
        }
        const made = await insertTrustRule(tx, org.id, wanted, { by: callerName(caller), now });
        const change = {
          action: "trust-rule.created",
          target: made.name,
          before: null,
          after: auditable(made),
        };
        await recordAudit(tx, { orgId: org.id, actor: callerActor(caller), ...change });
        return viewRule(made);
      });
    },
  ),
  orgRoute(
    {
      ...managing,
      method: "put",
      path: "/orgs/{org}/trust-rules/{ruleId}",
      summary: "Write over a trust rule; tokens that were made by it end",
      params,
      body: trustRuleRequest,
      response: trustRuleView,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params: { ruleId }, body }, { store, publicUrl }) => {
      const wanted = readRule(body, publicUrl);
      return inOrg(store, org.id, async (tx) => {
        const before = await findTrustRule(tx, org.id, ruleId);
        const after = await updateTrustRule(tx, org.id, ruleId, wanted);
        if (before === null || after === null) throw noRule();
        await recordAudit(tx, {
          orgId: org.id,
          actor: callerActor(caller),
          action: "trust-rule.changed",
          target: after.name,
          before: auditable(before),
          after: auditable(after),
        });
        return viewRule(after);
      });
    },
  ),
  orgRoute(
    {
      ...managing,
      method: "delete",
      path: "/orgs/{org}/trust-rules/{ruleId}",
      summary: "Remove a trust rule, with the tokens that were made by it",
      params,
      response: null,
    },
    ({ org, caller, params: { ruleId } }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const gone = await deleteTrustRule(tx, org.id, ruleId);
        if (gone === null) throw noRule();
        const change = {
          action: "trust-rule.removed",
          target: gone.name,
          before: auditable(gone),
          after: null,
        };
        await recordAudit(tx, { orgId: org.id, actor: callerActor(caller), ...change });
      }),
  ),
  route(
    {
      method: "post",
      path: "/tokens/by-oidc",
      permission: "public",
      summary: "Exchange a CI system's ID token for a short token, as plimsoll login --oidc does",
      tag: "Tokens",
      body: idTokenRequest,
      response: exchangedToken,
      status: 201,
      problems: ["ID_TOKEN_REFUSED", "ID_TOKEN_USED", "SIGN_IN_PROVIDER_FAILED", "RATE_LIMITED"],
    },
    ({ body, address, now }, parts) => exchangeIdToken(parts, { ...body, address, now }),
  ),
];

/** @throws RequestInvalidError for one that lets in more than it should */
function readRule({ audience, ...said }: TrustRuleRequest, publicUrl: string): TrustRuleContent {
  const problems = checkClaims(said.issuer, said.claims);
  if (problems.length > 0) throw new RequestInvalidError("The rule lets in more than it should.", problems);
  return { ...said, scopes: [...new Set(said.scopes)], audience: audience ?? publicUrl };
}

function viewRule(rule: TrustRule): TrustRuleView {
  const { id, name, issuer, audience, minutes, createdBy } = rule;
  return {
    id,
    name,
    issuer,
    audience,
    claims: Object.fromEntries(
      Object.entries(rule.claims).map(([claim, patterns]) => [claim, [...patterns]]),
    ),
    scopes: [...rule.scopes],
    minutes,
    createdBy,
    createdAt: rule.createdAt.toISOString(),
    usedAt: rule.usedAt?.toISOString() ?? null,
  };
}

function noRule(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such trust rule.");
}

function auditable({ name, issuer, audience, claims, scopes, minutes }: TrustRule): Record<string, unknown> {
  return { name, issuer, audience, claims, scopes, minutes };
}

const RULES_MAX = 100;
