/** Changing one key of the user's file, its comments kept. */
import { parse, parseDocument } from "yaml";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { fileSettings, type FileSetting } from "./file-settings.ts";
import { checkUserSettings } from "./project-file.ts";

/** Names that users of Scout know. */
const ALIASES: Readonly<Record<string, string>> = { organization: "organisation" };

/** @throws PlimsollError USAGE */
export function getFileSetting(key: string): FileSetting {
  const wanted = ALIASES[key] ?? key;
  const found = fileSettings.find((setting) => setting.key === wanted);
  if (found !== undefined) return found;
  const known = fileSettings.map((setting) => setting.key).join(", ");
  throw new PlimsollError("USAGE", `There is no key ${printable(key)}; there is ${known}.`);
}

/** The file's text with the key set to what the word says, or without it; `path` is told in errors. @throws PlimsollError CONFIG_INVALID */
export function changeUserFile(
  text: string,
  { key, schema }: FileSetting,
  word: string | null,
  path: string,
): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new PlimsollError("CONFIG_INVALID", `${printable(path)} is no YAML.`, {
      cause: document.errors[0],
    });
  }
  if (word === null) document.delete(key);
  else document.set(key, valueOf(schema, word));
  checkUserSettings(document.toJS() ?? {}, path);
  return String(document);
}

/** The first reading of the word that the key takes: as YAML, as text, as a list of words. */
function valueOf(schema: FileSetting["schema"], word: string): unknown {
  const list = word.split(",").map((part) => part.trim());
  const readings = [asYaml(word), word, list];
  return readings.find((value) => schema.safeParse(value).success) ?? word;
}

function asYaml(word: string): unknown {
  try {
    return parse(word);
  } catch {
    return word;
  }
}
