/** docs/reference/cli.md from the help texts of the command line, so that the page and --help cannot differ. */
import type { Command } from "commander";
import { fileSettings } from "../../src/config/file-settings.ts";
import { settings } from "../../src/config/settings.ts";
import { makeProgram } from "../../src/cli/main.ts";
import { verbs } from "../../src/cli/verbs.ts";
import { silentContext } from "../../test/helpers/silent-context.ts";
import { gateStates } from "./gate-states.ts";

/** Every verb with its options, for nobody. */
export function referenceProgram(): Promise<Command> {
  return makeProgram(silentContext, verbs, () => {});
}

/** The page as Markdown. */
export async function cliReference(): Promise<string> {
  const program = await referenceProgram();
  const sections = program.commands.flatMap((command) => sectionsOf(command as Command, "plimsoll"));
  const rows = settings.map((row) => `| \`${row.variable}\` | ${row.fallback} | ${row.meaning} |`);
  return `# Command line

<!-- Made from the help texts by npm run docs. Do not edit. -->

From a checkout, \`npm start -- <verb> <args>\` or \`npm run -s plimsoll -- <verb> <args>\` stands for \`plimsoll <verb> <args>\`.
Standard output carries only the result; progress, hints and errors go to standard error.

## References

| prefix | meaning |
|---|---|
| \`image://\` (default) | an image of a local engine or of containerd, else of its registry: \`alpine:3.22\`, \`registry.example.com/team/app@sha256:…\` |
| \`local://\` | a Docker or Podman engine only; also an image id or its beginning |
| \`containerd://\` | containerd's store only; also with a name space: \`containerd://k8s.io/app:1\` |
| \`registry://\` | the registry only |
| \`oci-dir://\` | a folder in the OCI image layout; \`--ref\` chooses one of several images |
| \`archive://\` | a tar made by \`docker save\`, or an OCI layout in a tar; gzip too; \`--ref\` chooses |
| \`fs://\` | a folder: a root file system (installed packages) or a source tree (lock files) |
| \`sbom://\` | an SBOM: CycloneDX, SPDX, Syft or Plimsoll JSON, also in an in-toto statement; empty path or \`-\`: standard input |

## States and exit codes

${gateStates()}

## Settings

| variable | default | meaning |
|---|---|---|
${rows.join("\n")}

## Settings files

An option wins over the environment, that over the project file (\`.plimsoll.yaml\`, found in the working folder or above it up to the
root of the repository), that over the user's file (\`~/.config/plimsoll/config.yaml\`), that over the default. \`--config FILE\`, with any
command, names another project file; \`--no-config\` leaves both out. [Configuration](../guide/configuration.md) shows what else stands in them.

| key | in a project file | stands for | meaning |
|---|---|---|---|
${fileRows().join("\n")}

${sections.join("\n\n")}
`;
}

function fileRows(): string[] {
  return fileSettings.map(({ key, target, meaning, inProject }) => {
    const name =
      target.kind === "variable"
        ? target.variable
        : `--${target.option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return `| \`${key}\` | ${inProject ? "yes" : "no"} | \`${name}\` | ${meaning} |`;
  });
}

function sectionsOf(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const help = capture(command).trimEnd();
  const own = `## \`${name}\`\n\n\`\`\`text\n${help}\n\`\`\``;
  return [own, ...command.commands.flatMap((child) => sectionsOf(child as Command, name))];
}

/** The help as printed, examples included. */
function capture(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text;
}
