/**
 * Documents of YAML from source trees: read once, with a ceiling on size and aliases, and a complaint instead of an exception.
 */
import { parse } from "yaml";
import type { WantedFile } from "../../domain/files.ts";
import type { FileProblems } from "./problems.ts";
import { decodeText } from "./text.ts";

/** The value; undefined, and a complaint, when it is too large or not YAML. */
export function readYaml(file: WantedFile, problems: FileProblems, bytesMax = yamlBytesMax): unknown {
  if (file.bytes.length > bytesMax) {
    problems.add("PARSE_FAILED", `the file is larger than ${bytesMax} bytes`);
    return undefined;
  }
  try {
    // Looking for keys that are there twice takes time that grows with the square of their number.
    return parse(decodeText(file.bytes), { maxAliasCount: 100, logLevel: "error", uniqueKeys: false }) ?? null;
  } catch {
    problems.add("PARSE_FAILED", "the file is not valid YAML");
    return undefined;
  }
}

const yamlBytesMax = 8 * 1024 * 1024;
