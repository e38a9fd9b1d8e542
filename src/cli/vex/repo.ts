/** `plimsoll vex repo`: VEX repositories over the network: named, fetched, shown with their age, forgotten. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { VexRepositoriesReport } from "../../api/vex-report.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { ageText } from "../../reports/shared/words.ts";
import { isSafeAddress } from "../../io/http-hosts.ts";
import type { CliContext } from "../context.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";
import { readKept, type KeptState } from "./repositories/kept.ts";
import {
  isWebAddress,
  keptRepositories,
  listedRepositories,
  repositoryName,
  shownAddress,
  writeRepositories,
  type ListedRepository,
} from "./repositories/listed.ts";
import { ageHoursOf, contentText, isOld } from "./repositories/open.ts";
import { folderOf, sourceOf, updateRepository, type UpdateOutcome } from "./repositories/update.ts";

interface AddOptions extends OutputOptions {
  readonly mirror?: string;
}

interface UpdateOptions extends OutputOptions {
  readonly force?: true;
}

/** Adds the subcommands. `finish` gets 1 where a repository could not be fetched. */
export function addRepoCommands(
  command: Command,
  context: CliContext,
  finish: (exitCode: number) => void,
): void {
  addFormats(command.command("add"))
    .description("Name a VEX repository and fetch it; scans use it from then on.")
    .argument("<name>", "a name of your own, e.g. hub")
    .argument("<address>", "https://github.com/aquasecurity/vexhub, a site, a manifest, or an archive")
    .option(
      "--mirror <address>",
      "address below which vex-repository.json and the archive are fetched instead",
    )
    .action(async (name: string, address: string, options: AddOptions) =>
      runAdd(context, { name, address, mirror: options.mirror ?? null }, options),
    );
  addFormats(command.command("list"))
    .description("List VEX repositories, what they hold and how old it is.")
    .action(async (options: OutputOptions) => runList(context, options));
  addFormats(command.command("update"))
    .alias("download")
    .description("Fetch VEX repositories whose time has come.")
    .argument("[names...]", "only these")
    .option("--force", "ask all of them, and read them again")
    .action(async (names: readonly string[], options: UpdateOptions) =>
      finish(await runUpdate(context, names, options)),
    );
  addFormats(command.command("remove"))
    .description("Forget a VEX repository and what was fetched of it.")
    .argument("<name>")
    .action(async (name: string, options: OutputOptions) => runRemove(context, name, options));
}

function addFormats(command: Command): Command {
  return addOutputOptions(command, ["table", "json"], "table");
}

/** @throws PlimsollError USAGE, OUTPUT_FAILED; those of fetching it, and then it is not added */
async function runAdd(
  context: CliContext,
  { name, address, mirror }: Pick<ListedRepository, "name" | "address" | "mirror">,
  options: OutputOptions,
): Promise<void> {
  if (!repositoryName.test(name))
    throw new PlimsollError("USAGE", "A name has small letters, digits and hyphens, at most 41 of them.");
  if (listedRepositories(context).some((each) => each.name === name))
    throw new PlimsollError("USAGE", `There is a VEX repository ${name}: plimsoll vex repo remove ${name}`);
  for (const each of [address, ...(mirror === null ? [] : [mirror])]) checkAddress(each);
  const listed: ListedRepository = {
    name,
    address: isWebAddress(address) ? address : resolve(context.cwd, address),
    mirror,
    isOfSettings: false,
  };
  const { state } = await updateRepository(context, listed, { force: false, retriesMax: 3 }).catch(
    async (error: unknown) => {
      await rm(folderOf(context, listed), { recursive: true, force: true });
      throw error;
    },
  );
  await writeRepositories(context, [...keptRepositories(context), listed]);
  const text = `added ${name}: ${contentText(state)}\n`;
  await tell(context, options, { text, rows: [{ listed, state, outcome: "updated" }] });
}

/** Statements take findings out of counts, so nobody on the way may change them. */
function checkAddress(address: string): void {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return;
  const url = URL.parse(address);
  if (url !== null && isSafeAddress(url)) return;
  throw new PlimsollError("USAGE", `${printable(shownAddress(address))} is no address of https.`);
}

interface Row {
  readonly listed: ListedRepository;
  readonly state: KeptState | null;
  readonly outcome: UpdateOutcome | "failed" | null;
}

function rowOf(context: CliContext, listed: ListedRepository): Row {
  return { listed, state: readKept(folderOf(context, listed), sourceOf(listed)), outcome: null };
}

