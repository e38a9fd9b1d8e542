/** Whether a notification was made by somebody who knows the secret that the registry was told. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { NotificationContext, NotificationProof } from "./types.ts";

/** `body`: the bytes as they came. False also for products that sign nothing. */
export function isSigned(
  proof: NotificationProof,
  secret: string,
  { header, body }: { readonly header: NotificationContext["header"]; readonly body: Uint8Array },
): boolean {
  if (proof.kind !== "signature") return false;
  const given = header(proof.header) ?? "";
  if (!given.startsWith(proof.prefix)) return false;
  const hexadecimal = given.slice(proof.prefix.length).toLowerCase();
  const sign = (content: Uint8Array | string): string =>
    createHmac(proof.algorithm, secret).update(content).digest("hex");
  if (isSameText(hexadecimal, sign(body))) return true;
  const compact = proof.signsCompact ? withoutSpace(body) : null;
  return compact !== null && isSameText(hexadecimal, sign(compact));
}

/** In a time that does not depend on where they differ. */
export function isSameText(given: string, wanted: string): boolean {
  const [left, right] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** JSON without white space between its parts; null: it is none. */
function withoutSpace(body: Uint8Array): string | null {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(body).toString("utf8")));
  } catch {
    return null;
  }
}
