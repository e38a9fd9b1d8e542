/**
 * The licences of the packages that the bundle holds: whoever passes their code on must pass these on too.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * One text of all licences, by package name. `inputs` are the source files of the bundle that `holder` names.
 * @throws Error for a package without one
 */
export function noticesOf(
  root: string,
  inputs: readonly string[],
  holder: string = "Plimsoll's command line",
): string {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  return `${holder} holds code or data of the packages below.\n\n${notices.join("\n")}`;
}

function noticeOf(folder: string): string {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as PackageFacts;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0 && !dataLicences.includes(license))
    throw new Error(`${name} comes without the text of its licence`);
  const by = typeof author === "string" ? author : (author?.name ?? "its authors");
  return `${RULE}\n${name} ${version} (${license}), by ${by}\n${RULE}\n${texts.join("\n\n")}\n`;
}

interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

/** Lists of identifiers come without a file; their licences ask for the name at most. */
const dataLicences: readonly string[] = ["CC0-1.0", "CC-BY-3.0"];

const RULE = "-".repeat(80);
