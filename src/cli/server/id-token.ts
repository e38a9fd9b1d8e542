/**
 * The ID token of a CI job: from the environment, or from GitHub, which makes one on demand for the job that shows its request token.
 * https://docs.github.com/en/actions/reference/security/oidc, https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
import { PlimsollError } from "../../domain/error.ts";
import { isLoopbackHost } from "../../io/http-hosts.ts";
import { httpBytes } from "../../io/http.ts";
import type { CliContext } from "../context.ts";

/** `audience`: what GitHub writes into it; others have it from the job's own description. @throws PlimsollError USAGE, ID_TOKEN_MISSING */
export async function readIdToken(context: CliContext, audience: string): Promise<string> {
  const given = context.config.client.idToken;
  if (given !== null) return given.trim();
  const address = context.env["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "";
  const proof = context.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] ?? "";
  if (address !== "" && proof !== "") return askGitHub(address, proof, audience);
  const isGitHub = context.env["GITHUB_ACTIONS"] === "true";
  throw new PlimsollError(
    "ID_TOKEN_MISSING",
    isGitHub
      ? "GitHub gives this job no ID token: the workflow needs permissions: id-token: write."
      : "There is no ID token: PLIMSOLL_ID_TOKEN is not set, and this is no job of GitHub Actions.",
  );
}

async function askGitHub(address: string, proof: string, audience: string): Promise<string> {
  const url = URL.parse(address);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  if (url === null || !isSafe) throw missing("ACTIONS_ID_TOKEN_REQUEST_URL is no https address.");
  url.searchParams.set("audience", audience);
  const { bytes } = await httpBytes({
    url: url.href,
    headers: { authorization: `Bearer ${proof}`, accept: "application/json" },
    limits: { totalTimeoutMs: 30_000, retriesMax: 3, redirectsMax: 0, bodyBytesMax: 64 * 1024 },
  }).catch((cause: unknown) => {
    throw missing("GitHub did not give an ID token.", cause);
  });
  const token = valueOf(bytes);
  if (token === null) throw missing("GitHub's answer holds no ID token.");
  return token;
}

function valueOf(bytes: Uint8Array): string | null {
  try {
    const { value } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly value?: unknown };
    return typeof value === "string" && value !== "" ? value : null;
  } catch {
    return null;
  }
}

function missing(message: string, cause?: unknown): PlimsollError {
  return new PlimsollError("ID_TOKEN_MISSING", message, { cause });
}
