/** Providers of sign-in: of the installation, made by its administrators. Secrets are sealed by whoever writes them. */
import type { Kysely, Selectable } from "kysely";
import type { Database } from "../schema.ts";

export type ProviderKind = Database["sign_in_provider"]["kind"];
export type Provisioning = Database["sign_in_provider"]["provisioning"];

export interface SignInProvider {
  readonly id: string;
  /** In addresses: `company`. */
  readonly name: string;
  readonly kind: ProviderKind;
  readonly label: string;
  readonly isEnabled: boolean;
  readonly provisioning: Provisioning;
  readonly linksAccounts: boolean;
  /** Empty: the provider has no say in who administers. */
  readonly administratorGroups: readonly string[];
  /** Of the kind, as it was written; checked again by whoever uses it. */
  readonly settings: unknown;
  /** Null: none is needed. */
  readonly secretSealed: Buffer | null;
  /** Changes whenever the provider does. */
  readonly changedAt: Date;
}

/** What a provider's secret is sealed for. */
export function providerSecretPurpose(id: string): string {
  return `sign-in-provider:${id}`;
}

/** By name. */
export async function listProviders(tx: Kysely<Database>): Promise<SignInProvider[]> {
  const rows = await tx.selectFrom("sign_in_provider").selectAll().orderBy("name").execute();
  return rows.map(toProvider);
}

/** Null: there is none. One that is switched off is found too. */
export async function findProvider(tx: Kysely<Database>, name: string): Promise<SignInProvider | null> {
  const row = await tx.selectFrom("sign_in_provider").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? null : toProvider(row);
}

/** Writes it whole: a new one, or in place of the one of this id. */
export async function writeProvider(
  tx: Kysely<Database>,
  provider: Omit<SignInProvider, "changedAt">,
  now: Date,
): Promise<void> {
  const row = {
    name: provider.name,
    kind: provider.kind,
    label: provider.label,
    enabled: provider.isEnabled,
    provisioning: provider.provisioning,
    links_accounts: provider.linksAccounts,
    administrator_groups: [...provider.administratorGroups],
    settings: JSON.stringify(provider.settings),
    secret_sealed: provider.secretSealed,
    changed_at: now,
  };
  await tx
    .insertInto("sign_in_provider")
    .values({ id: provider.id, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

/** With who people were at it; memberships that it gave become ordinary ones. */
export async function deleteProvider(tx: Kysely<Database>, id: string): Promise<void> {
  await tx.deleteFrom("sign_in_provider").where("id", "=", id).execute();
}

/** Accounts of people who sign in by it. `onlyWay`: those alone that have neither a password nor another provider. */
export async function listProviderAccounts(
  tx: Kysely<Database>,
  providerId: string,
  { onlyWay }: { readonly onlyWay: boolean },
): Promise<string[]> {
  let query = tx
    .selectFrom("sign_in_identity as own")
    .innerJoin("account", "account.id", "own.account_id")
    .select("account.id")
    .distinct()
    .where("own.provider_id", "=", providerId);
  if (onlyWay) {
    query = query
      .where("account.password_hash", "is", null)
      .where((each) =>
        each.not(
          each.exists(
            each
              .selectFrom("sign_in_identity as other")
              .select("other.account_id")
              .whereRef("other.account_id", "=", "account.id")
              .where("other.provider_id", "!=", providerId),
          ),
        ),
      );
  }
  return (await query.execute()).map(({ id }) => id);
}

/** Ends the sessions of everybody who signs in by it. */
export async function deleteProviderSessions(tx: Kysely<Database>, providerId: string): Promise<void> {
  await tx
    .deleteFrom("session")
    .where("account_id", "in", (each) =>
      each.selectFrom("sign_in_identity").select("account_id").where("provider_id", "=", providerId),
    )
    .execute();
}

function toProvider(row: Selectable<Database["sign_in_provider"]>): SignInProvider {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    label: row.label,
    isEnabled: row.enabled,
    provisioning: row.provisioning,
    linksAccounts: row.links_accounts,
    administratorGroups: row.administrator_groups,
    settings: row.settings,
    secretSealed: row.secret_sealed,
    changedAt: row.changed_at,
  };
}
