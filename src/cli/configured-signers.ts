/**
 * Whose signatures count without an option of the command line. Apart from what signs and verifies: every scan loads this.
 */
import { readTrustedSigners } from "../analysis/read-signers.ts";
import type { TrustedSigners } from "../domain/signature.ts";
import type { CliContext } from "./context.ts";

/**
 * Those of the settings and of the project file. `root`: the trust root's file, where another than that of the settings is named.
 * @throws PlimsollError KEY_INVALID, TRUST_INVALID when a file cannot be read
 */
export function configuredSigners(
  context: CliContext,
  root = context.config.signing.trustRoot,
): TrustedSigners {
  const trust = context.files?.project?.trust ?? {};
  const texts = (trust.keys ?? []).filter((key) => key.includes("-----BEGIN"));
  const files = (trust.keys ?? []).filter((key) => !key.includes("-----BEGIN"));
  const { trustedKeys, trustedIdentities, notationTrust } = context.config.signing;
  const read = readTrustedSigners({
    trustedKeys: [...trustedKeys, ...files],
    trustedIdentities: [...trustedIdentities, ...(trust.identities ?? [])],
    trustRoot: root,
    notationTrust,
    now: context.clock(),
  });
  const named = texts.map((pem, at) => ({ name: `key ${at + 1} of .plimsoll.yaml`, pem }));
  return { ...read, keys: [...read.keys, ...named] };
}
