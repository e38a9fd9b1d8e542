/** `plimsoll affected`: which images of an organisation hold a vulnerability, or a package whether anything is known against it or not. */
import { Command, InvalidArgumentError } from "commander";
import type { AffectedReport } from "../../api/command-reports.ts";
import { affectedView } from "../../api/rest/images.ts";
import { holdersView } from "../../api/rest/packages.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { formatOption } from "../options/output.ts";
import { openServer, type ServerClient } from "../server/client.ts";

interface Options extends OrganisationOptions {
  readonly package?: string;
  readonly environment?: string;
  readonly format: string;
}

export const affected: CommandMaker = (context) =>
  addOrganisationOption(new Command("affected"))
    .description("Which images of an organisation hold a vulnerability or a package.")
    .argument("[vulnerability]", "any of its ids, e.g. CVE-2021-44228")
    .option(
      "--package <pattern>",
      "packages by name or package URL, with stars and a version range, also when no advisory names them",
      notEmpty,
    )
    .option("--environment <name>", "with --package: only images that run there")
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (vulnerability: string | undefined, options: Options) => {
      const org = requireOrganisation(context, options);
      const question = readQuestion(vulnerability, options);
      const report = await ask(await openServer(context), org, question);
      context.stdout.write(options.format === "json" ? jsonText(report) : format(report));
    });

const EXAMPLES = `
Examples:
  plimsoll affected --org acme CVE-2021-44228
  plimsoll affected --org acme --package 'log4j-core@<2.17.1' --environment production`;

function notEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It is empty.");
  return value;
}

type Question =
  | { readonly kind: "vulnerability"; readonly id: string }
  | { readonly kind: "package"; readonly pattern: string; readonly environment: string | undefined };

/** @throws PlimsollError USAGE */
function readQuestion(id: string | undefined, options: Options): Question {
  const { package: pattern, environment } = options;
  if ((id === undefined) === (pattern === undefined))
    throw new PlimsollError("USAGE", "Name a vulnerability, or packages with --package: one of the two.");
  if (pattern !== undefined) return { kind: "package", pattern, environment };
  if (environment !== undefined) throw new PlimsollError("USAGE", "--environment goes with --package.");
  return { kind: "vulnerability", id: id ?? "" };
}

async function ask(client: ServerClient, org: string, question: Question): Promise<AffectedReport> {
  const schema = "urn:plimsoll:report:affected:1";
  const below = `/orgs/${encodeURIComponent(org)}`;
  if (question.kind === "package") {
    const { pattern, environment } = question;
    const path = `${below}/packages/holders`;
    const held = await client.ask({ path, query: { pattern, environment } }, holdersView);
    const images = held.images.map(({ imageId: _id, ...image }) => ({ ...image, suppressed: false }));
    return { schema, question: pattern, imageCount: held.imageCount, unknownCount: null, images };
  }
  const path = `${below}/vulnerabilities/${encodeURIComponent(question.id)}`;
  const { vulnerability, imageCount, unknownCount, images } = await client.ask({ path }, affectedView);
  return {
    schema,
    question: vulnerability,
    imageCount,
    unknownCount,
    images: images.map(({ imageId: _id, fixedVersion: _fixed, ...image }) => ({
      ...image,
      platform: null,
      environments: [],
      certain: true,
    })),
  };
}

function format({ question, imageCount, unknownCount, images }: AffectedReport): string {
  if (imageCount === 0) return `no image holds ${printable(question)}\n`;
  const lines = images.map(({ repository, tags, digest, environments, purls, suppressed, certain }) => {
    const name =
      repository === null ? digest : `${repository}${tags[0] === undefined ? `@${digest}` : `:${tags[0]}`}`;
    const notes = [
      environments.length === 0 ? null : `in ${environments.join(", ")}`,
      suppressed ? "suppressed" : null,
      certain ? null : "version unknown",
    ].filter((note) => note !== null);
    const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
    return printable(`${name}${note}  ${purls.join(" ")}`, LINE_LENGTH_MAX);
  });
  const more = imageCount > images.length ? `and ${imageCount - images.length} more\n` : "";
  const unknown =
    unknownCount === null || unknownCount === 0
      ? ""
      : `unknown: ${unknownCount} images were not compared with a vulnerability database\n`;
  return `${imageCount} ${imageCount === 1 ? "image holds" : "images hold"} ${printable(question)}\n${lines.join("\n")}\n${more}${unknown}`;
}

const LINE_LENGTH_MAX = 1000;
