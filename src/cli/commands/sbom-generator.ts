/**
 * `plimsoll sbom-generator`: the SBOM generator that BuildKit runs for `--attest type=sbom,generator=IMAGE`. It is told by the
 * environment which root file systems to look at and where to write, and has neither network nor arguments
 * (https://github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md).
 *
 * Each file holds an in-toto statement without subject, which BuildKit fills in; the document has the name of its file system,
 * `sbom` or `sbom-<stage>`, by which `--multi-stage` knows stages again.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Command } from "commander";
import { takeInventory } from "../../analysis/inventory.ts";
import { startStopwatch } from "../../analysis/stopwatch.ts";
import { PlimsollError } from "../../domain/error.ts";
import { defaultUnpackLimits } from "../../domain/files.ts";
import { isIncomplete, printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { writeSbom } from "../../sbom/documents.ts";
import { makeOpenStatement } from "../../sbom/statement.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { open } from "../run-analysis.ts";

export const sbomGenerator: CommandMaker = (context) =>
  new Command("sbom-generator")
    .description(
      "Write SBOMs of a build's file systems, as BuildKit's --attest type=sbom,generator= asks for them.",
    )
    .addHelpText("after", HELP)
    .action(async () => {
      const destination = await folderFrom(context, "BUILDKIT_SCAN_DESTINATION");
      const source = await folderFrom(context, "BUILDKIT_SCAN_SOURCE");
      if (destination === null || source === null) {
        const missing = destination === null ? "BUILDKIT_SCAN_DESTINATION" : "BUILDKIT_SCAN_SOURCE";
        throw new PlimsollError("CONFIG_INVALID", `${missing} does not name a folder; BuildKit sets it.`);
      }
      for (const target of [source, ...(await extraTargets(context))]) {
        await scan(context, target, destination);
      }
    });

/** The folder that a variable names; null when it is not set, empty, or names none. */
async function folderFrom(context: CliContext, variable: string): Promise<string | null> {
  const value = context.env[variable] ?? "";
  if (value === "") return null;
  const path = resolve(context.cwd, value);
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true ? path : null;
}

/** Further file systems, one a folder, by name. Leaving them out is no error, as the protocol demands. */
async function extraTargets(context: CliContext): Promise<readonly string[]> {
  const folder = await folderFrom(context, "BUILDKIT_SCAN_SOURCE_EXTRAS");
  if (folder === null) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}

/** The build context is a source tree; everything else is what is installed, also where no distribution is. */
const CONTEXT_NAME = "sbom-context";

async function scan(context: CliContext, path: string, destination: string): Promise<void> {
  const name = basename(path);
  const opened = await open(context, { reference: `fs://${path}`, platform: null, options: {} });
  try {
    const { image, sbom } = await takeInventory(
      { ...opened, isRootFileSystem: name !== CONTEXT_NAME },
      {
        cache: null,
        limits: defaultUnpackLimits,
        verify: false,
        monotonicMs: context.monotonicMs,
        signal: null,
      },
      startStopwatch(context.monotonicMs),
    );
    const subject = { image: { ...image, reference: name }, sbom, toolVersion: context.version };
    const statement = makeOpenStatement("https://spdx.dev/Document", writeSbom("spdx", subject));
    await writeFileAtomic(join(destination, `${name}.spdx.json`), Buffer.from(statement));
    context.stderr.write(`${printable(name)}: ${sbom.packages.length} packages\n`);
    for (const problem of sbom.problems.filter(isIncomplete).slice(0, 10)) {
      context.stderr.write(`${printable(name)}: incomplete: ${problem.code}: ${problem.message}\n`);
    }
  } finally {
    await opened.close();
  }
}

const HELP = `
BuildKit sets:
  BUILDKIT_SCAN_DESTINATION    folder to write <name>.spdx.json into
  BUILDKIT_SCAN_SOURCE         root file system of the result
  BUILDKIT_SCAN_SOURCE_EXTRAS  folder of further root file systems; may be absent

Examples:
  docker buildx build --attest type=sbom,generator=registry.example.com/plimsoll .`;
