/** Name and password turned into an account, as often as the throttle allows. */
import { PlimsollError } from "../../domain/error.ts";
import { findAccount, type Account } from "../../store/stores/accounts.ts";
import type { ServerParts } from "../parts.ts";
import { beginAttempt } from "./throttle.ts";

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Of the client. */
  readonly address: string;
}

/**
 * The account of these credentials. An unknown name, a wrong password and a disabled account are one answer, after the same time.
 * @throws PlimsollError SIGN_IN_FAILED, RATE_LIMITED
 */
export async function checkPassword(
  { store, passwords }: Pick<ServerParts, "store" | "passwords">,
  { name, password, address }: Credentials,
  now: Date,
): Promise<Account> {
  const attempt = await beginAttempt(store, { accountName: name, address, now });
  const account = await findAccount(store.app, { name });
  const isRight = await passwords.verify(password, account?.passwordHash ?? null);
  if (account === null || !isRight || account.isDisabled) {
    throw new PlimsollError("SIGN_IN_FAILED", "Name or password is wrong, or the account is disabled.");
  }
  await attempt.succeed();
  return account;
}
