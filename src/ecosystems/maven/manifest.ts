/**
 * The main section of a jar's manifest (https://docs.oracle.com/en/java/javase/17/docs/specs/jar/jar.html#jar-manifest), and
 * `pom.properties`, which Maven puts beside it.
 */
import { Buffer } from "node:buffer";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

/** Values by lower-case attribute name. */
export type Manifest = ReadonlyMap<string, string>;

/** Lines are cut at 72 bytes, within characters too: they are joined before the text is decoded. */
export function readManifest(bytes: Uint8Array): Manifest {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, manifestBytesMax));
  const text = raw.toString("latin1").replace(/\r\n?/g, "\n").replace(/^\n+/, "").replaceAll("\n ", "");
  const end = text.indexOf("\n\n");
  const manifest = new Map<string, string>();
  for (const line of (end === -1 ? text : text.slice(0, end)).split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name === "" || name.length > 70 || manifest.has(name)) continue;
    manifest.set(
      name,
      Buffer.from(line.slice(colon + 1), "latin1")
        .toString("utf8")
        .trim(),
    );
  }
  return manifest;
}

const manifestBytesMax = 1024 ** 2;

/** Group, artifact and version, as Maven names a module. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** What a `pom.properties` file says; null for each part that is missing or no token. */
export interface PomProperties {
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
}

/** Java properties: `key=value`, `key: value` or `key value`, comments behind `#` and `!`. The last of equal keys counts. */
export function readPomProperties(text: string): PomProperties {
  const values = new Map<string, string>();
  for (const line of text.slice(0, propertiesLengthMax).split(/[\r\n]+/)) {
    const trimmed = line.trim();
    if (trimmed.startsWith("#") || trimmed.startsWith("!")) continue;
    const at = trimmed.search(/[=:\s]/);
    if (at > 0)
      values.set(
        trimmed.slice(0, at),
        trimmed
          .slice(at)
          .replace(/^\s*[=:]?/, "")
          .trim(),
      );
  }
  return {
    group: namePart(values.get("groupId")),
    artifact: namePart(values.get("artifactId")),
    version: versionPart(values.get("version")),
  };
}

const propertiesLengthMax = 64 * 1024;

/** The text as group or artifact, or null: `${…}` that nobody replaced names nothing. */
export function namePart(text: string | null | undefined): string | null {
  return isToken(text, nameLengthMax) && NAME.test(text) ? text : null;
}

const NAME = /^[\w.~+-]+$/;

/** The text as version, or null when it is none or names a property. */
export function versionPart(text: string | null | undefined): string | null {
  return isToken(text, versionLengthMax) && !text.includes("${") && !/[@/\\]/.test(text) ? text : null;
}
