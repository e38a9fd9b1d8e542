/** The server's API as a program uses it: over its socket, with a token. */
import assert from "node:assert/strict";

export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON, or null where there is none. */
  // eslint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface ApiClient {
  readonly address: string;
  readonly token: string;
  /** `path` below `/api/v1`. @throws when no answer comes */
  request(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** The JSON of an answer that must be a good one. */
  must(method: string, path: string, body?: unknown): Promise<ApiAnswer["json"]>;
}

export function openApi(address: string, token: string): ApiClient {
  const request = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
    ask(address, { authorization: `Bearer ${token}` }, method, path, body);
  return {
    address,
    token,
    request,
    must: async (method, path, body) => mustOf(await request(method, path, body), `${method} ${path}`),
  };
}

/** Makes the first account, `ada`, with the token that a first start shows, and signs in with a personal token. */
export async function openApiAsOwner(address: string, ownerToken: string): Promise<ApiClient> {
  const name = "ada";
  const password = "correct horse battery staple";
  const redeem = { token: ownerToken, name, password };
  mustOf(await ask(address, {}, "POST", "/session/redeem", redeem), "redeem");
  const wanted = { name, password, tokenName: "test" };
  const made = mustOf(await ask(address, {}, "POST", "/tokens/by-password", wanted), "token");
  return openApi(address, String(made.token));
}

async function ask(
  address: string,
  headers: Readonly<Record<string, string>>,
  method: string,
  path: string,
  body: unknown,
): Promise<ApiAnswer> {
  const hasBody = body !== undefined;
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(hasBody ? { "content-type": "application/json" } : {}) },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === "" ? null : JSON.parse(text) };
}

function mustOf({ status, json }: ApiAnswer, what: string): ApiAnswer["json"] {
  assert.ok(status >= 200 && status < 300, `${what} answered ${status}: ${JSON.stringify(json)}`);
  return json;
}
