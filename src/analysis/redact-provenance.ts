/**
 * Provenance without the values of secrets: it holds the arguments of the build, the environment and the commands of its steps, and
 * the Dockerfile in full (mode=max), all of which reports of the whole image and the server hand on.
 */
import { isSecretName, redactCommand, redactVariable } from "../secrets/configuration.ts";
import { sourceText } from "./buildkit-metadata.ts";

/** The predicate of a provenance, whatever it is. */
export function redactPredicate(predicate: unknown): unknown {
  return redactValue(predicate, "");
}

/** `key`: the member that holds the value, or the list that it stands in. Nesting was limited when it was read. */
function redactValue(value: unknown, key: string): unknown {
  if (typeof value === "string") return redactText(value, key);
  if (Array.isArray(value)) return value.map((entry: unknown) => redactValue(entry, key));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    name === "data" && Object.hasOwn(value, "filename")
      ? redactSource(value, member)
      : redactValue(member, name),
  ]);
  return Object.fromEntries(members);
}

function redactText(text: string, key: string): string {
  if (key === "env") return redactVariable(text);
  // Arguments are named `build-arg:NPM_TOKEN`, labels `label:…`.
  const name = key.slice(key.indexOf(":") + 1);
  return isSecretName(name) ? redactVariable(`${name}=${text}`).slice(name.length + 1) : redactCommand(text);
}

/** A file of the build, in base64. One that is too large to be read is left out. */
function redactSource(info: object, encoded: unknown): unknown {
  if (typeof encoded !== "string") return encoded;
  const text = sourceText(info);
  if (text === null) return "";
  const redacted = redactCommand(text);
  return redacted === text ? encoded : Buffer.from(redacted).toString("base64");
}
