/**
 * Sign-ins to servers, kept in `credentials.json` of Plimsoll's folder with mode 0600: one token a server, and which server is
 * meant when none is named. Written as a whole, so that two logins at once lose nothing but the earlier of the same server.
 */
import { readFile } from "node:fs/promises";
import { PlimsollError } from "../../domain/error.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";

export interface SignIn {
  readonly token: string;
  /** Id of the token on the server, for logout; null for one that the user brought. */
  readonly tokenId: string | null;
  /** Name of the account; null for a token of an organisation. */
  readonly account: string | null;
  /** The user said that this server is spoken to without TLS. */
  readonly allowPlainHttp: boolean;
}

export interface Credentials {
  /** Origin of the last login, or null. */
  readonly current: string | null;
  /** By origin: `https://plimsoll.example.com`. */
  readonly servers: Readonly<Record<string, SignIn>>;
}

/** Nobody is signed in where the file does not exist. @throws PlimsollError CONFIG_INVALID when it cannot be understood */
export async function readCredentials(file: string): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return nobody;
    throw unreadable(file, error);
  }
  try {
    return asCredentials(JSON.parse(text));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** @throws PlimsollError OUTPUT_FAILED */
export async function writeCredentials(file: string, credentials: Credentials): Promise<void> {
  const text = `${JSON.stringify({ version: 1, ...credentials }, null, 2)}\n`;
  try {
    await writeFileAtomic(file, text, { mode: 0o600 });
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `The sign-in could not be written to ${file}.`, {
      cause: error,
    });
  }
}

/** The credentials with `signIn` for `server`, which becomes the current one; null forgets it. */
export function withSignIn(credentials: Credentials, server: string, signIn: SignIn | null): Credentials {
  const { [server]: _replaced, ...others } = credentials.servers;
  if (signIn !== null) return { current: server, servers: { ...others, [server]: signIn } };
  const left = Object.keys(others);
  const current = credentials.current === server ? (left[0] ?? null) : credentials.current;
  return { current, servers: others };
}

const nobody: Credentials = { current: null, servers: {} };

function asCredentials(value: unknown): Credentials {
  const { current, servers } = asRecord(value);
  const rows = Object.entries(asRecord(servers)).map(([server, row]): [string, SignIn] => {
    const { token, tokenId, account, allowPlainHttp } = asRecord(row);
    if (typeof token !== "string") throw new TypeError("a token is no text");
    return [
      server,
      {
        token,
        tokenId: typeof tokenId === "string" ? tokenId : null,
        account: typeof account === "string" ? account : null,
        allowPlainHttp: allowPlainHttp === true,
      },
    ];
  });
  return { current: typeof current === "string" ? current : null, servers: Object.fromEntries(rows) };
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new TypeError("not an object");
}

function unreadable(file: string, cause: unknown): PlimsollError {
  return new PlimsollError(
    "CONFIG_INVALID",
    `The sign-ins in ${file} cannot be read. Remove the file and run plimsoll login again.`,
    { cause },
  );
}
