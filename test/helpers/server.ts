/**
 * The server without a socket, on a database of its own: two organisations, `acme` and `other`, with an account of each role in
 * acme, an owner in other, an administrator, and service tokens of each scope. Answers are checked against their shapes.
 */
import { randomBytes } from "node:crypto";
import { builtInPolicies } from "../../src/policies/definitions.ts";
import { createSecretBox } from "../../src/io/secret-box.ts";
import { roles, scopes, type Role, type Scope } from "../../src/domain/roles.ts";
import { createApp, type App, type AppOptions } from "../../src/server/app.ts";
import { openIdentityDoors } from "../../src/server/auth/identity-doors.ts";
import { createPasswords } from "../../src/server/auth/passwords.ts";
import { hashSecret, newSecret, tokenPrefix } from "../../src/server/auth/secrets.ts";
import { startSession } from "../../src/server/auth/session.ts";
import type { ServerParts } from "../../src/server/parts.ts";
import type { Route } from "../../src/server/route.ts";
import { allRoutes } from "../../src/server/routes/all.ts";
import { openEventFeed } from "../../src/store/event-feed.ts";
import { inOrg, outsideOrg } from "../../src/store/in-org.ts";
import { openQueue, type JobQueue } from "../../src/store/queue.ts";
import { insertAccount } from "../../src/store/stores/accounts.ts";
import { insertMember } from "../../src/store/stores/members.ts";
import { insertOrganisation } from "../../src/store/stores/organisations.ts";
import { seedPolicies } from "../../src/store/stores/policies.ts";
import { insertToken, type TokenOwner } from "../../src/store/stores/tokens.ts";
import { freshDatabase, type TestDatabase } from "./postgres.ts";

/** A role: the account of that role in acme. `outsider`: the owner of other. `administrator`: a member of nothing. */
export type AccountName = Role | "outsider" | "administrator";

/**
 * Who asks: an account by its session, with its CSRF token; `token:ROLE` by a personal token, `token:ROLE:SCOPE` by one that is
 * narrowed; `service:SCOPE` by a token of acme.
 */
export type As =
  AccountName | "anonymous" | `service:${Scope}` | `token:${AccountName}` | `token:${AccountName}:${Scope}`;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or null where there is none. */
  // eslint-disable-next-line typescript/no-explicit-any
  readonly json: any;
  readonly text: string;
}

export interface TestInit extends RequestInit {
  readonly address?: string;
}

export interface TestServer {
  readonly app: App;
  readonly parts: ServerParts & { readonly queue: JobQueue };
  readonly database: TestDatabase;
  /** Ids of the organisations, and of the accounts. */
  readonly orgs: { readonly acme: string; readonly other: string };
  readonly accounts: Readonly<Record<AccountName, string>>;
  /** What was logged on errors that are not the caller's doing. */
  readonly logged: string[];
  /** Sets the server's clock; it stands still until it is set again. */
  setNow(now: Date): void;
  /** `path` below `/api/v1`. `init` adds to or replaces parts of the request; `address` is the client's. */
  request(as: As, method: string, path: string, body?: unknown, init?: TestInit): Promise<Answer>;
  /** The `Authorization` or `Cookie` and CSRF headers of a caller. */
  credentials(as: As): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export interface TestServerOptions extends Partial<AppOptions> {
  readonly routes?: readonly Route[];
  readonly publicUrl?: string;
  readonly verdictSigner?: ServerParts["verdictSigner"];
}

/** The password of every account. */
export const testPassword = "correct horse battery staple";

/** The caller's `after` closes it. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await freshDatabase();
  const ending = new AbortController();
  const logged: string[] = [];
  let clock = new Date("2026-11-22T12:00:00Z");
  const queue = await openQueue(database.connection, { supervise: false, log: (line) => logged.push(line) });
  const feed = openEventFeed(database.connection);
  const parts = {
    store: database.store,
    queue,
    events: feed,
    secrets: createSecretBox(randomBytes(32).toString("base64url")),
    passwords: createPasswords(4),
    identity: openIdentityDoors({ allow: [], deny: [] }),
    clock: () => clock,
    version: "0.0.0-test",
    publicUrl: options.publicUrl ?? "http://127.0.0.1:7300",
    databaseAgeHoursMax: 120,
    verdictSigner: options.verdictSigner ?? null,
    signal: ending.signal,
  };
  const app = createApp(parts, options.routes ?? allRoutes, {
    webDir: null,
    checkAnswers: true,
    log: (line) => logged.push(line),
    ...options,
  });
  const people = await populate(parts);
  const sessions = new Map<string, Promise<Record<string, string>>>();
  const credentials = createCredentials(parts, people, sessions);
  return {
    app,
    parts,
    database,
    ...people,
    logged,
    credentials,
    setNow: (now) => {
      clock = now;
      sessions.clear();
    },
    request: async (as, method, path, body, init = {}) => {
      const headers = new Headers(await credentials(as));
      if (body !== undefined) headers.set("content-type", "application/json");
      new Headers(init.headers).forEach((value, name) => headers.set(name, value));
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const connection = { incoming: { socket: { remoteAddress: init.address ?? "192.0.2.1" } } };
      const whole = { method, ...content, ...init, headers };
      const answer = await app.request(`${parts.publicUrl}/api/v1${path}`, whole, connection);
      // It may have ended.
      if (method !== "GET" && path.startsWith("/session")) sessions.delete(as);
      return readAnswer(answer);
    },
    close: async () => {
      ending.abort();
      await feed.close();
      await queue.close(0);
      await database.close();
    },
  };
}

/** Of a stream only the head. */
async function readAnswer(answer: Response): Promise<Answer> {
  const { status, headers } = answer;
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) {
    await answer.body?.cancel();
    return { status, headers, json: null, text: "" };
  }
  const text = await answer.text();
  return { status, headers, json: /json/.test(type) && text !== "" ? JSON.parse(text) : null, text };
}

