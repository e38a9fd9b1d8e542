/** Whose signatures count, made ready: keys parsed, identities and the trust root checked, once for many signatures. */
import type { KeyObject } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { Signer, TrustedIdentity, TrustedSigners } from "../domain/signature.ts";
import { keyIdOf, readPublicKey } from "./keys.ts";
import { openNotationTrust, type OpenNotationTrust } from "./notation/policy.ts";

export interface Trust {
  readonly keys: readonly { readonly key: KeyObject; readonly signer: Signer }[];
  readonly identities: readonly TrustedIdentity[];
  /** Text of a Sigstore trust root; null: no identity can be verified. */
  readonly trustRoot: string | null;
  /** Null: no signature of Notation can be verified. */
  readonly notation: OpenNotationTrust | null;
}

/** Keys and identities that one verification compares with. */
const signersMax = 256;

/** @throws PlimsollError KEY_INVALID, TRUST_INVALID for an identity without issuer or trust root, LIMIT_EXCEEDED */
export function openTrust({ keys, identities, trustRoot = null, notation = null }: TrustedSigners): Trust {
  if (keys.length + identities.length > signersMax) {
    throw new PlimsollError("LIMIT_EXCEEDED", `At most ${signersMax} signers can be trusted.`, {
      details: { limit: "signersMax", max: signersMax },
    });
  }
  for (const { subject, issuer } of identities) {
    // An identity without its issuer is anybody's: each issuer gives out the names it likes.
    if (subject === "" || issuer === "" || /^\*+$/.test(subject)) {
      throw new PlimsollError(
        "TRUST_INVALID",
        `The trusted identity "${printable(subject)}" needs a subject and its issuer.`,
      );
    }
  }
  if (identities.length > 0 && trustRoot === null) {
    throw new PlimsollError(
      "TRUST_INVALID",
      "Identities are trusted, and no trust root tells whose certificates prove them.",
    );
  }
  return {
    keys: keys.map(({ name, pem }) => {
      const key = readPublicKey(pem, name);
      return { key, signer: { kind: "key", name, issuer: null, keyId: keyIdOf(key) } };
    }),
    identities,
    trustRoot,
    notation: notation === null ? null : openNotationTrust(notation),
  };
}

export function trustsAnybody({
  keys,
  identities,
  notation = null,
}: {
  readonly keys: readonly unknown[];
  readonly identities: readonly unknown[];
  readonly notation?: unknown;
}): boolean {
  return keys.length + identities.length > 0 || notation !== null;
}

/** Whether the subject of a certificate fits a pattern, from its first character to its last; `*` is any run of characters. */
export function fitsSubject(pattern: string, subject: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return subject === pattern;
  const last = rest.pop() ?? "";
  if (subject.length < first.length + last.length || !subject.startsWith(first) || !subject.endsWith(last))
    return false;
  // Each part at its first place: with nothing but `*` between them no later place could do better.
  let at = first.length;
  for (const part of rest) {
    const found = subject.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= subject.length - last.length;
}
