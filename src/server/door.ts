/**
 * What every request to a route passes, in this order: who asks, whether the change comes from the dashboard, whether the caller
 * may, and only then what the request says. Somebody who may not learns nothing from the checks that come later.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { authorise } from "./auth/authorise.ts";
import { checkCsrfToken, checkOrigin } from "./auth/csrf.ts";
import { findCaller } from "./auth/find-caller.ts";
import { entityTag, namesTag } from "./entity-tag.ts";
import { ownOrganisation } from "./auth/own-organisation.ts";
import type { ServerParts } from "./parts.ts";
import { readRequest, type AnySpec } from "./read-request.ts";
import { Reply, type OrgCall, type Route } from "./route.ts";

export interface Visit {
  readonly request: Request;
  /** Parameters of the path, `org` among them. */
  readonly params: Readonly<Record<string, string>>;
  /** Of the client. */
  readonly address: string;
}

/**
 * The answer of a route to a request. `checkAnswers`: an answer that is not of the route's shape is an error; tests do so.
 * @throws PlimsollError whatever stands in the way
 */
export async function visit(
  route: Route,
  { request, params, address }: Visit,
  parts: ServerParts,
  checkAnswers: boolean,
): Promise<Response> {
  const { spec } = route;
  const now = parts.clock();
  const caller = await findCaller(parts, request.headers, now);
  const isReading = spec.method === "get";
  const isByToken = ["authorization", "x-api-key"].some((name) => request.headers.has(name));
  if (!isReading && !isByToken && spec.isFromElsewhere !== true) checkOrigin(request, parts.publicUrl);
  const { org: named = null, ...ownParams } = params;
  // At the address of a tool of others, which names none.
  const isOrgs = spec.path.startsWith("/orgs/{org}");
  const organisation = isOrgs && named === null ? await ownOrganisation(parts.store, caller) : named;
  if (!isReading && spec.permission !== "public") checkCsrfToken(request, caller);
  const wanted = { permission: spec.permission, isReading, organisation };
  const org = await authorise(parts.store, caller, wanted);
  const asked = await readRequest(spec, request, ownParams);
  const call = { ...asked, caller, org, request, address, now };
  // The shapes were checked above; a list of routes cannot carry the type of each.
  const answer = await route.answer(call as unknown as OrgCall<never, never, never>, parts);
  return toResponse(spec, answer, { checkAnswers, known: request.headers.get("if-none-match") });
}

interface AnswerOptions {
  readonly checkAnswers: boolean;
  /** `If-None-Match`: tags of answers that the client has. */
  readonly known: string | null;
}

function toResponse(spec: AnySpec, answer: unknown, { checkAnswers, known }: AnswerOptions): Response {
  if (answer instanceof Response) return answer;
  const { value, headers } = answer instanceof Reply ? answer : { value: answer, headers: {} };
  if (spec.response === null) return new Response(null, { status: spec.status ?? 204, headers });
  const text = JSON.stringify(value);
  if (checkAnswers) checkAnswer(spec, text);
  const tag = spec.method === "get" ? entityTag(text) : null;
  const tagged = tag === null ? headers : { etag: tag, ...headers };
  if (tag !== null && namesTag(known, tag)) return new Response(null, { status: 304, headers: tagged });
  return new Response(text, {
    status: spec.status ?? 200,
    headers: { "content-type": "application/json", ...tagged },
  });
}

/** What is sent has every field of the shape and no other: a field too many is how secrets get out. */
function checkAnswer(spec: AnySpec, text: string): void {
  if (!(spec.response instanceof z.ZodType))
    throw new TypeError(`${spec.path} answers with a value, not a file`);
  const sent = JSON.parse(text) as unknown;
  const parsed = spec.response.safeParse(sent);
  if (!parsed.success)
    throw new TypeError(`${spec.method} ${spec.path} answers in another shape: ${parsed.error}`);
  if (!isDeepStrictEqual(parsed.data, sent))
    throw new TypeError(`${spec.method} ${spec.path} answers with more than its shape`);
}
