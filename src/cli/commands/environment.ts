/** `plimsoll environment`: which image runs where. Kept on this machine for `compare --to-env`, or with --org on the server. */
import { Command } from "commander";
import { ENVIRONMENT } from "../../analysis/known-images.ts";
import { toKnownImage, toStoredInventory } from "../../analysis/known-image.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { OrganisationEnvironmentsReport } from "../../api/known-image-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { EnvironmentImage } from "../../domain/known-image.ts";
import { imagesOf } from "../baseline.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { keptImages } from "../known-images.ts";
import { knownImageLine, nameOf, toKnownImageView } from "../known-image-views.ts";
import { listServerEnvironments, recordOnServer, removeOnServer } from "../organisation/environments.ts";
import { checkOrganisation, type OrganisationOptions } from "../options/organisation.ts";
import { openServer } from "../server/client.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";
import { runAnalysis } from "../run-analysis.ts";

type Options = ImageOptions &
  OutputOptions &
  OrganisationOptions & { readonly keepOthers?: true; readonly remove?: true };

export const environment: CommandMaker = (context) => {
  const command = new Command("environment")
    .aliases(["env", "stream"])
    .description("List environments, list the images of one, or record an image into one.")
    .argument("[environment]", "name of an environment: production, staging")
    .argument("[image]", `records it: ${IMAGE_ARGUMENT}`)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json"], "table");
  command
    .option("--keep-others", "keep the images of the same repository and platform that it would replace")
    .option("--remove", "remove the image from the environment, or without an image the environment");
  addImageOptions(command);
  command.option(
    "--org <organisation>",
    "on the server, for everybody in the organisation, instead of on this machine",
  );
  return command.action(async (name: string | undefined, image: string | undefined, options: Options) => {
    if (name !== undefined && !ENVIRONMENT.test(name))
      throw new PlimsollError("USAGE", "An environment is named by up to 63 letters, digits and . _ -.");
    if (options.org !== undefined)
      return onServer(context, checkOrganisation(options.org), { name, image, options });
    if (name === undefined) {
      if (options.remove === true) throw new PlimsollError("USAGE", "--remove takes an environment.");
      await list(context, await keptImages(context).listEnvironments(), options);
    } else if (options.remove === true) await remove(context, name, image, options);
    else if (image === undefined) await list(context, await imagesOf(context, name), options);
    else await record(context, name, image, options);
  });
};

async function onServer(
  context: CliContext,
  org: string,
  {
    name,
    image,
    options,
  }: { readonly name: string | undefined; readonly image: string | undefined; readonly options: Options },
): Promise<void> {
  if (options.platform !== undefined)
    throw new PlimsollError("USAGE", "With --org an image is recorded with all its platforms.");
  const access = { client: await openServer(context), below: `/orgs/${org}` };
  if (name !== undefined && options.remove === true) {
    const removed = await removeOnServer(access, name, image ?? null);
    await writeResult(context, options, removed.map((each) => `removed ${printable(each)}\n`).join(""));
  } else if (name !== undefined && image !== undefined) {
    const keepOthers = options.keepOthers === true;
    const { digest, replaced } = await recordOnServer(access, { name, reference: image, keepOthers });
    context.stderr.write(`recorded ${image} (${digest}) in ${name}\n`);
    for (const each of replaced) context.stderr.write(`removed ${printable(each)}\n`);
  } else {
    if (options.remove === true) throw new PlimsollError("USAGE", "--remove takes an environment.");
    const environments = [...(await listServerEnvironments(access, name ?? null))];
    const schema = "urn:plimsoll:report:organisation-environments:1";
    const report: OrganisationEnvironmentsReport = { schema, environments };
    const text = options.format === "json" ? jsonText(report) : environments.map(serverText).join("");
    await writeResult(context, options, text);
  }
}

function serverText({
  name,
  imageCount,
  images,
}: OrganisationEnvironmentsReport["environments"][number]): string {
  const lines = (images ?? []).map(({ repository, tag, digest, platform, status, drifted }) => {
    const named = `${repository}${tag === null ? "" : `:${tag}`}`;
    const words = [
      named,
      digest,
      platform,
      status ?? "not judged yet",
      drifted === true ? "its tag has moved" : null,
    ];
    return printable(`  ${words.filter((word) => word !== null).join("  ")}`, LINE_LENGTH_MAX);
  });
  const head = `${name}  ${imageCount} ${imageCount === 1 ? "image" : "images"}`;
  return [head, ...lines].map((line) => `${line}\n`).join("");
}

const LINE_LENGTH_MAX = 1000;

async function list(
  context: CliContext,
  images: readonly EnvironmentImage[],
  options: Options,
): Promise<void> {
  const groups = [...Map.groupBy(images, (image) => image.environment)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const environments = groups.map(([name, of]) => ({
    name,
    images: of.toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1)),
  }));
  if (options.format === "json") {
    const view = {
      schema: "urn:plimsoll:report:environments:1",
      tool: { name: "plimsoll", version: context.version },
      environments: environments.map(({ name, images: of }) => ({ name, images: of.map(toKnownImageView) })),
    };
    await writeResult(context, options, jsonText(view));
    return;
  }
  if (environments.length === 0) context.stderr.write("No image was recorded into any environment yet.\n");
  const lines = environments.flatMap(({ name, images: of }) => [
    name,
    ...of.map((image) => `  ${knownImageLine(image)}`),
  ]);
  await writeResult(context, options, lines.map((line) => `${line}\n`).join(""));
}

/** The image is analysed, without the database: its packages are what later images are compared with. */
async function record(context: CliContext, name: string, reference: string, options: Options): Promise<void> {
  const analysis = await runAnalysis(context, {
    reference,
    platform: chosenPlatform(options),
    options,
    database: "none",
    policies: null,
    debugPolicies: false,
  });
  const known = toKnownImage(analysis, { now: context.clock(), by: "person" });
  if (known === null)
    throw new PlimsollError("USAGE", `${reference} is no image with a name, so it runs nowhere by it.`);
  const store = keptImages(context);
  const image = { ...known, environment: name };
  const before = (await store.listEnvironments()).filter(
    (other) =>
      other.environment === name &&
      other.repository === image.repository &&
      other.platform === image.platform &&
      (other.digest !== image.digest || other.tag !== image.tag),
  );
  await store.putInEnvironment(image, toStoredInventory(analysis));
  if (options.keepOthers !== true) await store.removeFromEnvironment(before);
  context.stderr.write(`recorded ${nameOf(image)} (${image.digest}) in ${name}\n`);
}

async function remove(
  context: CliContext,
  name: string,
  reference: string | undefined,
  options: Options,
): Promise<void> {
  const images = await imagesOf(context, name);
  const wanted =
    reference === undefined
      ? images
      : images.filter(
          (image) =>
            [nameOf(image), image.repository, image.digest].includes(reference) ||
            nameOf(image).endsWith(`/${reference}`),
        );
  if (wanted.length === 0)
    throw new PlimsollError("SOURCE_NOT_FOUND", `${reference ?? name} is not in the environment ${name}.`);
  await keptImages(context).removeFromEnvironment(wanted);
  await writeResult(context, options, wanted.map((image) => `removed ${knownImageLine(image)}\n`).join(""));
}

const EXAMPLES = `
Examples:
  plimsoll environment
  plimsoll environment production registry.example.com/team/app:1.2
  plimsoll environment production
  plimsoll environment --remove production
  plimsoll environment --org acme production registry.example.com/team/app:1.2
  plimsoll compare --to-env production registry.example.com/team/app:1.3`;
