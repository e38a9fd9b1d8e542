/**
 * Signatures that modules ask about, verified by the keys that they name. A key counts only where its address or text stands in the
 * module or in its configuration: what an image tells of itself chooses nobody's key.
 */
import { openTrust, trustsAnybody, type Trust } from "../../../attestations/trust.ts";
import { verifyImage } from "../../../attestations/verify-image.ts";
import { verifySigned } from "../../../attestations/verify.ts";
import type { ResolvedImage } from "../../../domain/image.ts";
import { recordOf } from "../../../domain/json-record.ts";
import { printable } from "../../../domain/problem.ts";
import type { SignedBytes, TrustedKey, TrustedSigners } from "../../../domain/signature.ts";
import { fetchAttestations } from "../../../oci/attestations.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { VerifyResult } from "../../../policies/rego/evidence.ts";
import { configuredSigners } from "../../configured-signers.ts";
import type { CliContext } from "../../context.ts";
import { fetchKey } from "../../fetch-key.ts";
import { refused, type Place } from "./places.ts";

/** Of `cosign.verify_image`. @throws PlimsollError of the registry; REGISTRY_… */
export async function answerImage(place: Place, image: ResolvedImage, trust: Trust): Promise<VerifyResult> {
  const digest = place.digest ?? (await place.content.findTag?.(place.tag ?? "latest"))?.digest ?? null;
  if (digest === null) return failed(`there is no ${place.name}:${place.tag ?? "latest"}`);
  const found = await fetchAttestations(place.content, digest, [], { indexDigest: null });
  if (found.attestations === null)
    throw refused(found.problems[0]?.message ?? "signatures could not be listed");
  const { attestations, signed = [] } = found;
  const { signatures } = await verifyImage(
    { ...image, digest, indexDigest: null, attestations, signed },
    trust,
  );
  const made = signatures ?? [];
  const signers = made.flatMap(({ signer }) => (signer === null ? [] : [signer.name]));
  if (signers.length > 0) return { verified: true, signers: [...new Set(signers)].sort() };
  if (made.length === 0) return failed("no signature was found");
  return failed([...new Set(made.flatMap(({ reason }) => reason ?? []))].join("; "));
}

/** Of `cosign.verify_dsse`: an envelope as it was read, or its text. @throws PlimsollError TRUST_INVALID */
export async function answerEnvelope(envelope: unknown, trust: Trust): Promise<VerifyResult> {
  const bytes = Buffer.from(typeof envelope === "string" ? envelope : JSON.stringify(envelope ?? null));
  const signed: SignedBytes = {
    storage: "referrer",
    mediaType: "application/vnd.dsse.envelope.v1+json",
    digest: digestOf(bytes),
    bytes,
    annotations: {},
  };
  const { signers, reason } = await verifySigned(signed, trust);
  return signers.length > 0
    ? { verified: true, signers: signers.map(({ name }) => name).sort() }
    : failed(reason ?? "it is not signed");
}

function failed(error: string): VerifyResult {
  return { verified: false, error: printable(error, 1_000) };
}

/**
 * Who is trusted by the options of a verification, named as cosign names them: `key_ref`, or `certificate_identity` with
 * `certificate_oidc_issuer`. Without either, those whom the settings trust.
 * @throws PlimsollError with the reason why nobody can be
 */
export async function trustOf(context: CliContext, given: unknown, texts: readonly string[]): Promise<Trust> {
  const options = recordOf(given) ?? {};
  const text = (name: string): string | null => {
    const value = options[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const configured = configuredSigners(context);
  const keyRef = text("key_ref") ?? text("key");
  const subject = text("certificate_identity");
  if (keyRef !== null) {
    if (options["ignore_tlog"] !== true) {
      throw refused("the transparency log is not asked about a signature by a key: set ignore_tlog");
    }
    return openTrust({ keys: [await keyOf(context, keyRef, { texts, configured })], identities: [] });
  }
  if (subject !== null) {
    const issuer = text("certificate_oidc_issuer") ?? "";
    return openTrust({
      keys: [],
      identities: [{ subject, issuer }],
      trustRoot: configured.trustRoot ?? null,
    });
  }
  if (!trustsAnybody(configured)) throw refused("the module names no key, and the settings trust nobody");
  return openTrust(configured);
}

async function keyOf(
  context: CliContext,
  keyRef: string,
  { texts, configured }: { readonly texts: readonly string[]; readonly configured: TrustedSigners },
): Promise<TrustedKey> {
  const known = configured.keys.find(({ name }) => name === keyRef);
  if (known !== undefined) return known;
  if (!texts.includes(keyRef)) {
    throw refused("the key stands neither in the module nor in its configuration");
  }
  if (keyRef.includes("-----BEGIN")) return { name: "key of the module", pem: keyRef };
  if (/^https?:\/\//.test(keyRef)) return fetchKey(context, keyRef);
  throw refused(
    `the key ${printable(keyRef, 200)} is no address of https, no PEM and no trusted key of the settings`,
  );
}
