/** `plimsoll whoami`: who is signed in where, and with which roles. */
import { Command } from "commander";
import { sessionView } from "../../api/rest/session.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import { openServer } from "../server/client.ts";

export const whoami: CommandMaker = (context) =>
  new Command("whoami")
    .description("Show the server, the account and its organisations.")
    .addHelpText("after", "\nExamples:\n  plimsoll whoami")
    .action(async () => {
      const client = await openServer(context);
      const { account, organisations } = await client.ask({ path: "/session" }, sessionView);
      const rows = [
        `server        ${client.server}`,
        `account       ${printable(account.name)}${account.isAdministrator ? ", administrator" : ""}`,
        ...organisations.map(({ name, role }) => `organisation  ${name} (${role})`),
      ];
      context.stdout.write(`${rows.join("\n")}\n`);
    });
