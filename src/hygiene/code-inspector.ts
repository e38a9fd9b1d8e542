/**
 * Looks into programs, scripts and package manifests for code that is a problem by itself: packed or encrypted programs, web
 * shells, miners, the test virus, and scripts that run while a package is installed.
 *
 * The marks it looks for are put together when the program starts, so that no virus scanner takes this file for what it finds.
 */
import type { FileHead, FileView, Inspector, Json } from "../domain/files.ts";
import { recordOf } from "../domain/json-record.ts";
import { createKeywordSearch, type KeywordSearch } from "../domain/keyword-search.ts";
import { codeBytesEntropy, isElf, isPackedByUpx } from "./programs.ts";

export type CodeProblem =
  "packed" | "encrypted" | "web-shell" | "reverse-shell" | "miner" | "test-virus" | "install-script";

export const codeInspector: Inspector = Object.freeze({
  id: "code",
  version: 1,
  wants,
  inspect,
});

const BYTES_MAX = 24 * 1024 ** 2;
const SCRIPT =
  /\.(?:php\d?|phtml|phar|jsp|jspx|asp|aspx|ashx|cfm|sh|bash|py|pl|rb|cgi|lua|json|conf|cfg|ya?ml|html?|js)$/i;
/** Where tools for defence keep the same marks. */
const DEFENCE = /(?:^|\/)(?:clamav|yara|suricata|snort|rkhunter|maldet|modsecurity|owasp-crs)[^/]*\//i;

function wants({ path, sizeBytes, mode }: FileHead): boolean {
  if (sizeBytes < 20 || sizeBytes > BYTES_MAX) return false;
  if (path.endsWith("/package.json")) return PACKAGE_MANIFEST.test(path);
  if (path.includes("node_modules/") || path.startsWith("usr/share/doc/")) return false;
  if ((mode & 0o111) === 0 && !SCRIPT.test(path) && sizeBytes > EICAR_FILE_BYTES_MAX) return false;
  return !DEFENCE.test(path);
}

/** Of an installed package; packages bring others, in their tests. */
const PACKAGE_MANIFEST = /(?:^|\/)node_modules\/(?:@[^/]{1,200}\/)?[^/@]{1,200}\/package\.json$/;

/** What is said of a file: `{ problems: ["miner"], detail }`. */
function inspect({ path }: FileHead, view: FileView): Json | null {
  if (path.endsWith("/package.json")) return inspectManifest(view);
  const start = Buffer.from(view.read(0, 4096));
  const problems: CodeProblem[] = [];
  // By its definition it stands at the very start of a file of at most 128 bytes.
  if (view.sizeBytes <= EICAR_FILE_BYTES_MAX && start.indexOf(EICAR) === 0) problems.push("test-virus");
  if (isElf(start)) {
    if (isPackedByUpx(view)) problems.push("packed");
    else if (codeBytesEntropy(view) > ENCRYPTED_BITS_MIN) problems.push("encrypted");
  }
  problems.push(...findMarks(view));
  return problems.length === 0 ? null : { problems: [...new Set(problems)].sort() };
}

/** Bits a byte; compiled code has 5.5 to 6.8, compressed and encrypted bytes nearly 8. */
const ENCRYPTED_BITS_MIN = 7.5;

const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!", "$H+H*"].join("");
const EICAR_FILE_BYTES_MAX = 128;

/** Scripts that npm runs when the package is installed. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];
const MANIFEST_BYTES_MAX = 512 * 1024;

function inspectManifest(view: FileView): Json | null {
  const text = Buffer.from(view.read(0, MANIFEST_BYTES_MAX)).toString("utf8");
  if (!/"(?:pre|post)?install"/.test(text)) return null;
  try {
    const manifest = recordOf(JSON.parse(text));
    const scripts = recordOf(manifest?.["scripts"]);
    const { name, version } = manifest ?? {};
    // Only what is a package is ever installed: many have manifests of their parts.
    if (typeof name !== "string" || typeof version !== "string") return null;
    const run = INSTALL_SCRIPTS.filter((script) => typeof scripts?.[script] === "string");
    if (run.length === 0) return null;
    return { problems: ["install-script"], detail: `${name}@${version}: ${run.join(", ")}`.slice(0, 300) };
  } catch {
    // The plugin of npm reports manifests that cannot be read.
    return null;
  }
}

interface Mark {
  /** In parts, which together are what is looked for; in any letter case. */
  readonly parts: readonly string[];
  readonly problem: CodeProblem;
  /** What must follow within 80 bytes, too. */
  readonly followedBy?: RegExp;
}

