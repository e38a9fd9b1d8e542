/**
 * The only ways to rows. Row security looks at two settings of the transaction: whose organisation's rows it may see
 * (`plimsoll.org`) and who asks (`plimsoll.account`). They are set inside the transaction and end with it: a setting of the session
 * would stay with the connection and be there for the next user of the pool.
 */
import { sql } from "kysely";
import type { Store, StoreTransaction } from "./connect.ts";

export interface OrgOptions {
  /** Account that asks, for rows that belong to a person, such as notices and tokens. */
  readonly accountId?: string;
  /** One unchanging picture of the database for several queries, and no writes. */
  readonly readOnly?: boolean;
}

/** Runs `work` in a transaction that sees the rows of the organisation `orgId` (a uuid) and of no other. */
export function inOrg<T>(
  store: Pick<Store, "app">,
  orgId: string,
  work: (tx: StoreTransaction) => Promise<T>,
  options: OrgOptions = {},
): Promise<T> {
  return transact(
    store.app,
    { orgId, accountId: options.accountId ?? "", readOnly: options.readOnly === true },
    work,
  );
}

/** Runs `work` in a transaction that sees no organisation's rows: sign-in, accounts, one's own memberships. */
export function outsideOrg<T>(
  store: Pick<Store, "app">,
  work: (tx: StoreTransaction) => Promise<T>,
  options: OrgOptions = {},
): Promise<T> {
  return transact(
    store.app,
    { orgId: "", accountId: options.accountId ?? "", readOnly: options.readOnly === true },
    work,
  );
}

/** Runs `work` in a transaction of the worker's role, across organisations. */
export function asEngine<T>(
  store: Pick<Store, "engine">,
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  return store.engine.transaction().execute(work);
}

function transact<T>(
  pool: Store["app"],
  scope: { readonly orgId: string; readonly accountId: string; readonly readOnly: boolean },
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  const transaction = scope.readOnly
    ? pool.transaction().setAccessMode("read only").setIsolationLevel("repeatable read")
    : pool.transaction();
  return transaction.execute(async (tx) => {
    // Both are always set, so that nothing set in the session by mistake could count.
    await sql`select set_config('plimsoll.org', ${scope.orgId}, true), set_config('plimsoll.account', ${scope.accountId}, true)`.execute(
      tx,
    );
    return work(tx);
  });
}
