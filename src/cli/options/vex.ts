/** VEX documents of a run: where they lie and whose word counts. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import { authorMatcher } from "../../vex/authors.ts";
import { readVexDocument } from "../../vex/read.ts";
import type { VexReading } from "../../vex/types.ts";
import type { CliContext } from "../context.ts";
import { collectList } from "./output.ts";

export interface VexOptions {
  readonly vexLocation?: readonly string[];
  readonly vexAuthor?: readonly string[];
}

/** Adds --vex-location and --vex-author. */
export function addVexOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--vex-location <path>", "VEX document, or folder of them; repeatable").argParser(
        collectList,
      ),
    )
    .addOption(
      new Option(
        "--vex-author <pattern>",
        "accept only statements whose author matches; repeatable",
      ).argParser(collectList),
    );
}

export interface VexInput {
  readonly statements: readonly VexStatement[];
  readonly problems: readonly Problem[];
}

/** Reads every document named. @throws PlimsollError FILE_NOT_FOUND, VEX_INVALID */
export async function readVexLocations(context: CliContext, options: VexOptions): Promise<VexInput> {
  const statements: VexStatement[] = [];
  const problems: Problem[] = [];
  const passedOver: string[] = [];
  for (const location of options.vexLocation ?? []) {
    const files = await filesOf(resolve(context.cwd, location), location);
    for (const file of files) {
      const reading = await readOne(file);
      if (reading === null) {
        passedOver.push(file.name);
        continue;
      }
      for (const statement of reading.statements) statements.push(statement);
      problems.push(...reading.problems);
    }
  }
  if (passedOver.length > 0) {
    const first = printable(passedOver[0] ?? "");
    context.stderr.write(`passed over ${passedOver.length} files that are no VEX documents, e.g. ${first}\n`);
  }
  return { statements, problems };
}

/**
 * A folder may hold other JSON beside VEX documents, an index for example: such a file is passed over, and said so. A file
 * that the user named must be a VEX document.
 */
async function readOne(file: VexFile): Promise<VexReading | null> {
  try {
    return readVexDocument(await readFile(file.path), file.name);
  } catch (error) {
    const isOther = error instanceof PlimsollError && error.details["isRecognised"] === false;
    if (!file.isFromFolder || !isOther) throw error;
    return null;
  }
}

interface VexFile {
  readonly path: string;
  /** As the user would name it. */
  readonly name: string;
  readonly isFromFolder: boolean;
}

/** A test of authors from --vex-author, or null when every named document is trusted. @throws PlimsollError USAGE */
export function authorFilter(options: VexOptions): ((author: string) => boolean) | null {
  const patterns = options.vexAuthor ?? [];
  return patterns.length === 0 ? null : authorMatcher(patterns);
}

async function filesOf(path: string, shown: string): Promise<VexFile[]> {
  const facts = await stat(path).catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `There is no VEX document or folder at ${shown}.`, {
      cause: error,
    });
  });
  if (!facts.isDirectory()) return [{ path, name: shown, isFromFolder: false }];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .slice(0, DOCUMENTS_MAX)
    .map((name) => ({ path: join(path, name), name: join(shown, name), isFromFolder: true }));
}

const DOCUMENTS_MAX = 100_000;
