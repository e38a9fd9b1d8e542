/** `plimsoll logout`: revokes the token of this machine and forgets it. */
import { Command } from "commander";
import type { SignInReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { parseServerUrl } from "../../config/addresses.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { formatOption } from "../options/output.ts";
import { createServerClient } from "../server/client.ts";
import { readCredentials, withSignIn, writeCredentials, type SignIn } from "../server/credentials.ts";

export const logout: CommandMaker = (context) =>
  new Command("logout")
    .description("Revoke the token that plimsoll login made, and forget it.")
    .option("--server <address>", "address of the server; default: PLIMSOLL_SERVER, else the last one")
    .addOption(formatOption())
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll logout\n  plimsoll logout --server https://plimsoll.example.com",
    )
    .action(async (options: { readonly server?: string; readonly format: string }) => {
      const { credentialsFile } = context.config.client;
      const credentials = await readCredentials(credentialsFile);
      const named = options.server ?? context.config.client.server ?? credentials.current ?? "";
      const server = parseServerUrl(named) ?? named;
      const signIn = credentials.servers[server];
      if (signIn === undefined) {
        throw new PlimsollError(
          "SIGN_IN_NEEDED",
          `Nobody is signed in to ${printable(server) || "a server"}.`,
        );
      }
      // Forgotten first: a server that does not answer must not keep the token on this machine.
      await writeCredentials(credentialsFile, withSignIn(credentials, server, null));
      await revoke(context, server, signIn);
      const schema = "urn:plimsoll:report:sign-in:1";
      const report: SignInReport = { schema, server, signedIn: false, account: signIn.account };
      context.stdout.write(options.format === "json" ? jsonText(report) : `Signed out of ${server}.\n`);
    });

/** A token that the user brought goes on living; somebody else made it. */
async function revoke(context: CliContext, server: string, signIn: SignIn): Promise<void> {
  if (signIn.tokenId === null) return;
  try {
    const path = `/tokens/${encodeURIComponent(signIn.tokenId)}`;
    await createServerClient({ server, ...signIn }).tell({ method: "DELETE", path });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.stderr.write(
      `warning: the token was forgotten here but not revoked there (${printable(reason)}); see Settings, Tokens\n`,
    );
  }
}
