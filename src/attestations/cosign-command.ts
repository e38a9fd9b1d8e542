/** The command of cosign that verifies the same: for people who want to see it done by somebody else. */
import type { Signer } from "../domain/signature.ts";
import { predicateKinds } from "./predicate-types.ts";

export interface CosignRequest {
  /** With the digest: `registry.example.com/team/app@sha256:…`. */
  readonly reference: string;
  /** Null: the signature of the image itself. */
  readonly predicateType: string | null;
  readonly signer: Signer;
  /** The file of the key as the user named it. */
  readonly keyFile: string | null;
  /** The transparency log was not asked, which is so of every key. */
  readonly skipsLog: boolean;
  /** It lies among the referrers, and not under cosign's tags. */
  readonly isReferrer: boolean;
  /** The trust root that the user named. */
  readonly trustRootFile: string | null;
  /** In the form of cosign 3: a Sigstore bundle. */
  readonly isBundle: boolean;
  /** Bundles lie beside it, which cosign 3 would look at in place of what lies under the tags. */
  readonly besideBundles: boolean;
  /** What is stated; of a signature null. */
  readonly predicate: unknown;
  /** Where it lies, if in another repository than the image; else null. */
  readonly elsewhere: string | null;
}

/**
 * One line for a shell, every word of it quoted where it has to be; null where cosign does not look: bare envelopes among referrers,
 * and bundles whose predicate is a list, as that of Docker's reports of secrets, since it reads objects alone there.
 */
export function cosignCommand(request: CosignRequest): string | null {
  const { signer, predicateType, keyFile, reference } = request;
  if (predicateType !== null && request.isReferrer && !request.isBundle) return null;
  if (request.isBundle && Array.isArray(request.predicate)) return null;
  const place = request.elsewhere === null ? [] : [`COSIGN_REPOSITORY=${request.elsewhere}`];
  const words = [...place, "cosign", predicateType === null ? "verify" : "verify-attestation"];
  if (signer.kind === "key") words.push("--key", keyFile ?? signer.name);
  else
    words.push(
      "--certificate-identity",
      signer.name,
      "--certificate-oidc-issuer",
      signer.issuer ?? "unknown",
    );
  if (predicateType !== null) words.push("--type", typeWord(predicateType));
  if (request.skipsLog) words.push("--insecure-ignore-tlog=true");
  // Without a file cosign would load a trust root over the network, which a key does not need.
  if (request.isBundle)
    words.push("--new-bundle-format", "--trusted-root", request.trustRootFile ?? "trusted_root.json");
  else if (request.isReferrer) words.push("--experimental-oci11");
  else if (request.besideBundles) words.push("--new-bundle-format=false");
  words.push(reference);
  return words.map(quoted).join(" ");
}

/** The same of a statement about a file, in a file beside it. */
export function cosignBlobCommand(request: {
  readonly file: string;
  readonly statementFile: string;
  readonly predicateType: string;
  readonly key: string;
}): string {
  const { file, statementFile, predicateType, key } = request;
  const words = ["cosign", "verify-blob-attestation", "--key", key, "--type", typeWord(predicateType)];
  return [...words, "--insecure-ignore-tlog=true", "--signature", statementFile, file].map(quoted).join(" ");
}

/** cosign compares whole types, so its word does not mean one that a version follows. */
function typeWord(predicateType: string): string {
  return predicateKinds.find(({ type }) => type === predicateType)?.cosign ?? predicateType;
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
