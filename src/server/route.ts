/**
 * A route as a value: address, who may, shapes of request and response, and what it does. `app.ts` mounts them, checks the
 * caller and the request before `answer` runs, and makes the OpenAPI document of them; the test of roles walks the same list.
 */
import type { z } from "zod";
import type { ErrorCode } from "../domain/error-codes.ts";
import type { Action } from "../domain/roles.ts";
import type { Caller, OrgScope } from "./caller.ts";
import type { ServerParts } from "./parts.ts";

/** `public`: anybody; `signed-in`: any account; an action: by the roles table, in the organisation of the address. */
export type Permission = "public" | "signed-in" | Action;

export interface RouteSpec<P extends Fields, Q extends Fields, B extends z.ZodType> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/api/v1`: `/orgs/{org}/images/{imageId}`. With `{org}` the caller must be of that organisation. */
  readonly path: string;
  /** The same route at another address, from the root: where what speaks to others of its kind looks for it. Not in the reference. */
  readonly alsoAt?: string;
  readonly permission: Permission;
  /** Pages of other sites post to it by design; what they post proves itself. Changes nothing by a session. */
  readonly isFromElsewhere?: true;
  readonly summary: string;
  /** Heading in the reference: `Images`. */
  readonly tag: string;
  /** Parameters of the path but `org`. */
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Largest body in bytes; the default is 256 KiB. */
  readonly bodyBytesMax?: number;
  /** Shape of the answer; null: 204 without one; a media type: a download. */
  readonly response: z.ZodType | null | { readonly mediaTypes: readonly string[] };
  /** Status of success; 200, or 204 without an answer. */
  readonly status?: 200 | 201 | 202;
  /** Errors of this route, beside those that the door gives. For the reference. */
  readonly problems?: readonly ErrorCode[];
}

export type Fields = z.ZodObject;

export interface Call<P, Q, B> {
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  /** Address of the client: `192.0.2.7`, `2001:db8::1`. */
  readonly address: string;
  readonly now: Date;
}

/** A call to a route below `/orgs/{org}`. */
export interface OrgCall<P, Q, B> extends Call<P, Q, B> {
  readonly org: OrgScope;
}

/**
 * The value to send (checked against the spec's shape in tests), a `Reply` where headers go with it, or a whole `Response` for
 * downloads and streams.
 */
export type Answer = unknown;

/** A value to send, with headers. */
export class Reply {
  readonly value: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(value: unknown, headers: Readonly<Record<string, string>>) {
    this.value = value;
    this.headers = headers;
  }
}

/** A route without its types, as lists hold it. */
export interface Route {
  readonly spec: RouteSpec<Fields, Fields, z.ZodType>;
  answer(call: OrgCall<never, never, never>, parts: ServerParts): Promise<Answer>;
}

/** A route below `/orgs/{org}`: `answer` knows the organisation, and that the caller may. */
export function orgRoute<P extends Fields, Q extends Fields, B extends z.ZodType>(
  spec: RouteSpec<P, Q, B>,
  answer: (call: OrgCall<z.output<P>, z.output<Q>, z.output<B>>, parts: ServerParts) => Promise<Answer>,
): Route {
  if (!spec.path.startsWith("/orgs/{org}")) throw new TypeError(`${spec.path} names no organisation`);
  return Object.freeze({ spec, answer: answer as Route["answer"] }) as Route;
}

/** A route of the installation or of the caller. */
export function route<P extends Fields, Q extends Fields, B extends z.ZodType>(
  spec: RouteSpec<P, Q, B>,
  answer: (call: Call<z.output<P>, z.output<Q>, z.output<B>>, parts: ServerParts) => Promise<Answer>,
): Route {
  return Object.freeze({ spec, answer: answer as Route["answer"] }) as Route;
}
