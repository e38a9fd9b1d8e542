/**
 * Reference pages made from code: errors, problems, command line, settings, policies, facts, ecosystems, feeds, registries, the API, schemas of JSON reports. Without
 * arguments it compares them with what is on disk and fails when a page is out of date; `--write` writes them. Pages that people write
 * about what there is (parity, complaints) are held against the command line and the tests.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { settings } from "../src/config/settings.ts";
import { cliReference, referenceProgram } from "./docs/cli-reference.ts";
import { ecosystemsReference } from "./docs/ecosystems-reference.ts";
import { feedsReference } from "./docs/feeds-reference.ts";
import { hygieneReference } from "./docs/hygiene-reference.ts";
import { errorsReference } from "./docs/errors-reference.ts";
import { openApiFile } from "./docs/openapi.ts";
import { factsReference } from "./docs/facts-reference.ts";
import { complaintsTable, parityTable, tableProblems, type Known } from "./docs/parity.ts";
import { registriesReference } from "./docs/registries-reference.ts";
import { policiesReference } from "./docs/policies-reference.ts";
import { schemaFiles } from "./docs/schemas.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "docs/reference");

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const pages = new Map<string, string>([
  ["errors.md", errorsReference()],
  ["cli.md", await cliReference()],
  ["policies.md", policiesReference()],
  ["facts.md", await formatted(factsReference())],
  ["hygiene.md", hygieneReference()],
  ["ecosystems.md", await formatted(ecosystemsReference())],
  ["feeds.md", await formatted(feedsReference())],
  ["registries.md", await formatted(registriesReference())],
  ["openapi.json", openApiFile(version)],
  ...schemaFiles().map(([name, text]) => [`schemas/${name}`, text] as const),
]);

const stale = [...pages]
  .filter(([name, text]) => readIfThere(join(folder, name)) !== text)
  .map(([name]) => name);
const schemasOnDisk = existsSync(join(folder, "schemas")) ? readdirSync(join(folder, "schemas")) : [];
const orphans = schemasOnDisk.map((name) => `schemas/${name}`).filter((name) => !pages.has(name));

if (process.argv.includes("--write")) {
  for (const name of stale) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), pages.get(name) ?? "");
    process.stdout.write(`wrote docs/reference/${name}\n`);
  }
  for (const name of orphans) rmSync(join(folder, name));
} else {
  for (const name of stale) process.stdout.write(`out of date: docs/reference/${name}\n`);
  for (const name of orphans) process.stdout.write(`made by nothing: docs/reference/${name}\n`);
  if (stale.length + orphans.length > 0) process.stdout.write("run: npm run docs\n");
  const problems = await writtenPages();
  for (const problem of problems) process.stdout.write(`docs/reference/${problem}\n`);
  process.exitCode = stale.length + orphans.length + problems.length > 0 ? 1 : 0;
}

/** What is wrong in pages that people write and that name commands and tests. */
async function writtenPages(): Promise<readonly string[]> {
  const known: Known = {
    program: await referenceProgram(),
    settings: settings.map(({ variable }) => variable),
    sourceOf: (path) => readIfThere(join(root, path)),
  };
  return [parityTable, complaintsTable].flatMap((table) =>
    tableProblems(readIfThere(join(folder, table.name)) ?? "", table, known),
  );
}

/** Tables as the formatter of the project writes them. */
async function formatted(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(join(folder, "x.md"))), parser: "markdown" });
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
