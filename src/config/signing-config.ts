/** Settings of signatures: who is trusted, and what signs. */
import { isAbsolute, resolve } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import type { TrustedIdentity } from "../domain/signature.ts";

export interface SigningConfig {
  /** PEM files of public keys. Absolute. */
  readonly trustedKeys: readonly string[];
  readonly trustedIdentities: readonly TrustedIdentity[];
  /** File of a Sigstore trust root, or null. Absolute. */
  readonly trustRoot: string | null;
  /** Folder of Notation with `trustpolicy.json` and `truststore/`, or null. Absolute. */
  readonly notationTrust: string | null;
  /** A PEM file as it was named, or `exec:…`; null: nothing is signed unless a command says by what. */
  readonly signKey: string | null;
  /** Secret. Null: it is asked for when it is needed. */
  readonly keyPassword: string | null;
}

/** @throws PlimsollError CONFIG_INVALID */
export function readSigningConfig(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): SigningConfig {
  const path = (word: string): string => (isAbsolute(word) ? word : resolve(cwd, word));
  const root = env["PLIMSOLL_TRUST_ROOT"] ?? "";
  const notation = env["PLIMSOLL_NOTATION_TRUST"] ?? "";
  const key = env["PLIMSOLL_SIGN_KEY"] ?? "";
  return Object.freeze({
    trustedKeys: Object.freeze(list(env["PLIMSOLL_TRUSTED_KEYS"]).map(path)),
    trustedIdentities: Object.freeze(list(env["PLIMSOLL_TRUSTED_IDENTITIES"]).map(readIdentity)),
    trustRoot: root === "" ? null : path(root),
    notationTrust: notation === "" ? null : path(notation),
    signKey: key === "" ? null : key,
    keyPassword: env["PLIMSOLL_KEY_PASSWORD"] ?? env["COSIGN_PASSWORD"] ?? null,
  });
}

/** `https://github.com/org/* https://token.actions.githubusercontent.com` @throws PlimsollError CONFIG_INVALID */
function readIdentity(pair: string): TrustedIdentity {
  const [subject = "", issuer = "", ...rest] = pair.split(/\s+/);
  if (rest.length === 0 && issuer !== "") return { subject, issuer };
  throw new PlimsollError(
    "CONFIG_INVALID",
    `PLIMSOLL_TRUSTED_IDENTITIES takes subject and issuer with a space between them, not "${pair}".`,
  );
}

function list(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
