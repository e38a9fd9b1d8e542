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
  const stored = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  const texts = stored.length > 0 ? stored : licenceWithoutFile(folder, license);
  if (texts.length === 0 && !dataLicences.includes(license))
    throw new Error(`${name} comes without the text of its licence`);
  const by = typeof author === "string" ? author : (author?.name ?? "its authors");
  return `${RULE}\n${name} ${version} (${license}), by ${by}\n${RULE}\n${texts.join("\n\n")}\n`;
}

/** Some packages have the text in their readme only; some name the MIT or the Apache licence, which is ours, and leave its text out. */
function licenceWithoutFile(folder: string, license: string): string[] {
  const readme = readdirSync(folder).find((file) => /^readme\.md$/i.test(file));
  const text = readme === undefined ? "" : readFileSync(join(folder, readme), "utf8");
  const section = /^#+ *licen[cs]e\b.*$/im.exec(text);
  const licence = section === null ? "" : text.slice(section.index + section[0].length).trim();
  if (licence.includes("Permission is hereby granted")) return [licence];
  if (license === "Apache-2.0") return [readFileSync(join(import.meta.dirname, "../LICENSE"), "utf8").trim()];
  return license === "MIT" ? [MIT] : [];
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

const MIT = `The MIT License

Copyright (c) the authors named above

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
