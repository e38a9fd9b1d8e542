/** Whether a chain of certificates leads from who signed to a certificate that is trusted, at an instant. */
import type { X509Certificate } from "node:crypto";

const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
const oid = {
  keyUsage: Buffer.from("0603551d0f", "hex"),
  basicConstraints: Buffer.from("0603551d13", "hex"),
  revocationList: Buffer.from("0603551d1f", "hex"),
} as const;

/** Why the chain does not hold, whatever is trusted; null: it does. */
export function brokenChain(chain: readonly X509Certificate[]): string | null {
  const [leaf, ...issuers] = chain;
  if (leaf === undefined) return "it brings no certificate";
  if (!mayLeafSign(leaf)) return "its certificate is not for signing code";
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    // The last one signs itself, which a signer's own certificate may do without being an authority.
    const isIssued =
      issuer === undefined ? certificate.subject === certificate.issuer : certificate.checkIssued(issuer);
    if (!isIssued || !certificate.verify((issuer ?? certificate).publicKey))
      return "its certificates are no chain";
  }
  for (const [index, issuer] of issuers.entries()) {
    const longest = pathLengthOf(issuer);
    // `index`: certificates of authorities between this one and the signer's.
    if (!issuer.ca || (longest !== null && index > longest))
      return "a certificate of its chain may not issue others";
  }
  return null;
}

/** The signature of documents has to be a use of its key, and the signing of code one where uses are listed. */
function mayLeafSign(leaf: X509Certificate): boolean {
  const usage = extensionValue(leaf.raw, oid.keyUsage);
  // BIT STRING: tag, length, unused bits, then digitalSignature as the first bit.
  const signs = usage !== null && usage[0] === 0x03 && ((usage[3] ?? 0) & 0x80) !== 0;
  const extended: readonly string[] | undefined = leaf.keyUsage;
  return signs && (extended === undefined || extended.includes(CODE_SIGNING));
}

/** Authorities that may stand below it; null: any number. */
function pathLengthOf({ raw }: X509Certificate): number | null {
  const value = extensionValue(raw, oid.basicConstraints);
  // SEQUENCE { BOOLEAN TRUE, INTEGER }
  if (value === null || value[0] !== 0x30 || value[5] !== 0x02) return null;
  return value[6] === 1 ? (value[7] ?? 0) : null;
}

/** The value of an extension, DER; null: the certificate has none. Only short ones are asked for. */
function extensionValue(raw: Buffer, id: Buffer): Buffer | null {
  const at = raw.indexOf(id);
  if (at === -1) return null;
  let next = at + id.length;
  // critical: BOOLEAN
  if (raw[next] === 0x01) next += 3;
  if (raw[next] !== 0x04) return null;
  const length = raw[next + 1] ?? 0;
  return length < 0x80 ? raw.subarray(next + 2, next + 2 + length) : null;
}

/** It names where its withdrawal would be told. */
export function tellsRevocation(chain: readonly X509Certificate[]): boolean {
  return chain.some(
    ({ raw, infoAccess }) => raw.includes(oid.revocationList) || /OCSP/.test(infoAccess ?? ""),
  );
}

export function isValidAt(chain: readonly X509Certificate[], at: Date): boolean {
  return chain.every(({ validFromDate, validToDate }) => validFromDate <= at && at <= validToDate);
}
