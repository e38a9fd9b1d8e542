/** A real OpenID provider (the package `oidc-provider`) on a free loopback port, and a browser that signs somebody in at it. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export interface OidcPerson {
  readonly name: string;
  readonly displayName?: string;
  readonly groups: readonly string[];
}

export interface OidcIssuer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By subject; read at every sign-in. */
  readonly people: Map<string, OidcPerson>;
  /** Follows an authorization request as a browser would, with the sign-in of `subject`, up to the address that leads back. */
  authorize(url: string, subject: string): Promise<URL>;
  close(): Promise<void>;
}

export async function startOidcIssuer(redirectUri: string): Promise<OidcIssuer> {
  let answer: RequestListener = (_request, response) => void response.end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, OidcPerson>();
  const [clientId, clientSecret] = ["plimsoll", randomBytes(24).toString("base64url")];
  const scope = "openid profile groups";
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        scope,
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
    pkce: { required: () => true },
    jwks: { keys: [newKey()] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_context: unknown, accountId: string) => {
      const person = people.get(accountId);
      if (person === undefined) return undefined;
      const { name, displayName = name, groups } = person;
      const claims = { sub: accountId, preferred_username: name, name: displayName, groups };
      return { accountId, claims: () => claims };
    },
    // Nobody is asked whether this client may know who they are.
    loadExistingGrant: async (context: GrantContext) => {
      const { provider: own, session, client } = context.oidc;
      const grant = new own.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope(scope);
      await grant.save();
      return grant;
    },
  });
  answer = provider.callback();
  return {
    url,
    clientId,
    clientSecret,
    people,
    authorize: (address, subject) => browse(address, subject, url),
    close: () => closeServer(server),
  };
}

interface GrantContext {
  readonly oidc: {
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    };
    readonly session: { readonly accountId: string };
    readonly client: { readonly clientId: string };
  };
}

function newKey(): object {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: "jwk" }),
    use: "sig",
    alg: "RS256",
    kid: randomBytes(8).toString("hex"),
  };
}

/** Goes where it is sent with the cookies it is given, and fills in the form of the sign-in. */
async function browse(start: string, subject: string, issuer: string): Promise<URL> {
  const jar = new Map<string, string>();
  let next = new URL(start);
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 10; step += 1) {
    if (next.origin !== issuer) return next;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer: Response = await fetch(next, {
      redirect: "manual",
      headers: { cookie },
      ...(form === null ? {} : { method: "POST", body: form }),
    });
    await answer.body?.cancel();
    form = null;
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location !== null) next = new URL(location, next);
    else if (answer.status === 200 && next.pathname.startsWith("/interaction/")) {
      form = new URLSearchParams({ prompt: "login", login: subject, password: "any" });
    } else throw new Error(`the provider answered ${answer.status} at ${next.pathname}`);
  }
  throw new Error("the provider sends the browser round and round");
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
