/** `plimsoll whoami`: who is signed in where, and with which roles. */
import { Command, Option } from "commander";
import type { WhoamiReport } from "../../api/command-reports.ts";
import { sessionView } from "../../api/rest/session.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import { openServer } from "../server/client.ts";

export const whoami: CommandMaker = (context) =>
  new Command("whoami")
    .description("Show the server, the account and its organisations.")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", "\nExamples:\n  plimsoll whoami\n  plimsoll whoami --format json")
    .action(async ({ format }: { format: string }) => {
      const client = await openServer(context);
      const { account, organisations } = await client.ask({ path: "/session" }, sessionView);
      if (format === "json") {
        const report: WhoamiReport = {
          schema: "urn:plimsoll:report:whoami:1",
          server: client.server,
          account: { name: account.name, isAdministrator: account.isAdministrator },
          organisations: organisations.map(({ name, role }) => ({ name, role })),
        };
        context.stdout.write(jsonText(report));
        return;
      }
      const rows = [
        `server        ${client.server}`,
        `account       ${printable(account.name)}${account.isAdministrator ? ", administrator" : ""}`,
        ...organisations.map(({ name, role }) => `organisation  ${name} (${role})`),
      ];
      context.stdout.write(`${rows.join("\n")}\n`);
    });
