/**
 * The tools that are asked for the order. Each answers a list of pairs with `<`, `=` or `>`, or with `!` and the version of
 * the pair that it refuses.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { languageOracles } from "./language-oracles.ts";
import type { Pair } from "./pairs.ts";

interface Oracle {
  /** Tool and version, for the first line of the table. */
  describe(): string;
  order(pairs: readonly Pair[]): readonly string[];
  /** Versions the tool is known to get wrong or to leave to the machine, so that no table should hold its answer. */
  readonly unaskable?: RegExp;
}

export const oracles: Readonly<Record<string, Oracle>> = {
  ...Object.fromEntries(Object.entries(languageOracles).map(([id, command]) => [id, programOracle(command)])),
  deb: {
    describe: () => execFileSync("dpkg", ["--version"]).toString().split("\n")[0]?.trim() ?? "",
    order: (pairs) => pairs.map(([a, b]) => orderByDpkg(a, b)),
    // Bytes past ASCII are ordered by whether the machine's char is signed.
    unaskable: /[^\x20-\x7e]/,
  },
  semver: {
    describe: () => ask(nodeOracle, ["--version"], "").trim(),
    order: (pairs) => askLines(nodeOracle, [], pairs),
  },
  pep440: {
    describe: () => ask(pythonOracle, ["--version"], "").trim(),
    order: (pairs) => askLines(pythonOracle, [], pairs),
  },
  apk: {
    describe: () => ask(apkOracle(), ["--version"], "").trim(),
    order: (pairs) => askLines(apkOracle(), [], pairs),
    // Numbers past 64 bits wrap around, and the order is that of what is left of them.
    unaskable: /[0-9]{20}/,
  },
  rpm: systemOracle("rpm-oracle.py"),
  alpm: systemOracle("alpm-oracle.py"),
  ebuild: {
    describe: () => ask(ebuildOracle, ["--version"], "").trim(),
    order: (pairs) => askLines(ebuildOracle, [], pairs),
  },
};

function orderByDpkg(a: string, b: string): string {
  for (const version of [a, b]) if (dpkg(version, "eq", version) === 2) return `!${version}`;
  if (dpkg(a, "eq", b) === 0) return "=";
  return dpkg(a, "lt", b) === 0 ? "<" : ">";
}

/** 0: the relation holds; 1: it does not; 2: refused. Leading blanks keep dpkg from reading a version as an option. */
function dpkg(a: string, relation: string, b: string): number {
  return (
    spawnSync("dpkg", ["--compare-versions", ` ${a}`, relation, ` ${b}`], { stdio: "ignore" }).status ?? -1
  );
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** npm's own copy of semver, of the npm on PATH, run apart from this project's. */
const nodeOracle: readonly string[] = ["node", here("npm-semver-oracle.cjs")];
const pythonOracle: readonly string[] = ["python3", here("packaging-oracle.py")];

/** Portage is a package of PyPI: the Python that has it is named by PORTAGE_PYTHON. */
const ebuildOracle: readonly string[] = [
  process.env["PORTAGE_PYTHON"] ?? "python3",
  here("portage-oracle.py"),
];

/** A program that answers `--version`, and pairs from standard input. */
function programOracle(command: readonly string[]): Oracle {
  // R's numbers have 32 bits, npm's semver reads those of 53.
  const digitsMax = command[0] === "Rscript" ? 9 : command[0]?.includes("semver-build") === true ? 15 : 18;
  return {
    describe: () => ask(command, ["--version"], "").trim(),
    order: (pairs) => askLines(command, [], pairs),
    // Numbers past 64 bits and bytes past ASCII are left to the machine by some; an underscore after a letter at the end of a
    // conda version is a word of its own to rattler, and part of the word to conda.
    unaskable: new RegExp(`[0-9]{${digitsMax + 1}}|[^\\x20-\\x7e]|[a-zA-Z][_-](?:\\+|$)|\\+(?:.*\\.)?0[0-9]`),
  };
}

/** rpm's and pacman's libraries come with the system's Python (Debian: python3-rpm, pacman-package-manager). */
function systemOracle(script: string): Oracle {
  const command = ["/usr/bin/python3", here(script)];
  return {
    describe: () => ask(command, ["--version"], "").trim(),
    order: (pairs) => askLines(command, [], pairs),
    // Bytes past ASCII are the C library's affair.
    unaskable: /[^\x21-\x7e]/,
  };
}

/** The program made by apk-oracle.sh, which needs the sources of apk-tools. */
function apkOracle(): readonly string[] {
  const program = process.env["APK_ORACLE"];
  if (program === undefined)
    throw new Error("set APK_ORACLE to the program made by tools/version-tables/apk-oracle.sh");
  return [program];
}

function askLines(
  command: readonly string[],
  args: readonly string[],
  pairs: readonly Pair[],
): readonly string[] {
  const input = pairs.map((pair) => `${pair.join("\t")}\n`).join("");
  return ask(command, args, input).trimEnd().split("\n");
}

function ask([program = "", ...first]: readonly string[], args: readonly string[], input: string): string {
  return execFileSync(program, [...first, ...args], { input, maxBuffer: 1 << 28 }).toString("utf8");
}
