/** Whose signatures count in a run, and the key that signs. */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Option, type Command } from "commander";
import { readTrustedSigners } from "../../analysis/read-signers.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { TrustedSigners } from "../../domain/signature.ts";
import { signByProgram } from "../../io/signing-program.ts";
import { configuredSigners } from "../configured-signers.ts";
import type { CliContext } from "../context.ts";
import { collectList } from "./output.ts";

export interface TrustOptions {
  readonly key?: readonly string[];
  readonly certificateIdentity?: readonly string[];
  readonly certificateOidcIssuer?: string;
  readonly trustRoot?: string;
  readonly notationTrust?: string;
}

/** Adds --key, --certificate-identity, --certificate-oidc-issuer, --trust-root, --notation-trust. */
export function addTrustOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--key <file>",
        "PEM file of a public key that is trusted, or its https address; repeatable",
      ).argParser(collectList),
    )
    .addOption(
      new Option(
        "--certificate-identity <subject>",
        "identity that is trusted, * for any characters; with --certificate-oidc-issuer; repeatable",
      ).argParser(collectList),
    )
    .option("--certificate-oidc-issuer <issuer>", "issuer of these identities")
    .option("--trust-root <file>", "trusted_root.json of Sigstore that identities are verified by")
    .option(
      "--notation-trust <folder>",
      "folder of Notation with trustpolicy.json and truststore/ that its signatures are verified by",
    );
}

/** Those of the options alone where there are any; else those of the settings and of the project file. @throws PlimsollError KEY_INVALID, TRUST_INVALID, USAGE */
export async function trustedSigners(context: CliContext, options: TrustOptions): Promise<TrustedSigners> {
  const {
    key = [],
    certificateIdentity = [],
    certificateOidcIssuer: issuer,
    trustRoot,
    notationTrust,
  } = options;
  const root = trustRoot === undefined ? context.config.signing.trustRoot : resolve(context.cwd, trustRoot);
  if (certificateIdentity.length > 0 && issuer === undefined)
    throw new PlimsollError("USAGE", "--certificate-identity needs --certificate-oidc-issuer.");
  if (key.length + certificateIdentity.length === 0 && notationTrust === undefined)
    return configuredSigners(context, root);
  const read = readTrustedSigners({
    trustedKeys: key.filter((word) => !isAddress(word)).map((path) => resolve(context.cwd, path)),
    trustedIdentities: certificateIdentity.map((subject) => ({ subject, issuer: issuer ?? "" })),
    trustRoot: root,
    notationTrust: notationTrust === undefined ? null : resolve(context.cwd, notationTrust),
    now: context.clock(),
  });
  const addresses = key.filter(isAddress);
  if (addresses.length === 0) return read;
  const { fetchKey } = await import("../fetch-key.ts");
  const fetched = await Promise.all(addresses.map((address) => fetchKey(context, address)));
  return { ...read, keys: [...read.keys, ...fetched] };
}

function isAddress(word: string): boolean {
  return /^https?:\/\//i.test(word);
}

/** The key of --sign-key or of the settings. @throws PlimsollError USAGE when there is none, KEY_INVALID, KEY_PASSWORD_WRONG */
export async function openSigningKey(context: CliContext, named: string | undefined): Promise<SigningKey> {
  const key = named ?? context.config.signing.signKey;
  if (key === null)
    throw new PlimsollError("USAGE", "Name the key that signs: --sign-key or PLIMSOLL_SIGN_KEY.");
  if (key.startsWith(EXEC)) return programKey(context, key.slice(EXEC.length));
  const path = resolve(context.cwd, key);
  // Only what signs needs it, and every scan loads this file.
  const { readPrivateKey } = await import("../../attestations/keys.ts");
  return readPrivateKey(readPem(path), basename(path), () => password(context));
}

const EXEC = "exec:";

function programKey(context: CliContext, program: string): SigningKey {
  const run = { program, cwd: context.cwd, env: context.env };
  return { keyId: null, publicPem: null, sign: (input) => signByProgram(run, input) };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new PlimsollError("KEY_INVALID", `The key ${printable(path)} cannot be read (${code}).`, {
      details: { path },
    });
  }
}

async function password(context: CliContext): Promise<string> {
  const { keyPassword } = context.config.signing;
  if (keyPassword !== null) return keyPassword;
  if (context.ask !== null) return context.ask({ text: "Password of the key: ", hidden: true });
  throw new PlimsollError("USAGE", "The key is encrypted: set PLIMSOLL_KEY_PASSWORD.");
}
