/**
 * `gpg.verify_commit`: a commit, its detached signature and the public key, in any order; the signature may also stand in the commit.
 * GnuPG's own `gpgv` verifies, from the PATH: no library of OpenPGP has a licence that lets it into a bundle of ours.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../../../domain/problem.ts";
import { runProgram } from "../../../io/child-process.ts";
import { publicUrl } from "../../../io/http-failure.ts";
import { isLoopbackHost } from "../../../io/http-hosts.ts";
import { httpBytes } from "../../../io/http.ts";
import type { VerifyResult } from "../../../policies/rego/evidence.ts";
import type { CliContext } from "../../context.ts";
import { refused } from "./places.ts";

const KEY_BYTES_MAX = 1024 * 1024;
const COMMIT_BYTES_MAX = 16 * 1024 * 1024;
const OUTPUT_BYTES_MAX = 1024 * 1024;
const TIMEOUT_MS = 20_000;

const KEY_BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const SIGNATURE_BEGIN = "-----BEGIN PGP SIGNATURE-----";

/** `signers` are fingerprints of keys. @throws PlimsollError with the reason why nobody can tell */
export async function answerCommit(
  context: CliContext,
  args: readonly unknown[],
  texts: readonly string[],
): Promise<VerifyResult> {
  const given = args.filter((each) => typeof each === "string").slice(0, 3);
  const key = given.find((text) => text.includes(KEY_BEGIN) || /^https?:\/\//.test(text));
  const rest = given.filter((text) => text !== key);
  const detached = rest.find((text) => text.trimStart().startsWith("-----BEGIN "));
  const commit = rest.find((text) => text !== detached) ?? "";
  if (key === undefined) throw refused("it takes a public key: its text, or its address of https");
  if (!texts.includes(key)) throw refused("the key stands neither in the module nor in its configuration");
  if (commit.length > COMMIT_BYTES_MAX) throw refused("the commit is too large");
  const { payload, signature } =
    detached === undefined ? splitCommit(commit) : { payload: commit, signature: detached };
  if (signature === null) return { verified: false, error: "the commit is not signed" };
  if (!signature.includes(SIGNATURE_BEGIN)) throw refused("the signature is none of OpenPGP");
  return verify({
    payload,
    signature,
    key: key.includes(KEY_BEGIN) ? key : await fetchArmored(context, key),
  });
}

/** Git keeps the signature in the header `gpgsig`, whose further lines begin with a space, and signs the commit without it. */
function splitCommit(commit: string): { readonly payload: string; readonly signature: string | null } {
  const lines = commit.split("\n");
  const end = lines.indexOf("");
  const start = lines.findIndex((line, at) => at < end && line.startsWith("gpgsig "));
  if (start === -1) return { payload: commit, signature: null };
  const after = lines.findIndex((line, at) => at > start && !line.startsWith(" "));
  const signature = [
    (lines[start] ?? "").slice("gpgsig ".length),
    ...lines.slice(start + 1, after).map((line) => line.slice(1)),
  ];
  return {
    payload: [...lines.slice(0, start), ...lines.slice(after)].join("\n"),
    signature: `${signature.join("\n")}\n`,
  };
}

async function fetchArmored(context: CliContext, address: string): Promise<string> {
  if (context.config.isOffline) throw refused("PLIMSOLL_OFFLINE is set, so no key was fetched");
  const { bytes } = await httpBytes({
    url: address,
    isAllowed: ({ protocol, hostname }) => protocol === "https:" || isLoopbackHost(hostname),
    limits: { bodyBytesMax: KEY_BYTES_MAX, totalTimeoutMs: 60_000, retriesMax: 1 },
  });
  const text = Buffer.from(bytes).toString("utf8");
  if (!text.includes(KEY_BEGIN))
    throw refused(`${printable(publicUrl(address))} holds no public key of OpenPGP`);
  return text;
}

interface SignedCommit {
  readonly payload: string;
  readonly signature: string;
  readonly key: string;
}

async function verify({ payload, signature, key }: SignedCommit): Promise<VerifyResult> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-commit-"));
  try {
    const [ring, proof, commit] = ["key.gpg", "commit.sig", "commit"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(ring, dearmored(key));
    await writeFile(proof, signature);
    await writeFile(commit, payload);
    const args = ["--status-fd", "1", "--homedir", folder, "--keyring", ring, proof, commit];
    const outcome = await runProgram({
      command: "gpgv",
      args,
      input: "",
      timeoutMs: TIMEOUT_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
      signal: null,
    });
    if (outcome.kind === "failed") {
      throw refused(
        outcome.reason === "not_found"
          ? "gpgv was not found: install GnuPG to have signatures of commits verified"
          : `gpgv could not be run (${outcome.reason})`,
      );
    }
    return resultOf(outcome.stdout, outcome.exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By the status lines that GnuPG writes for programs (doc/DETAILS), and its exit code. */
function resultOf(status: string, exitCode: number): VerifyResult {
  const words = status
    .split("\n")
    .flatMap((line) => (line.startsWith("[GNUPG:] ") ? [line.slice(9).split(" ")] : []));
  const said = (...names: readonly string[]): boolean => words.some(([name = ""]) => names.includes(name));
  const [, fingerprint = ""] = words.find(([name]) => name === "VALIDSIG") ?? [];
  if (said("REVKEYSIG")) return { verified: false, error: "the key was revoked" };
  if (said("EXPKEYSIG", "EXPSIG")) return { verified: false, error: "the key or the signature has expired" };
  if (exitCode === 0 && said("GOODSIG") && fingerprint !== "")
    return { verified: true, signers: [fingerprint] };
  if (said("BADSIG")) return { verified: false, error: "the signature is of another commit" };
  if (said("NO_PUBKEY")) return { verified: false, error: "another key signed it" };
  return { verified: false, error: "the signature does not hold" };
}

/** The bytes in every block of ASCII armour: gpgv reads no armoured keys. */
function dearmored(text: string): Buffer {
  const blocks = text.split(KEY_BEGIN).slice(1);
  return Buffer.concat(
    blocks.map((block) => {
      const [body = ""] = block.split("-----END PGP PUBLIC KEY BLOCK-----");
      const lines = body.split(/\r?\n/).slice(1);
      // Headers end at an empty line; the last line is a checksum.
      const start = lines.findIndex((line) => line.trim() === "") + 1;
      const encoded = lines.slice(start).filter((line) => !line.startsWith("="));
      return Buffer.from(encoded.join(""), "base64");
    }),
  );
}
