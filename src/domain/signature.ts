/**
 * Signatures over images and over statements about them: who may sign, who did, and what was found before anybody looked.
 * Verified by `attestations`, never by whoever fetched them.
 */

/** Who signed, as a verified signature proves it. Never made from what a document says of itself. */
export interface Signer {
  /** `key`: a public key that is trusted; `identity`: a certificate of an identity that is trusted (keyless). */
  readonly kind: "key" | "identity";
  /** Name of the key in the settings, e.g. `release.pub`; or the subject of the certificate: `https://github.com/org/repo/…`, `a@b.example`. */
  readonly name: string;
  /** Issuer of the identity, e.g. `https://token.actions.githubusercontent.com`; null of a key. */
  readonly issuer: string | null;
  /** `SHA256:…` of the public key (SPKI, base64 without padding); null of an identity. */
  readonly keyId: string | null;
}

export interface TrustedKey {
  /** For people, e.g. `release.pub`. */
  readonly name: string;
  /** Public key, PEM: ECDSA P-256 or P-384, Ed25519 or RSA. */
  readonly pem: string;
}

export interface TrustedIdentity {
  /** Subject of the certificate; `*` stands for any run of characters: `https://github.com/org/*`. */
  readonly subject: string;
  /** Issuer, in full. */
  readonly issuer: string;
}

/** Whose signatures count. */
export interface TrustedSigners {
  readonly keys: readonly TrustedKey[];
  readonly identities: readonly TrustedIdentity[];
  /** Text of a Sigstore trust root (`trusted_root.json`), by which certificates are verified; absent or null: no identity can be. */
  readonly trustRoot?: string | null;
  /** By which signatures of Notation are verified; absent or null: none can be. */
  readonly notation?: NotationTrust | null;
}

/** Trust policy and trust store of Notation, as they lie in its folder. */
export interface NotationTrust {
  /** Text of `trustpolicy.json`. */
  readonly policy: string;
  /** `store`: `ca:acme`; `name` for people; `pem`: one certificate. */
  readonly certificates: readonly { readonly store: string; readonly name: string; readonly pem: string }[];
  /** RFC 3339: the instant at which certificates have to be valid. */
  readonly at: string;
}

export const trustsNobody: TrustedSigners = Object.freeze({ keys: [], identities: [], trustRoot: null });

/**
 * `in-index`: in the index of the image; `referrer`: by the referrers API or its tag; `tag`: under cosign's tags `sha256-….sig`; `file`: in a
 * file that was named.
 */
export type SignatureStorage = "in-index" | "referrer" | "tag" | "file";

/** A signature over the image itself. */
export interface ImageSignature {
  /** Null when it was not verified. */
  readonly signer: Signer | null;
  /** A trusted signer made it, and it names the digest of this image or of the index that lists it. */
  readonly verified: boolean;
  /** Why it was not verified; null when it was. */
  readonly reason: string | null;
  readonly storage: SignatureStorage;
  /** It is a statement in a Sigstore bundle, as cosign 3 signs. Absent: it is not. */
  readonly isBundle?: true;
  /** It is by Notation. Absent: it is not. */
  readonly isNotation?: true;
  /** `sha256:…` of the manifest or index that it was made for. Absent: it was not verified. */
  readonly subject?: string;
  /** Where it lies: `registry.example.com/signatures`. Absent: in the image's own repository. */
  readonly repository?: string;
}

/** Something signed as it lay beside an image: what is needed to verify it. Dropped once that was done, and kept nowhere. */
export interface SignedBytes {
  readonly storage: SignatureStorage;
  /** Of the layer that held it: a DSSE envelope, a Sigstore bundle, cosign's simple signing payload. */
  readonly mediaType: string;
  /** `sha256:…` of the bytes. */
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Of the layer: cosign keeps signature, certificate and log entry there. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Where it lies: `registry.example.com/signatures`. Absent: in the image's own repository. */
  readonly repository?: string;
}

/** `release.pub (SHA256:…)`, `a@b.example (https://issuer.example)` */
export function formatSigner({ name, issuer, keyId }: Signer): string {
  const by = issuer ?? keyId;
  return by === null ? name : `${name} (${by})`;
}
