/** `plimsoll login`: signs in to a server, and keeps a token of this machine's own, never the password. */
import { hostname } from "node:os";
import { Command, Option } from "commander";
import type { SignInReport } from "../../api/command-reports.ts";
import { newTokenView, sessionView } from "../../api/rest/session.ts";
import { exchangedToken } from "../../api/rest/sign-in.ts";
import { parseServerUrl } from "../../config/addresses.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { formatOption } from "../options/output.ts";
import { readSecret } from "../read-secret.ts";
import { createServerClient, ServerError, type ServerAccess, type ServerClient } from "../server/client.ts";
import { readIdToken } from "../server/id-token.ts";
import { readCredentials, withSignIn, writeCredentials, type SignIn } from "../server/credentials.ts";

interface Options {
  readonly server?: string;
  readonly name?: string;
  readonly passwordStdin?: true;
  readonly tokenStdin?: true;
  readonly oidc?: true;
  readonly org?: string;
  readonly audience?: string;
  readonly allowPlainHttp?: true;
  readonly format: string;
}

export const login: CommandMaker = (context) =>
  new Command("login")
    .description("Sign in to a Plimsoll server. A token of this machine's own is kept, never the password.")
    .option("--server <address>", "address of the server; default: PLIMSOLL_SERVER, else the last one")
    .option("-n, --name <name>", "name of the account")
    .option("--password-stdin", "read the password from standard input")
    .addOption(
      new Option("--token-stdin", "read a token from standard input, and keep that").conflicts([
        "passwordStdin",
        "name",
      ]),
    )
    .addOption(
      new Option(
        "--oidc",
        "exchange the ID token of the CI system for a short token of an organisation",
      ).conflicts(["passwordStdin", "tokenStdin", "name"]),
    )
    .option("--org <organisation>", "organisation of the trust rule, with --oidc; default: PLIMSOLL_ORG")
    .option("--audience <audience>", "audience to ask GitHub for; default: the server's address")
    .option("--allow-plain-http", "send passwords and tokens without TLS to a machine that is not this one")
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const { credentialsFile } = context.config.client;
      const credentials = await readCredentials(credentialsFile);
      const access = accessOf(context, options, credentials.current);
      const { signIn, greeting } = await signInBy(context, access, options);
      await writeCredentials(credentialsFile, withSignIn(credentials, access.server, signIn));
      const schema = "urn:plimsoll:report:sign-in:1";
      const report: SignInReport = { schema, server: access.server, signedIn: true, account: signIn.account };
      context.stdout.write(options.format === "json" ? jsonText(report) : `${greeting}\n`);
    });

/** @throws PlimsollError USAGE, SERVER_UNKNOWN */
function accessOf(context: CliContext, options: Options, current: string | null): ServerAccess {
  const named = options.server ?? context.config.client.server ?? current;
  if (named === null) throw new PlimsollError("SERVER_UNKNOWN", "Name the server with --server.");
  const server = parseServerUrl(named);
  if (server === null) {
    throw new PlimsollError(
      "USAGE",
      "--server takes scheme, host and port, such as https://plimsoll.example.com.",
    );
  }
  const allowPlainHttp = options.allowPlainHttp === true || context.config.client.allowPlainHttp;
  return { server, token: null, allowPlainHttp };
}

interface SignedIn {
  readonly signIn: SignIn;
  readonly greeting: string;
}

function signInBy(context: CliContext, access: ServerAccess, options: Options): Promise<SignedIn> {
  if (options.oidc === true) return exchangeToken(context, access, options);
  return options.tokenStdin === true ? bringToken(context, access) : makeToken(context, access, options);
}

/** The CI system says who the job is; the server's trust rule says what that is good for. */
async function exchangeToken(context: CliContext, access: ServerAccess, options: Options): Promise<SignedIn> {
  const organisation = options.org ?? context.config.client.organisation;
  if (organisation === null) throw new PlimsollError("USAGE", "--oidc needs --org, or PLIMSOLL_ORG.");
  const client = createServerClient(access);
  const idToken = await readIdToken(context, options.audience ?? access.server);
  const made = await client.ask(
    { method: "POST", path: "/tokens/by-oidc", body: { organisation, idToken } },
    exchangedToken,
  );
  const signIn = { token: made.token, tokenId: null, account: null, allowPlainHttp: access.allowPlainHttp };
  const who = `a service of ${organisation} until ${made.expiresAt} (${made.scopes.join(", ")})`;
  return { signIn, greeting: greetingOf(who, access.server) };
}

/** A token that the user brings is tried before it is kept. */
async function bringToken(context: CliContext, access: ServerAccess): Promise<SignedIn> {
  const token = await readSecret(context.stdin, "token");
  const account = await accountOf(createServerClient({ ...access, token }));
  return {
    signIn: { token, tokenId: null, account, allowPlainHttp: access.allowPlainHttp },
    greeting: greetingOf(account ?? "an organisation's service", access.server),
  };
}

/** Null: the token is good, and belongs to an organisation and to no account. */
async function accountOf(client: ServerClient): Promise<string | null> {
  try {
    return (await client.ask({ path: "/session" }, sessionView)).account.name;
  } catch (error) {
    if (error instanceof ServerError && error.code === "FORBIDDEN") return null;
    throw error;
  }
}

/** A password is turned into a token at once. */
async function makeToken(context: CliContext, access: ServerAccess, options: Options): Promise<SignedIn> {
  const name = options.name ?? (await ask(context, "Name: ", false, "--name"));
  const password =
    options.passwordStdin === true
      ? await readSecret(context.stdin, "password")
      : await ask(context, "Password: ", true, "--password-stdin");
  const body = { name, password, tokenName: `plimsoll login on ${hostname()}`.slice(0, 100) };
  const made = await createServerClient(access).ask(
    { method: "POST", path: "/tokens/by-password", body },
    newTokenView,
  );
  const signIn = {
    token: made.token,
    tokenId: made.id,
    account: name,
    allowPlainHttp: access.allowPlainHttp,
  };
  return { signIn, greeting: greetingOf(name, access.server) };
}

async function ask(context: CliContext, text: string, hidden: boolean, flag: string): Promise<string> {
  if (context.ask === null) {
    throw new PlimsollError("USAGE", `There is no terminal to ask at: give ${flag}.`);
  }
  const answer = await context.ask({ text, hidden });
  if (answer === "") throw new PlimsollError("USAGE", "The question was not answered.");
  return answer;
}

function greetingOf(name: string, server: string): string {
  return `Signed in to ${server} as ${printable(name)}.`;
}

const EXAMPLES = `
Examples:
  plimsoll login --server http://127.0.0.1:7300
  plimsoll login --server https://plimsoll.example.com --name ada --password-stdin < password.txt
  plimsoll login --server https://plimsoll.example.com --token-stdin < token.txt
  plimsoll login --server https://plimsoll.example.com --oidc --org acme

In CI, PLIMSOLL_SERVER and PLIMSOLL_TOKEN do without a login. --oidc needs no stored secret: GitHub is asked for an ID token
(permissions: id-token: write), GitLab and others give one in PLIMSOLL_ID_TOKEN.`;
