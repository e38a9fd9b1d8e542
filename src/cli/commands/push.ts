/** `plimsoll push`: tells a server of an image in a registry, which it then analyses. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { PushReport } from "../../api/push-reports.ts";
import type { UploadView } from "../../api/rest/uploads.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { createRegistryClient } from "../../oci/client.ts";
import { openImage } from "../../image/open.ts";
import { parseReference } from "../../oci/reference.ts";
import { countText } from "../../reports/shared/words.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addImageOptions, type ImageOptions } from "../options/image.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";
import { lookInto, sendImage, type PushedImage } from "../push/send-image.ts";
import { sendSbom } from "../push/send-sbom.ts";
import { registryOptions } from "../registry-options.ts";
import { openServer } from "../server/client.ts";

interface Options extends ImageOptions, OutputOptions, OrganisationOptions {
  readonly author?: string;
  readonly timestamp?: string;
  readonly dryRun?: true;
  readonly sbom?: true;
  readonly secrets?: true;
  readonly project?: string;
  readonly projectVersion?: string;
  readonly wait: number;
}

export const push: CommandMaker = (context) => {
  const command = new Command("push")
    .description("Have the server analyse an image of a registry now, or an SBOM.")
    .argument("<image>", "image in a registry: registry.example.com/acme/my-app:1.2; or sbom://FILE")
    .option("--author <name>", "who pushed it, for the history of the tag; default: who is signed in")
    .addOption(
      new Option("--timestamp <time>", "when it was pushed, RFC 3339; default: now").argParser(readTime),
    )
    .option("--dry-run", "send nothing; tell what would be sent")
    .option("--sbom", "also read its packages here, and tell what the server is going to find")
    .option("--secrets", "also search it for secrets here")
    .option("--project <name>", "with sbom://: what it is the SBOM of")
    .option("--project-version <version>", "with sbom://: the version of it; default: none")
    .addOption(
      new Option("--wait <seconds>", "with sbom://: how long to wait until the server has read it; 0: not")
        .argParser(readSeconds)
        .default(60),
    )
    .addHelpText("after", EXAMPLES);
  addOrganisationOption(command);
  addOutputOptions(command, ["table", "json"], "table");
  addImageOptions(command);
  return command.action(async (typed: string, options: Options) => {
    if (typed.startsWith("sbom://")) return pushSbom(context, typed, options);
    const isDry = options.dryRun === true;
    const organisation =
      isDry && options.org === undefined
        ? context.config.client.organisation
        : requireOrganisation(context, options);
    const image = await findPushed(context, typed, options);
    const reference = `registry://${image.repository}@${image.digest}`;
    const wanted = { sbom: options.sbom === true, secrets: options.secrets === true };
    const seen = await lookInto(context, reference, options, wanted);
    const facts = { author: options.author ?? null, timestamp: options.timestamp ?? null };
    const queued =
      isDry || organisation === null
        ? null
        : await sendImage(await openServer(context), organisation, image, facts);
    const schema = "urn:plimsoll:report:push:1";
    const report: PushReport = { schema, ...image, organisation, ...facts, dryRun: isDry, queued, ...seen };
    await writeResult(context, options, options.format === "json" ? jsonText(report) : asText(report));
  });
};

/** @throws PlimsollError USAGE without a project, or for what is about images */
async function pushSbom(context: CliContext, typed: string, options: Options): Promise<void> {
  const { project, projectVersion = "", wait } = options;
  const given = Object.entries({ ...options }).filter(([, value]) => value !== undefined);
  const misfit = given.find(([name]) => ["dryRun", "sbom", "secrets", "author", "timestamp"].includes(name));
  if (misfit !== undefined)
    throw new PlimsollError("USAGE", `--${misfit[0].replace("dryRun", "dry-run")} is for images.`);
  if (project === undefined)
    throw new PlimsollError("USAGE", "Name what it is the SBOM of: --project my-app.");
  const organisation = requireOrganisation(context, options);
  const opened = await openImage(typed, {
    platform: null,
    ref: null,
    insecureRegistries: [],
    signal: null,
    stdin: context.stdin,
  });
  const document = opened.document ?? new Uint8Array();
  const client = await openServer(context);
  const sent = { organisation, project, version: projectVersion, document, waitSeconds: wait };
  const view = await sendSbom(client, sent);
  const schema = "urn:plimsoll:report:push-sbom:1";
  const text = options.format === "json" ? jsonText({ schema, organisation, ...view }) : sbomText(view);
  await writeResult(context, options, text);
}

function sbomText({ project, version, format, outcome, repository, tag, id }: UploadView): string {
  const name = printable(`${project ?? ""} ${version ?? ""}`.trim());
  const place = printable(`${repository ?? ""}:${tag ?? ""}`);
  if (outcome === null) return `${name} was sent; its upload is ${id}\n`;
  const what =
    outcome === "known"
      ? "is known as an image of a registry, and what was read of that counts"
      : `was read as ${printable(format ?? "")}`;
  return `${name} ${what}: ${place}\n`;
}

function readSeconds(word: string): number {
  if (/^\d{1,4}$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It takes whole seconds, up to 9999.");
}

/** The digest that the registry has under this name now. @throws PlimsollError USAGE for an image that is in no registry */
async function findPushed(context: CliContext, typed: string, options: ImageOptions): Promise<PushedImage> {
  const name = typed.replace(/^(?:registry|image):\/\//, "");
  if (name.includes("://")) {
    throw new PlimsollError(
      "USAGE",
      "The server reads images from registries: push it there, and name it so.",
    );
  }
  const { registry, path, tag, digest } = parseReference(name);
  const client = createRegistryClient(registryOptions(context, options, registry));
  const repository = { registry, path };
  const found =
    digest === null
      ? await client.fetchDigest(repository, tag ?? "latest")
      : (await client.fetchManifest(repository, digest)).digest;
  return {
    repository: `${registry}/${path}`,
    tag: digest === null ? (tag ?? "latest") : null,
    digest: found,
  };
}

function asText({ repository, digest, organisation, dryRun, queued, sbom, secrets }: PushReport): string {
  const target = organisation === null ? "the organisation" : organisation;
  const what = dryRun
    ? `would be sent to ${target}`
    : queued === true
      ? `sent to ${target}, which analyses it now`
      : `known to ${target}, which is about to analyse it`;
  const isWhole = (state: string): string => (state === "complete" ? "" : ", INCOMPLETE");
  return [
    `${printable(`${repository}@${digest}`)} ${what}\n`,
    ...(sbom === null
      ? []
      : [
          `  ${countText(sbom.packageCount, "package")}${isWhole(sbom.completeness)}, ${printable(sbom.distro ?? "no distribution")}\n`,
        ]),
    ...(secrets === null
      ? []
      : [`  ${countText(secrets.count, "secret")}${isWhole(secrets.completeness)}\n`]),
  ].join("");
}

function readTime(word: string): string {
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(word);
  if (isTime && !Number.isNaN(Date.parse(word))) return word;
  throw new InvalidArgumentError("It takes a time such as 2026-11-22T12:00:00Z.");
}

const EXAMPLES = `
Examples:
  plimsoll push --org acme registry.example.com/acme/my-app:1.2
  plimsoll push --dry-run --sbom --secrets registry.example.com/acme/my-app:1.2
  plimsoll push --org acme --project my-app --project-version 1.2 sbom://bom.json
  plimsoll push --org acme --author ci --timestamp 2026-11-22T12:00:00Z registry.example.com/acme/my-app:1.2

The server's workers read the image from the registry themselves: its repository has to be enabled there (plimsoll repo enable).`;