async function tell(
  context: CliContext,
  options: OutputOptions,
  { text, rows }: { readonly text: string; readonly rows: readonly Row[] },
): Promise<void> {
  await writeResult(context, options, options.format === "json" ? jsonText(toReport(context, rows)) : text);
}

function toReport(context: CliContext, rows: readonly Row[]): VexRepositoriesReport {
  const now = context.clock();
  return {
    schema: "urn:plimsoll:report:vex-repositories:1",
    tool: { name: "plimsoll", version: context.version },
    repositories: rows.map(({ listed, state, outcome }) => ({
      name: listed.name,
      title: state?.title ?? "",
      address: shownAddress(listed.address),
      mirror: listed.mirror === null ? null : shownAddress(listed.mirror),
      setBy: listed.isOfSettings ? "settings" : "list",
      checkedAt: state?.checkedAt ?? null,
      fetchedAt: state?.content?.fetchedAt ?? null,
      updatedAt: state?.content?.updatedAt ?? null,
      ageHours: ageHoursOf(state, now),
      old: state === null || isOld(state, now),
      packages: state?.content?.entries.length ?? 0,
      sizeBytes: state?.content?.sizeBytes ?? 0,
      failure: state?.failure ?? null,
      outcome,
    })),
  };
}

async function runList(context: CliContext, options: OutputOptions): Promise<void> {
  const rows = listedRepositories(context).map((listed) => rowOf(context, listed));
  const now = context.clock();
  if (rows.length === 0) context.stderr.write("There is none; plimsoll vex repo add NAME ADDRESS.\n");
  const lines = rows.flatMap(({ listed, state }) => {
    const hours = ageHoursOf(state, now);
    const age = hours === null ? "never looked at" : `looked at ${ageText(hours)} ago`;
    const old = state !== null && hours !== null && isOld(state, now) ? ": OLD" : "";
    const updated = state?.content?.updatedAt ?? null;
    const mirror = listed.mirror === null ? "" : ` by the mirror ${shownAddress(listed.mirror)}`;
    return [
      `${listed.name}  ${printable(shownAddress(listed.address))}${printable(mirror)}`,
      `  ${contentText(state ?? { content: null })}, ${age}${old}${updated === null ? "" : `, made ${printable(updated)}`}`,
      ...(state?.failure ? [`  FAILED at ${state.failure.at}: ${printable(state.failure.reason)}`] : []),
    ];
  });
  await tell(context, options, { text: lines.map((line) => `${line}\n`).join(""), rows });
}

const outcomeWords: Readonly<Record<UpdateOutcome, string>> = {
  updated: "fetched",
  unchanged: "nothing newer",
  current: "not asked: its time has not come, --force asks",
};

/** All of them are tried; 1 where one failed. @throws PlimsollError NOT_FOUND for a name that there is not */
async function runUpdate(
  context: CliContext,
  names: readonly string[],
  options: UpdateOptions,
): Promise<number> {
  const all = listedRepositories(context);
  const chosen = names.length === 0 ? all : names.map((name) => getListed(all, name));
  if (chosen.length === 0) context.stderr.write("There is none; plimsoll vex repo add NAME ADDRESS.\n");
  const rows: Row[] = [];
  const lines: string[] = [];
  for (const listed of chosen) {
    context.step?.(`asking ${shownAddress(listed.address)}`);
    try {
      const choice = { force: options.force === true, retriesMax: 3 };
      const { outcome, state } = await updateRepository(context, listed, choice);
      rows.push({ listed, state, outcome });
      lines.push(`${listed.name}: ${outcomeWords[outcome]}; ${contentText(state)}\n`);
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      rows.push({ ...rowOf(context, listed), outcome: "failed" });
      context.stderr.write(`error ${error.code}: ${listed.name}: ${printable(error.message, 1000)}\n`);
    }
  }
  await tell(context, options, { text: lines.join(""), rows });
  return rows.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

async function runRemove(context: CliContext, name: string, options: OutputOptions): Promise<void> {
  const listed = getListed(listedRepositories(context), name);
  if (listed.isOfSettings)
    throw new PlimsollError("USAGE", `${name} stands in PLIMSOLL_VEX_REPOSITORIES; take it out there.`);
  await writeRepositories(
    context,
    keptRepositories(context).filter((each) => each.name !== name),
  );
  await rm(folderOf(context, listed), { recursive: true, force: true });
  const rows = listedRepositories(context).map((each) => rowOf(context, each));
  await tell(context, options, { text: `removed ${name}\n`, rows });
}

function getListed(all: readonly ListedRepository[], name: string): ListedRepository {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new PlimsollError(
    "NOT_FOUND",
    `There is no VEX repository ${printable(name)}; plimsoll vex repo list shows them.`,
  );
}
