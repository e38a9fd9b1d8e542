/**
 * The server on a port, with the built dashboard and something to look at: for pictures, and for the test that walks through it.
 * Without a worker: what is asked of one stays in the queue.
 */
import { randomBytes } from "node:crypto";
import { roles, type Role } from "../../src/domain/roles.ts";
import { createSecretBox } from "../../src/io/secret-box.ts";
import { createApp } from "../../src/server/app.ts";
import { openIdentityDoors } from "../../src/server/auth/identity-doors.ts";
import { createPasswords } from "../../src/server/auth/passwords.ts";
import { startSession, type StartedSession } from "../../src/server/auth/session.ts";
import { listen } from "../../src/server/listen.ts";
import type { ServerParts } from "../../src/server/parts.ts";
import { allRoutes } from "../../src/server/routes/all.ts";
import { openStore } from "../../src/store/connect.ts";
import type { StoreConnection } from "../../src/store/connection.ts";
import { openEventFeed } from "../../src/store/event-feed.ts";
import { inOrg, outsideOrg } from "../../src/store/in-org.ts";
import { openQueue } from "../../src/store/queue.ts";
import { insertAccount } from "../../src/store/stores/accounts.ts";
import { insertMember } from "../../src/store/stores/members.ts";
import { seedOrganisation } from "./seed.ts";

export interface DashboardServer {
  /** `http://127.0.0.1:41234` */
  readonly address: string;
  readonly parts: ServerParts;
  /** What was logged on errors that are not the caller's doing. */
  readonly logged: string[];
  /** An organisation with the built-in policies, of which everybody is a member by their own role. Its id. */
  addOrganisation(name: string): Promise<string>;
  /** The value of the cookie that signs this account in. */
  signIn(as: Role): Promise<string>;
  /** Asks the API as this account; `path` below `/api/v1`. @throws Error when it is refused */
  // eslint-disable-next-line typescript/no-explicit-any
  ask(as: Role, method: string, path: string, body?: unknown): Promise<any>;
  close(): Promise<void>;
}

export interface DashboardOptions {
  /** Migrated, with the queue's tables or without. */
  readonly connection: StoreConnection;
  /** Folder of the built dashboard. */
  readonly webDir: string;
}

/** Every account's. Their names are those of the roles. */
export const dashboardPassword = "correct horse battery staple";

export async function startDashboard({ connection, webDir }: DashboardOptions): Promise<DashboardServer> {
  const ending = new AbortController();
  const logged: string[] = [];
  const log = (line: string): void => void logged.push(line);
  const store = openStore(connection, { connectionsMax: 6 });
  const queue = await openQueue(connection, { supervise: false, log });
  const feed = openEventFeed(connection);
  const passwords = createPasswords(4);
  const accounts = new Map<Role, string>();
  // The port is known only afterwards, and the app must know its address.
  let app: ReturnType<typeof createApp> | null = null;
  const later = {
    fetch: (...asked: Parameters<ReturnType<typeof createApp>["fetch"]>) => app!.fetch(...asked),
  };
  const listening = await listen(later as ReturnType<typeof createApp>, { host: "127.0.0.1", port: 0 });
  const address = `http://127.0.0.1:${listening.address.port}`;
  const parts: ServerParts = {
    store,
    queue,
    events: feed,
    secrets: createSecretBox(randomBytes(32).toString("base64url")),
    passwords,
    identity: openIdentityDoors({ allow: [], deny: [] }),
    clock: () => new Date(),
    version: "0.0.0-test",
    publicUrl: address,
    databaseAgeHoursMax: 120,
    verdictSigner: null,
    signal: ending.signal,
  };
  app = createApp(parts, allRoutes, { webDir, checkAnswers: true, log });
  const passwordHash = await passwords.hash(dashboardPassword);
  for (const role of roles) {
    const account = {
      name: role,
      displayName: people[role],
      passwordHash,
      isAdministrator: role === "owner",
    };
    accounts.set(role, (await outsideOrg(store, (tx) => insertAccount(tx, account)))!);
  }
  const begin = (as: Role): Promise<StartedSession> => {
    const session = { accountId: accounts.get(as)!, replaced: null, now: new Date() };
    return outsideOrg(store, (tx) => startSession(tx, session));
  };
  return {
    address,
    parts,
    logged,
    addOrganisation: async (name) => {
      const orgId = await seedOrganisation(store, name);
      for (const [role, accountId] of accounts)
        await inOrg(store, orgId, (tx) => insertMember(tx, { orgId, accountId, role }));
      return orgId;
    },
    signIn: async (as) => (await begin(as)).id,
    ask: async (as, method, path, body) => {
      const { id, csrfToken } = await begin(as);
      const answer = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: {
          cookie: `plimsoll_session=${id}`,
          "x-plimsoll-csrf": csrfToken,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} as ${as}: ${answer.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    close: async () => {
      ending.abort();
      await listening.close(true);
      await feed.close();
      await queue.close(0);
      await store.close();
    },
  };
}

const people: Readonly<Record<Role, string>> = {
  viewer: "Vera Marsh",
  developer: "Dev Anand",
  editor: "Edda Lind",
  security: "Sam Okafor",
  owner: "Olivia Brandt",
};
