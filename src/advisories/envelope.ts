/**
 * The signed form of a manifest: an envelope of DSSE (github.com/secure-systems-lab/dsse, protocol.md and envelope.md) around
 * the manifest's JSON, packed by zstd, with Ed25519 signatures (RFC 8032).
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { asList, asObject, asText, parseJsonObject } from "../oci/json.ts";

/** What the envelope holds. */
export const payloadType = "application/vnd.plimsoll.database.manifest.v2+json+zstd";

export const envelopeBytesMax = 16 * 1024 * 1024;
const payloadBytesMax = 64 * 1024 * 1024;
const signaturesMax = 16;

export interface OpenedEnvelope {
  readonly payload: Buffer;
  /** The trusted key that signed it; null: no key to check it by was given. */
  readonly keyId: string | null;
  /** Somebody signed it, trusted or not. */
  readonly isSigned: boolean;
}

/** Text of an envelope around `payload`; without a key it carries no signature. */
export function sealEnvelope(payload: string, key: KeyObject | null): string {
  const packed = zstdCompressSync(payload, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  const signatures =
    key === null
      ? []
      : [
          {
            keyid: keyIdOf(createPublicKey(key)),
            sig: sign(null, signedText(packed), key).toString("base64"),
          },
        ];
  return `${JSON.stringify({ payloadType, payload: packed.toString("base64"), signatures })}\n`;
}

/**
 * Checks and opens an envelope. With trusted keys one of them must have signed it; without, whoever made it is believed.
 * @throws PlimsollError DATABASE_FOREIGN when it is none, DATABASE_UNTRUSTED, DATABASE_TAMPERED
 */
export function openEnvelope(bytes: Uint8Array, trusted: readonly KeyObject[]): OpenedEnvelope {
  const { packed, signatures } = readEnvelope(bytes);
  const signer = trusted.find((key) =>
    signatures.some(({ sig }) => verify(null, signedText(packed), key, Buffer.from(sig, "base64"))),
  );
  if (trusted.length > 0 && signer === undefined) throw untrusted(trusted, signatures);
  try {
    const payload = zstdDecompressSync(packed, { maxOutputLength: payloadBytesMax });
    const keyId = signer === undefined ? null : keyIdOf(signer);
    return { payload, keyId, isSigned: signatures.length > 0 };
  } catch (cause) {
    throw new PlimsollError("DATABASE_FOREIGN", "The published manifest cannot be unpacked.", { cause });
  }
}

/** Key that signs, from a PEM file. @throws PlimsollError DATABASE_KEY_INVALID */
export function readSigningKey(path: string): KeyObject {
  return readKey(path, "private", createPrivateKey);
}

/** Keys that are trusted, from PEM files. @throws PlimsollError DATABASE_KEY_INVALID */
export function readTrustedKeys(paths: readonly string[]): KeyObject[] {
  return paths.map((path) => readKey(path, "public", createPublicKey));
}

/** `SHA256:` and the hash of the public key, to tell keys apart. */
export function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64").replace(/=+$/, "")}`;
}

interface Signature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

function readEnvelope(bytes: Uint8Array): { packed: Buffer; signatures: readonly Signature[] } {
  try {
    const document = parseJsonObject(bytes, "signed manifest", envelopeBytesMax);
    const type = asText(document["payloadType"], "payloadType");
    const signatures = asList(document["signatures"], "signatures", signaturesMax).map((each, at) => {
      const signature = asObject(each, `signatures[${at}]`);
      return { keyid: asText(signature["keyid"] ?? "", "keyid"), sig: asText(signature["sig"], "sig") };
    });
    const packed = Buffer.from(asText(document["payload"], "payload"), "base64");
    if (type === payloadType) return { packed, signatures };
    throw new PlimsollError(
      "DATABASE_FOREIGN",
      `The published database is of the layout ${printable(type, 100)}, which this version does not read.`,
    );
  } catch (cause) {
    if (cause instanceof PlimsollError && cause.code === "DATABASE_FOREIGN") throw cause;
    throw new PlimsollError("DATABASE_FOREIGN", "This is no published vulnerability database.", { cause });
  }
}

/** Pre-authentication encoding of DSSE: the type is signed too, so no other document can be passed off as a manifest. */
function signedText(packed: Buffer): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${packed.length} `;
  return Buffer.concat([Buffer.from(head, "utf8"), packed]);
}

function untrusted(trusted: readonly KeyObject[], signatures: readonly Signature[]): PlimsollError {
  const known = trusted.map(keyIdOf);
  const claimed = signatures.filter(({ keyid }) => known.includes(keyid));
  if (claimed.length > 0) {
    return new PlimsollError(
      "DATABASE_TAMPERED",
      "The published manifest is not the one that was signed: its signature does not fit its content.",
      { details: { keyIds: claimed.map(({ keyid }) => keyid).join(", ") } },
    );
  }
  const signers = signatures.map(({ keyid }) => printable(keyid, 80));
  const by = signers.length === 0 ? "by nobody" : `by ${signers.join(", ")}, which is not trusted`;
  return new PlimsollError("DATABASE_UNTRUSTED", `The published database is signed ${by}.`, {
    details: { trusted: known.join(", "), signers: signers.join(", ") },
  });
}

function readKey(path: string, kind: string, parse: (pem: Buffer) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse(readFileSync(path));
  } catch (cause) {
    // The cause may quote the file, which is a secret.
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw keyInvalid(path, `cannot be read as a ${kind} key in PEM (${code})`);
  }
  if (key.asymmetricKeyType !== "ed25519") throw keyInvalid(path, "is no Ed25519 key");
  return key;
}

function keyInvalid(path: string, reason: string): PlimsollError {
  return new PlimsollError("DATABASE_KEY_INVALID", `The key ${printable(path)} ${reason}.`, {
    details: { path },
  });
}
