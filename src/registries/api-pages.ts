/** Lists of repositories that products give page by page, read the same way for all of them. */
import { z } from "zod";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { ApiAnswer, ApiRequest, AskApi, ListingPlace } from "./types.ts";

/** Repositories of one registry; a list that goes on is broken off with an error, so that nothing is left out unseen. */
export const NAMES_MAX = 100_000;
/** Pages of one list. */
const PAGES_MAX = 2_000;

export interface Page {
  readonly names: readonly string[];
  /** Null: this was the last page. */
  readonly next: ApiRequest | null;
}

/** All names, page after page. @throws PlimsollError REGISTRY_PROTOCOL for lists without end; what `ask` and `read` throw */
export async function listPages(
  ask: AskApi,
  first: ApiRequest,
  read: (answer: ApiAnswer, asked: ApiRequest) => Page,
): Promise<readonly string[]> {
  const names: string[] = [];
  let request: ApiRequest | null = first;
  for (let page = 0; request !== null; page += 1) {
    if (page === PAGES_MAX || names.length > NAMES_MAX)
      throw notUnderstood(first.url, `it lists more than ${NAMES_MAX} repositories`);
    const asked: ApiRequest = request;
    const { names: found, next } = read(await ask(asked), asked);
    names.push(...found);
    request = next;
  }
  return names;
}

/** @throws PlimsollError REGISTRY_PROTOCOL when an answer is not of the shape, or 404 */
export function readAnswer<T>(shape: z.ZodType<T>, { status, json }: ApiAnswer, url: string): T {
  const read = shape.safeParse(json);
  if (status !== 404 && read.success) return read.data;
  throw notUnderstood(
    url,
    status === 404 ? "there is nothing at its address" : "its answer has another shape",
  );
}

export function notUnderstood(url: string, reason: string): PlimsollError {
  const host = printable(URL.parse(url)?.host ?? "", 300);
  return new PlimsollError(
    "REGISTRY_PROTOCOL",
    `${host} does not list repositories as its kind does: ${reason}.`,
  );
}

/**
 * Address of the API without a slash at the end. `elsewhere`: of the product as a service, by the host of its registry. What signs in at
 * the registry is sent there, so no other host falls back to it.
 * @throws PlimsollError LISTING_UNSUPPORTED when nobody says where the API is
 */
export function apiRoot(
  { host, settings }: ListingPlace,
  elsewhere?: Readonly<Record<string, string>>,
): string {
  if (settings.apiUrl !== null) return settings.apiUrl;
  if (elsewhere === undefined) return `https://${host}`;
  const found = Object.hasOwn(elsewhere, host) ? elsewhere[host] : undefined;
  if (found !== undefined) return found;
  throw new PlimsollError(
    "LISTING_UNSUPPORTED",
    `Where the API of ${printable(host, 300)} is has to be said in the registry's settings.`,
  );
}

/** @throws PlimsollError LISTING_UNSUPPORTED where none is named; `what`: `owners at GitHub` */
export function requireSpaces({ settings: { spaces } }: ListingPlace, what: string): readonly string[] {
  if (spaces.length > 0) return spaces;
  throw new PlimsollError("LISTING_UNSUPPORTED", `The registry's settings name no spaces: ${what}.`);
}

/** `Authorization: Basic`, or nothing where nobody signs in. */
export function basicHeader({ signIn }: ListingPlace): Readonly<Record<string, string>> {
  if (signIn === null) return {};
  const pair = `${signIn.username ?? ""}:${signIn.password}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Address of `rel="next"` in a header `Link` (RFC 8288) on the same origin as `url`; null: there is none. */
export function nextLink(link: string | null, url: string): string | null {
  const found = /<([^<>]{1,4000})>\s*;[^,]{0,200}\brel="?next"?/.exec(link ?? "")?.[1];
  if (found === undefined) return null;
  const next = URL.parse(found, url);
  // Another origin would get the sign-in.
  return next !== null && next.origin === new URL(url).origin ? next.href : null;
}

export const pathText = z.string().max(255);