interface People {
  readonly orgs: { readonly acme: string; readonly other: string };
  readonly accounts: Readonly<Record<AccountName, string>>;
}

async function populate({ store, passwords }: ServerParts): Promise<People> {
  const passwordHash = await passwords.hash(testPassword);
  const accounts = {} as Record<AccountName, string>;
  for (const name of [...roles, "outsider", "administrator"] as const) {
    const isAdministrator = name === "administrator";
    const account = { name, displayName: `The ${name}`, passwordHash, isAdministrator };
    accounts[name] = (await outsideOrg(store, (tx) => insertAccount(tx, account)))!;
  }
  const acme = await makeOrganisation(
    store,
    "acme",
    Object.fromEntries(roles.map((role) => [accounts[role], role])),
  );
  const other = await makeOrganisation(store, "other", { [accounts.outsider]: "owner" });
  return { orgs: { acme, other }, accounts };
}

async function makeOrganisation(
  store: ServerParts["store"],
  name: string,
  members: Readonly<Record<string, Role>>,
): Promise<string> {
  const id = crypto.randomUUID();
  await inOrg(store, id, async (tx) => {
    await insertOrganisation(tx, { id, name });
    for (const [accountId, role] of Object.entries(members))
      await insertMember(tx, { orgId: id, accountId, role });
    await seedPolicies(tx, id, "test", builtInPolicies);
  });
  return id;
}

function createCredentials(
  parts: ServerParts,
  people: People,
  sessions: Map<string, Promise<Record<string, string>>>,
): TestServer["credentials"] {
  const signIn = async (as: string): Promise<Record<string, string>> => {
    const accountId = people.accounts[as as AccountName];
    const { id, csrfToken } = await outsideOrg(parts.store, (tx) =>
      startSession(tx, { accountId, replaced: null, now: parts.clock() }),
    );
    return { cookie: `plimsoll_session=${id}`, "x-plimsoll-csrf": csrfToken };
  };
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (as: string, owner: TokenOwner, granted: readonly Scope[]): Promise<string> => {
    const made = tokens.get(as) ?? makeToken(parts, as, owner, granted);
    tokens.set(as, made);
    return made;
  };
  return async (as) => {
    if (as === "anonymous") return {};
    const [kind, name, scope] = as.split(":");
    if (kind === "service") {
      const token = await tokenOf(as, { orgId: people.orgs.acme }, [name as Scope]);
      return { authorization: `Bearer ${token}` };
    }
    if (kind === "token") {
      const owner = { accountId: people.accounts[name as AccountName] };
      const token = await tokenOf(as, owner, scope === undefined ? [] : [scope as Scope]);
      return { authorization: `Bearer ${token}` };
    }
    const session = sessions.get(as) ?? signIn(as);
    sessions.set(as, session);
    return session;
  };
}

async function makeToken(
  { store }: ServerParts,
  name: string,
  owner: TokenOwner,
  granted: readonly Scope[],
): Promise<string> {
  const secret = newSecret("plim_");
  const token = {
    name,
    hash: hashSecret(secret),
    prefix: tokenPrefix(secret),
    scopes: granted,
    createdBy: "test",
    expiresAt: null,
  };
  if ("orgId" in owner) await inOrg(store, owner.orgId, (tx) => insertToken(tx, owner, token));
  else await outsideOrg(store, (tx) => insertToken(tx, owner, token), owner);
  return secret;
}

/** Every caller that a test of roles drives a route with. */
export const everybody: readonly As[] = [
  "anonymous",
  ...roles,
  "outsider",
  "administrator",
  ...scopes.map((scope) => `service:${scope}` as const),
];
