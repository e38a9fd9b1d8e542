/** Signing in by a provider: which there are, how a sign-in begins, and what comes back from there. */
import { z } from "zod";
import {
  providerName,
  providerPassword,
  signInBegin,
  signInBegun,
  signInChoices,
} from "../../api/rest/sign-in.ts";
import { sessionView } from "../../api/rest/session.ts";
import { PlimsollError } from "../../domain/error.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { listProviders } from "../../store/stores/sign-in-providers.ts";
import { isSecureAddress } from "../auth/cookie.ts";
import { ownPath, readFlowCookie, writeFlowCookie } from "../auth/flow-cookie.ts";
import { admit } from "../auth/provision.ts";
import type { OidcFlow } from "../auth/providers/oidc.ts";
import { beginSaml, type SamlFlow } from "../auth/providers/saml.ts";
import { redeemTicket, takeAssertion } from "../auth/saml-tickets.ts";
import { callbackUrl, openProvider } from "../auth/sign-in-providers.ts";
import { broughtSession, sentBack, sentOn, signedIn } from "../auth/signed-in.ts";
import { beginAttempt } from "../auth/throttle.ts";
import type { ServerParts } from "../parts.ts";
import { readBytes } from "../read-request.ts";
import { Reply, route, type Route } from "../route.ts";

const open = { permission: "public", tag: "Sign-in" } as const;
const params = z.object({ provider: providerName });
const ASSERTION_BYTES_MAX = 512 * 1024;

