/** Which organisation of the server is meant. */
import type { Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { CliContext } from "../context.ts";

export interface OrganisationOptions {
  readonly org?: string;
}

/** Adds --org. */
export function addOrganisationOption(command: Command): Command {
  return command.option("--org <organisation>", "organisation on the server; default: PLIMSOLL_ORG");
}

/** @throws PlimsollError USAGE when none is named, or the name is not one */
export function requireOrganisation(context: CliContext, options: OrganisationOptions): string {
  const name = options.org ?? context.config.client.organisation;
  if (name === null) throw new PlimsollError("USAGE", "Name the organisation with --org or PLIMSOLL_ORG.");
  return checkOrganisation(name);
}

/** @throws PlimsollError USAGE */
export function checkOrganisation(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return name;
  throw new PlimsollError(
    "USAGE",
    `An organisation is named by lower case letters, digits and -, not "${name}".`,
  );
}