const marks: readonly Mark[] = [
  { parts: ["stratum", "+tcp://"], problem: "miner", followedBy: /^[\w.-]{3,80}:\d{2,5}/ },
  { parts: ["stratum", "+ssl://"], problem: "miner", followedBy: /^[\w.-]{3,80}:\d{2,5}/ },
  { parts: ["donate.v2.", "xmrig.com"], problem: "miner" },
  { parts: ["coin", "hive.min.js"], problem: "miner" },
  { parts: ["coin", "hive.anonymous("], problem: "miner" },
  { parts: ["pool.", "minexmr.com"], problem: "miner" },
  { parts: ["pool.", "supportxmr.com"], problem: "miner" },
  { parts: ["eval(base64", "_decode($_"], problem: "web-shell" },
  { parts: ["eval(gzinflate(", "base64_decode("], problem: "web-shell" },
  { parts: ["eval(str_rot13(", "gzinflate("], problem: "web-shell" },
  ...["eval", "assert", "system", "passthru", "shell_exec", "exec", "popen"].flatMap((call) =>
    ["post", "get", "request", "cookie"].map((source): Mark => ({
      parts: [`${call}(`, `$_${source}[`],
      problem: "web-shell",
    })),
  ),
  { parts: ["eval(request", ".item["], problem: "web-shell" },
  { parts: ["getruntime().exec(", "request.getparameter("], problem: "web-shell" },
  { parts: ["c99", "shexit("], problem: "web-shell" },
  { parts: ["r57", "shell by "], problem: "web-shell" },
  { parts: ["filesman", "agerversion"], problem: "web-shell" },
  { parts: ["bash -i >& /dev", "/tcp/"], problem: "reverse-shell", followedBy: /^[\w.$-]{3,80}\/\d{2,5}/ },
  { parts: ["sh -i >& /dev", "/tcp/"], problem: "reverse-shell", followedBy: /^[\w.$-]{3,80}\/\d{2,5}/ },
];

const words = marks.map(({ parts }) => parts.join(""));
let search: KeywordSearch | null = null;

const WINDOW_BYTES = 256 * 1024;
const FOLLOWING_BYTES = 100;

function findMarks(view: FileView): readonly CodeProblem[] {
  search ??= createKeywordSearch(words);
  const found = new Set<CodeProblem>();
  const overlap = search.lengthMax + FOLLOWING_BYTES;
  for (let start = 0; start < view.sizeBytes; start += WINDOW_BYTES - overlap) {
    const window = view.read(start, WINDOW_BYTES);
    for (let at = search.next(window, 0); at >= 0; at = search.next(window, at + 1)) {
      for (const index of search.keywordsAt(window, at)) {
        const { problem, followedBy } = marks[index] as Mark;
        if (followedBy === undefined || followedBy.test(textAfter(window, at, words[index] ?? "")))
          found.add(problem);
      }
    }
    if (start + window.length >= view.sizeBytes || window.length === 0) break;
  }
  return [...found];
}

/** What follows the word, of which `at` is somewhere inside. */
function textAfter(window: Uint8Array, at: number, word: string): string {
  const text = Buffer.from(
    window.subarray(Math.max(0, at - word.length), at + word.length + FOLLOWING_BYTES),
  ).toString("latin1");
  const found = text.toLowerCase().indexOf(word);
  return found < 0 ? "" : text.slice(found + word.length);
}
