/**
 * Docker's credential helpers: `docker-credential-<name> get` with the server's address on standard input
 * (https://github.com/docker/docker-credential-helpers). What it prints never reaches an error.
 */
import { printable } from "../domain/problem.ts";
import { runProgram } from "../io/child-process.ts";
import type { Credentials } from "./docker-config.ts";
import { OciError } from "./error.ts";
import { parseJsonObject } from "./json.ts";

export interface HelperRun {
  /** `desktop`, `ecr-login`, `pass` */
  readonly name: string;
  /** What the helper knows the registry by: `https://index.docker.io/v1/`, `quay.io`. */
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | null;
  readonly timeoutMs?: number;
}

/** `missing`: there is no such program on PATH. `none`: it knows of no sign-in for this server. */
export type HelperAnswer =
  | { readonly kind: "found"; readonly credentials: Credentials }
  | { readonly kind: "none" }
  | { readonly kind: "missing"; readonly program: string };

const outputBytesMax = 64 * 1024;
const timeoutMsDefault = 30_000;

/** Asks a helper. @throws OciError CREDENTIALS_INVALID when it fails, hangs or prints something else */
export async function askHelper(run: HelperRun): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(run.name)) {
    throw failed(run.name, "has a name that is not allowed");
  }
  const program = `docker-credential-${run.name}`;
  const timeoutMs = run.timeoutMs ?? timeoutMsDefault;
  const outcome = await runProgram({
    command: program,
    args: ["get"],
    input: `${run.server}\n`,
    timeoutMs,
    outputBytesMax,
    signal: run.signal,
    env: run.env,
  });
  if (outcome.kind === "failed") {
    if (outcome.reason === "not_found") return { kind: "missing", program };
    run.signal?.throwIfAborted();
    throw failed(program, `failed (${outcome.reason})`);
  }
  if (outcome.exitCode !== 0) {
    if (/credentials not found/i.test(outcome.stdout + outcome.stderr)) return { kind: "none" };
    throw failed(program, `ended with exit code ${outcome.exitCode}`);
  }
  return { kind: "found", credentials: readAnswer(outcome.stdout, program) };
}

function readAnswer(stdout: string, program: string): Credentials {
  let user: unknown;
  let secret: unknown;
  try {
    const answer = parseJsonObject(Buffer.from(stdout), "answer", outputBytesMax);
    ({ Username: user, Secret: secret } = answer);
  } catch {
    throw failed(program, "printed something that is not JSON");
  }
  if (typeof user !== "string" || typeof secret !== "string")
    throw failed(program, "printed no Username and Secret");
  // The protocol's mark of an identity token.
  if (user === "<token>") return { kind: "identity-token", token: secret };
  return { kind: "basic", user, password: secret };
}

function failed(program: string, why: string): OciError {
  return new OciError("CREDENTIALS_INVALID", `The credential helper ${printable(program, 100)} ${why}.`, {
    details: { program },
  });
}
