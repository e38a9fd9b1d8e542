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
  const text = decodeText(file.bytes);
  if (nestingOf(text) > nestingMax) {
    problems.add("PARSE_FAILED", `the file is nested deeper than ${nestingMax} levels`);
    return undefined;
  }
  try {
    // Looking for keys that are there twice takes time that grows with the square of their number.
    return (
      parse(text.replace(manyEmptyLines, "\n\n"), {
        maxAliasCount: 100,
        logLevel: "error",
        uniqueKeys: false,
      }) ?? null
    );
  } catch {
    problems.add("PARSE_FAILED", "the file is not valid YAML");
    return undefined;
  }
}

const yamlBytesMax = 8 * 1024 * 1024;

/** The parser needs time that grows with the square of the nesting, and of the empty lines in a row. */
const nestingMax = 500;
const manyEmptyLines = /\n{200,}/g;

const [LINE_END, SPACE, DASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [
  0x0a, 0x20, 0x2d, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** At most how deep lists and maps stand in each other; brackets in texts count too, where they are not closed. */
function nestingOf(text: string): number {
  let open = 0;
  let indent = 0;
  let deepest = 0;
  let isIndent = true;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === LINE_END) [indent, isIndent] = [0, true];
    else if (isIndent && sign === DASH && text.charCodeAt(at + 1) === SPACE) indent += 1;
    else if (sign !== SPACE) isIndent = false;
    if (sign === OPEN_LIST || sign === OPEN_MAP) open += 1;
    else if ((sign === CLOSE_LIST || sign === CLOSE_MAP) && open > 0) open -= 1;
    if (open + indent > deepest) deepest = open + indent;
  }
  return deepest;
}
