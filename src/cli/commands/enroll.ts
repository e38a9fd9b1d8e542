/** `plimsoll enroll`: creates an organisation on the server. */
import { Command } from "commander";
import type { OrganisationReport } from "../../api/command-reports.ts";
import { organisationView } from "../../api/rest/organisations.ts";
import { sessionView } from "../../api/rest/session.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { CommandMaker } from "../command-maker.ts";
import { checkOrganisation } from "../options/organisation.ts";
import { formatOption } from "../options/output.ts";
import { openServer, type ServerClient } from "../server/client.ts";

export const enroll: CommandMaker = (context) =>
  new Command("enroll")
    .description("Create an organisation on the server; its creator becomes its owner.")
    .argument("<organisation>", "lower case letters, digits and -")
    .addOption(formatOption())
    .addHelpText("after", "\nExamples:\n  plimsoll enroll acme")
    .action(async (word: string, { format }: { format: string }) => {
      const name = checkOrganisation(word);
      const client = await openServer(context);
      const known = await roleIn(client, name);
      if (known === null) {
        await client.ask({ method: "POST", path: "/orgs", body: { name } }, organisationView);
      }
      const schema = "urn:plimsoll:report:organisation:1";
      const report: OrganisationReport = { schema, name, created: known === null, role: known ?? "owner" };
      const text = report.created ? "was created." : `exists; you are its ${report.role}.`;
      context.stdout.write(format === "json" ? jsonText(report) : `The organisation ${name} ${text}\n`);
      context.stderr.write(`next: plimsoll registry add HOST --org ${name}\n`);
    });

/** The role that the account has there already; null: it is no member. */
async function roleIn(client: ServerClient, name: string): Promise<string | null> {
  try {
    const { organisations } = await client.ask({ path: "/session" }, sessionView);
    return organisations.find((row) => row.name === name)?.role ?? null;
  } catch (error) {
    // A token of an organisation has no account; the server says whether it may create another.
    if (error instanceof PlimsollError && error.code === "FORBIDDEN") return null;
    throw error;
  }
}
