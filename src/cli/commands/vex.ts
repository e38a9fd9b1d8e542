/** `plimsoll vex`: statements about vulnerabilities: why they apply or not, and documents of them read, written and put together. */
import { Command, Option } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions } from "../options/database.ts";
import { addImageOptions, collectInsecure, IMAGE_ARGUMENT } from "../options/image.ts";
import { addOutputOptions, collectList } from "../options/output.ts";
import { addSeverityOption } from "../options/severity.ts";
import { addTrustOptions } from "../options/trust.ts";
import { addVexOptions } from "../options/vex.ts";
import { addCreateOptions, runCreate, type CreateOptions } from "../vex/create.ts";
import { runDoctor, type DoctorOptions } from "../vex/doctor.ts";
import { addDocumentOptions, type DocumentOptions } from "../vex/document-options.ts";
import { runExport, type ExportOptions } from "../vex/export.ts";
import { runGet, type GetOptions } from "../vex/get.ts";
import { runMerge } from "../vex/merge.ts";
import { addRepoCommands } from "../vex/repo.ts";

export const vex: CommandMaker = (context, finish) => {
  const command = new Command("vex")
    .description("Explain, get, create, merge and export VEX statements.")
    .addHelpText("after", EXAMPLES);

  const doctor = command
    .command("doctor")
    .description("Say of each statement whether it applies to the image, and to what, or why not.")
    .argument("<image>", IMAGE_ARGUMENT)
    .option("--all", "show also statements about vulnerabilities that were not found");
  addOutputOptions(doctor, ["table", "json", "markdown", "html"], "table", { template: true });
  addVexOptions(doctor);
  addSeverityOption(doctor);
  addDatabaseOptions(doctor);
  addImageOptions(doctor).action((image: string, options: DoctorOptions) =>
    runDoctor(context, image, options),
  );

  const get = command
    .command("get")
    .description("Put all VEX attestations of an image together into one document.")
    .argument("<image>", IMAGE_ARGUMENT)
    .option("--verify", "only statements that a trusted signer signed")
    .option("--skip-tlog", "taken for other tools' sake: no transparency log is asked");
  addDocumentOptions(get);
  addTrustOptions(get);
  addPlaceOptions(get).action((image: string, options: GetOptions) => runGet(context, image, options));

  addCreateOptions(
    command.command("create").description("Write a statement as a document, or add it to one with --append."),
  ).action((options: CreateOptions) => runCreate(context, options));

  addDocumentOptions(
    command
      .command("merge")
      .description("Put documents of any format together into one; all statements stay.")
      .argument("<files...>", "VEX documents: OpenVEX, CSAF, CycloneDX"),
  ).action((files: readonly string[], options: DocumentOptions) => runMerge(context, files, options));

  const exporting = command
    .command("export")
    .description("State what is decided about an image's findings, or the exceptions of the project file.")
    .argument("[image]", `${IMAGE_ARGUMENT}; none: the exceptions of the project file`)
    .option("--all", "also findings that nothing is decided of, as affected")
    .addOption(
      new Option(
        "--repository <names>",
        "repositories that exceptions about every image are written for; repeatable",
      ).argParser(collectList),
    );
  addDocumentOptions(exporting);
  addVexOptions(exporting);
  addSeverityOption(exporting);
  addDatabaseOptions(exporting);
  addImageOptions(exporting).action((image: string | undefined, options: ExportOptions) =>
    runExport(context, image, options),
  );
  const repo = command.command("repo").description("Name, fetch, list and forget VEX repositories.");
  addRepoCommands(repo, context, finish);
  return command;
};

/** Of `addImageOptions` those that matter where no layer is read; --verify is about signatures here. */
function addPlaceOptions(command: Command): Command {
  return command
    .option("--platform <platform>", "platform to choose from an index, e.g. linux/arm64")
    .option("--ref <reference>", "which image of an archive or layout that holds several")
    .option("--referrer-repository <repository>", "repository that holds further referrers of the image")
    .addOption(
      new Option(
        "--insecure-registry <host>",
        "registry that may be spoken to without TLS (loopback always may); repeatable",
      ).argParser(collectInsecure),
    )
    .option("--debug", "print stack traces to standard error");
}

const EXAMPLES = `
Examples:
  plimsoll vex doctor --vex-location vex/ registry.example.com/team/app:1.2
  plimsoll vex get -o app.openvex.json registry.example.com/team/app:1.2
  plimsoll vex create --vulnerability CVE-2026-1 --product pkg:npm/qs@6.5.2 --status not_affected \\
    --justification vulnerable_code_not_in_execute_path --author "Example Ltd <security@example.com>" -o app.openvex.json
  plimsoll vex create --append app.openvex.json --vulnerability CVE-2026-2 --product pkg:npm/qs@6.5.2 --status under_investigation
  plimsoll vex repo add hub https://github.com/aquasecurity/vexhub
  plimsoll vex merge --format csaf --author "Example Ltd <security@example.com>" a.openvex.json b.csaf.json
  plimsoll vex export --author "Example Ltd <security@example.com>" --format cyclonedx registry.example.com/team/app:1.2

Exit codes: 0 done; 1 operational error, or there is no statement to write.`;
