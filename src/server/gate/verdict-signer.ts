/** What signs verdicts for the whole installation, where its operator says so: a key in a file, or a program that reaches one. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  keyIdOf,
  readPrivateKey,
  readPublicKey,
  verifyBytes,
  type SigningKey,
} from "../../attestations/keys.ts";
import type { ServerConfig } from "../../config/server-config.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { signByProgram } from "../../io/signing-program.ts";

export interface VerdictSigner {
  readonly sign: SigningKey["sign"];
  /** Public halves that count, the current one first. */
  readonly publicKeys: readonly { readonly keyId: string; readonly pem: string }[];
}

/**
 * Signs once, so that a key that does not belong to its public half is found at the start and not by the first cluster.
 * @throws PlimsollError CONFIG_INVALID, KEY_INVALID, SIGNER_FAILED
 */
export async function openVerdictSigner(
  { key, publicKeyFile }: NonNullable<ServerConfig["verdictSigner"]>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<VerdictSigner> {
  const name = basename(publicKeyFile);
  const blocks = (await readPem(publicKeyFile)).match(PUBLIC_KEY) ?? [];
  const keys = blocks.slice(0, KEYS_MAX).map((pem) => readPublicKey(pem, name));
  const [current] = keys;
  if (current === undefined) throw invalid(`${printable(publicKeyFile)} holds no public key.`);
  const sign = await openKey(key, env);
  if (!verifyBytes(current, PROBE, await sign(PROBE)))
    throw invalid(
      "The first key of PLIMSOLL_VERDICT_PUBLIC_KEY is not the public half of PLIMSOLL_VERDICT_SIGN_KEY.",
    );
  return {
    sign,
    publicKeys: keys.map((each) => ({
      keyId: keyIdOf(each),
      pem: each.export({ type: "spki", format: "pem" }).toString(),
    })),
  };
}

async function openKey(
  key: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SigningKey["sign"]> {
  if (key.startsWith(EXEC)) {
    const program = key.slice(EXEC.length);
    return (input) => signByProgram({ program, cwd: process.cwd(), env }, input);
  }
  const password = async (): Promise<string> => {
    const set = env["PLIMSOLL_KEY_PASSWORD"] ?? "";
    if (set !== "") return set;
    throw invalid("The key of PLIMSOLL_VERDICT_SIGN_KEY is encrypted: set PLIMSOLL_KEY_PASSWORD.");
  };
  return (await readPrivateKey(await readPem(key), basename(key), password)).sign;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw invalid(`${printable(path)} cannot be read (${code}).`);
  }
}

function invalid(message: string): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", message);
}

const EXEC = "exec:";
const PROBE = Buffer.from("plimsoll signs verdicts with this key");
const PUBLIC_KEY =
  /-----BEGIN [A-Z ]{0,20}PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,16384}-----END [A-Z ]{0,20}PUBLIC KEY-----/g;
const KEYS_MAX = 16;