export const signInRoutes: readonly Route[] = [
  route(
    {
      ...open,
      method: "get",
      path: "/sign-in",
      summary: "Ways to sign in beside name and password of an account",
      response: signInChoices,
    },
    async (_call, { store }) => {
      const providers = (await listProviders(store.app)).filter(({ isEnabled }) => isEnabled);
      return {
        providers: providers.map(({ name, label, kind }) => ({ name, label, asksPassword: kind === "ldap" })),
      };
    },
  ),
  route(
    {
      ...open,
      method: "post",
      path: "/sign-in/{provider}/begin",
      summary: "Begin a sign-in at a provider: where the browser goes now",
      params,
      body: signInBegin,
      response: signInBegun,
      problems: ["NOT_FOUND", "SIGN_IN_PROVIDER_FAILED"],
    },
    async ({ params: { provider: name }, body, request, now }, parts) => {
      const { secrets, identity, publicUrl } = parts;
      const opened = await openProvider(parts, name, "oidc", "saml");
      const { provider } = opened;
      const callback = callbackUrl(provider, publicUrl) ?? "";
      const { url, flow } =
        provider.kind === "saml"
          ? await beginSaml(provider, { callback, entityId: publicUrl })
          : await identity.oidc.begin(opened, callback);
      const replaced = broughtSession(request, publicUrl)?.toString("base64url") ?? null;
      const place = { providerId: provider.id, isSecure: isSecureAddress(publicUrl), now };
      const kept = { asked: flow, next: ownPath(body.next), replaced };
      return new Reply({ url }, { "set-cookie": writeFlowCookie(secrets, kept, place) });
    },
  ),
  route(
    {
      ...open,
      method: "get",
      path: "/sign-in/{provider}/callback",
      summary: "Where a provider of OpenID Connect sends the browser back to",
      params,
      response: { mediaTypes: ["text/html"] },
    },
    ({ params: { provider: name }, request, address, now }, parts) =>
      orSentBack(parts, name, async () => {
        const { store, secrets, identity, publicUrl } = parts;
        const opened = await openProvider(parts, name, "oidc");
        const { provider } = opened;
        const place = { providerId: provider.id, isSecure: isSecureAddress(publicUrl), now };
        const flow = readFlowCookie<OidcFlow>(secrets, request.headers.get("cookie"), place);
        const attempt = await beginAttempt(store, { accountName: null, address, now });
        // Behind a proxy the request has another address than the provider was told.
        const returned = new URL(callbackUrl(provider, publicUrl) ?? "");
        returned.search = new URL(request.url).search;
        const person = await identity.oidc.finish(opened, returned, flow.asked);
        const replaced = flow.replaced === null ? null : Buffer.from(flow.replaced, "base64url");
        const { session } = await admit(store, { provider, person, replaced, now });
        await attempt.succeed();
        return sentOn(publicUrl, session, flow.next);
      }),
  ),
  route(
    {
      ...open,
      method: "post",
      path: "/sign-in/{provider}/assertion",
      isFromElsewhere: true,
      summary: "Where a provider of SAML has the browser post its assertion",
      params,
      response: { mediaTypes: ["text/html"] },
    },
    ({ params: { provider: name }, request, address, now }, parts) =>
      orSentBack(parts, name, async () => {
        const { provider } = await openProvider(parts, name, "saml");
        const attempt = await beginAttempt(parts.store, { accountName: null, address, now });
        const form = new URLSearchParams(
          Buffer.from(await readBytes(request, ASSERTION_BYTES_MAX)).toString(),
        );
        const ticket = await takeAssertion(parts, provider, {
          response: form.get("SAMLResponse") ?? "",
          now,
        });
        await attempt.succeed();
        // The browser's own cookie does not come with what another site posts: it fetches the ticket with it.
        const location = `${parts.publicUrl}/api/v1/sign-in/${name}/finish?ticket=${ticket}`;
        return new Response(null, { status: 303, headers: { location } });
      }),
  ),
  route(
    {
      ...open,
      method: "get",
      path: "/sign-in/{provider}/finish",
      summary: "Finish a sign-in by SAML, in the browser that began it",
      params,
      query: z.object({ ticket: z.string().max(100).default("") }),
      response: { mediaTypes: ["text/html"] },
    },
    ({ params: { provider: name }, query, request, now }, parts) =>
      orSentBack(parts, name, async () => {
        const { store, secrets, publicUrl } = parts;
        const { provider } = await openProvider(parts, name, "saml");
        const place = { providerId: provider.id, isSecure: isSecureAddress(publicUrl), now };
        const flow = readFlowCookie<SamlFlow>(secrets, request.headers.get("cookie"), place);
        const person = await redeemTicket(parts, provider, { ticket: query.ticket, flow: flow.asked, now });
        const replaced = flow.replaced === null ? null : Buffer.from(flow.replaced, "base64url");
        const { session } = await admit(store, { provider, person, replaced, now });
        return sentOn(publicUrl, session, flow.next);
      }),
  ),
  route(
    {
      ...open,
      method: "post",
      path: "/sign-in/{provider}/password",
      summary: "Sign in with name and password at a directory",
      params,
      body: providerPassword,
      response: sessionView,
      problems: ["NOT_FOUND", "SIGN_IN_FAILED", "SIGN_IN_REFUSED", "SIGN_IN_PROVIDER_FAILED", "RATE_LIMITED"],
    },
    async ({ params: { provider: name }, body, request, address, now }, parts) => {
      const { store, identity, publicUrl } = parts;
      const opened = await openProvider(parts, name, "ldap");
      const { provider } = opened;
      // Counted apart from an account of the same name here, whose owner may be somebody else.
      const accountName = `${name} ${body.name.trim().toLowerCase()}`;
      const attempt = await beginAttempt(store, { accountName, address, now });
      const replaced = broughtSession(request, publicUrl);
      return orNoted(parts, name, async () => {
        const person = await identity.ldap.check(opened, body);
        const { accountId, session } = await admit(store, { provider, person, replaced, now });
        await attempt.succeed();
        return signedIn(parts, accountId, session);
      });
    },
  ),
];

/** A browser is shown a page, never a problem document. */
async function orSentBack(
  parts: ServerParts,
  provider: string,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await orNoted(parts, provider, work);
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return sentBack(parts.publicUrl, error.code);
  }
}

/** What the provider's word was not enough for is in the audit log: people are told little, administrators more. */
async function orNoted<T>({ store }: ServerParts, provider: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PlimsollError) || !noted.has(error.code)) throw error;
    const after = { code: error.code, reason: error.message };
    await outsideOrg(store, (tx) =>
      recordAudit(tx, {
        orgId: null,
        actor: { kind: "system", id: null, name: "sign-in" },
        action: "sign-in.failed",
        target: provider,
        before: null,
        after,
      }),
    );
    throw error;
  }
}

const noted: ReadonlySet<string> = new Set([
  "SIGN_IN_UNPROVED",
  "SIGN_IN_REFUSED",
  "SIGN_IN_PROVIDER_FAILED",
]);
