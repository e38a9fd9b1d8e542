/**
 * A policy set by its reference: from its registry, or where that cannot be reached as it was fetched last. Who signed it is asked
 * before anything in it is read.
 */
import { readTrustedSigners, type SignerSettings } from "../../analysis/read-signers.ts";
import type { Trust } from "../../attestations/trust.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { TakenPolicySet } from "../../domain/policy-set.ts";
import { printable } from "../../domain/problem.ts";
import type { SignedBytes, Signer } from "../../domain/signature.ts";
import { fetchAttestations } from "../../oci/attestations.ts";
import { createRegistryClient } from "../../oci/client.ts";
import { formatReference, parseReference, type ImageReference } from "../../oci/reference.ts";
import { registryContent } from "../../oci/registry-content.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";
import { namedRegistry } from "../db/registry.ts";
import { makePolicies } from "../options/policy.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";
import { readFetchedBundle, type FetchedBundle } from "../policy/bundle.ts";
import { findKeptPolicySet, keepPolicySet, type KeptPolicySet } from "./kept.ts";

export interface TakeOptions extends TrustOptions {
  readonly insecureRegistry?: readonly string[];
}

export interface PolicySetWithPolicies extends TakenPolicySet {
  /** In the order of evaluation. */
  readonly policies: readonly PolicyDefinition[];
}

/** @throws PlimsollError POLICY_SET_MISSING, POLICY_SET_UNTRUSTED, POLICY_SET_INVALID, REFERENCE_INVALID, REGISTRY_…; as bundles are read */
export async function takePolicySet(
  context: CliContext,
  text: string,
  options: TakeOptions,
): Promise<PolicySetWithPolicies> {
  const reference = parseReference(text.replace(/^registry:\/\//, ""));
  const { kept, keptReason } = await fetchOrFind(context, reference, options);
  const { signer, signerReason } = await whoSigned(context, kept, options);
  const client =
    keptReason === null
      ? createRegistryClient(namedRegistry(context, reference, options.insecureRegistry))
      : nobodyToAsk;
  const bundle = await readFetchedBundle(context, { client, reference, manifest: kept.manifest });
  const { readPolicySet } = await import("../../policies/policy-set.ts");
  const { readModule } = await import("../../policies/rego/module.ts");
  const set = readPolicySet(bundle.set, bundle.origin);
  const policies = await makePolicies(context, {
    modules: bundle.modules.map((module) => readModule(module.text, module.origin)),
    configurations: bundle.configuration === null ? [] : [bundle],
  });
  // Kept once it was read to its end, with all layers that it needs.
  if (keptReason === null && context.config.useCache) await keepFresh(context, kept, set.createdAt);
  const { manifest, fetchedAt } = kept;
  return {
    set,
    policies,
    reference: kept.reference,
    digest: manifest.digest,
    fetchedAt,
    keptReason,
    signer,
    signerReason,
  };
}

const nobodyToAsk: FetchedBundle["client"] = {
  fetchBlob: async (_repository, digest) => {
    throw new PlimsollError("POLICY_SET_MISSING", `The layer ${digest} of the kept policy set is gone.`);
  },
};

async function fetchOrFind(
  context: CliContext,
  reference: ImageReference,
  options: TakeOptions,
): Promise<{ readonly kept: KeptPolicySet; readonly keptReason: string | null }> {
  const name = formatReference(reference);
  try {
    if (context.config.isOffline) throw offline();
    return { kept: await fetchSet(context, reference, options), keptReason: null };
  } catch (error) {
    if (!(error instanceof PlimsollError) || !UNREACHED.has(error.code)) throw error;
    const kept = context.config.useCache ? await findKeptPolicySet(context, name) : null;
    if (kept !== null) return { kept, keptReason: error.message };
    throw new PlimsollError("POLICY_SET_MISSING", `${name}: ${error.message}`, { cause: error });
  }
}

/** A registry that answers is believed, also when it says that there is no such set. */
const UNREACHED: ReadonlySet<string> = new Set([
  "REGISTRY_UNREACHABLE",
  "REGISTRY_RATE_LIMITED",
  "POLICY_SET_MISSING",
]);

function offline(): PlimsollError {
  return new PlimsollError("POLICY_SET_MISSING", "PLIMSOLL_OFFLINE is set, so no registry was asked.");
}

async function fetchSet(
  context: CliContext,
  reference: ImageReference,
  { insecureRegistry }: TakeOptions,
): Promise<KeptPolicySet> {
  const client = createRegistryClient(namedRegistry(context, reference, insecureRegistry));
  const manifest = await client.fetchManifest(reference, reference.digest ?? reference.tag ?? "latest");
  const { digest } = manifest;
  const found = await fetchAttestations(registryContent(client, reference), digest, [], {
    indexDigest: null,
  });
  const statements = (found.attestations ?? []).flatMap(({ signed }) => signed ?? []);
  return {
    reference: formatReference(reference),
    manifest,
    signed: [...(found.signed ?? []), ...statements],
    fetchedAt: context.clock().toISOString(),
  };
}

/** @throws PlimsollError POLICY_SET_UNTRUSTED where somebody is trusted and did not sign it */
async function whoSigned(
  context: CliContext,
  { manifest, signed, reference }: KeptPolicySet,
  options: TakeOptions,
): Promise<Pick<TakenPolicySet, "signer" | "signerReason">> {
  const { openTrust, trustsAnybody } = await import("../../attestations/trust.ts");
  const isNamed = options.key !== undefined || options.certificateIdentity !== undefined;
  // A repository's own file may not say whose rules it is to be judged by.
  const settings: SignerSettings = context.config.signing;
  const trusted = isNamed ? await trustedSigners(context, options) : readTrustedSigners(settings);
  if (!trustsAnybody(trusted)) {
    const what = signed.length === 0 ? "nobody signed it" : "it is signed, and no key says by whom";
    return { signer: null, signerReason: `${what}: name the key of its publisher with --key` };
  }
  const signer = await findSigner(signed, manifest.digest, openTrust(trusted));
  if (signer !== null) return { signer, signerReason: null };
  throw new PlimsollError(
    "POLICY_SET_UNTRUSTED",
    `${printable(reference)} is signed ${signed.length === 0 ? "by nobody" : "by nobody who is trusted"}.`,
  );
}

async function findSigner(
  signed: readonly SignedBytes[],
  digest: string,
  trust: Trust,
): Promise<Signer | null> {
  const { verifySigned } = await import("../../attestations/verify.ts");
  const { isSignatureOf } = await import("../../attestations/verify-image.ts");
  for (const bytes of signed) {
    const { content, signers } = await verifySigned(bytes, trust);
    const [signer] = signers;
    if (signer !== undefined && content !== null && isSignatureOf(content, digest)) return signer;
  }
  return null;
}

/** Who can answer for a registry can hand out an older set, with a signature that was good; that does not pass in silence. */
async function keepFresh(context: CliContext, fetched: KeptPolicySet, createdAt: string): Promise<void> {
  const before = await findKeptPolicySet(context, fetched.reference);
  const known = before?.createdAt ?? null;
  if (known !== null && Date.parse(known) > Date.parse(createdAt)) {
    context.stderr.write(
      `warning: ${printable(fetched.reference)} names a set of ${printable(createdAt)}; the one that was taken before is of ${printable(known)}, which is newer\n`,
    );
  }
  await keepPolicySet(context, { ...fetched, createdAt }).catch((error: unknown) => {
    const reason = printable(error instanceof Error ? error.message : String(error));
    context.stderr.write(`warning: the policy set could not be kept (${reason}); it is fetched each time\n`);
  });
}
