/** What each command of the action runs: its verb, and which input becomes which option of it. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { InputName, Inputs } from "./inputs.ts";

export const actionCommands = [
  "quickview",
  "compare",
  "cves",
  "recommendations",
  "policy",
  "sbom",
  "environment",
  "attestation-add",
  "secrets",
  "lint",
] as const;

export type ActionCommand = (typeof actionCommands)[number];

interface CommandShape {
  readonly verb: readonly string[];
  /** Option by input. */
  readonly options: Readonly<Partial<Record<InputName, string>>>;
  /** Inputs that are arguments, in their order; those that are empty are left out. */
  readonly argumentNames: readonly InputName[];
  /** Inputs without which it cannot run. */
  readonly needs?: readonly InputName[];
  /** Reports that can be had beside the one for the log. */
  readonly reports: readonly ("markdown" | "json" | "sarif")[];
}

const image = { platform: "--platform", ref: "--ref" } as const;
const vex = { "vex-author": "--vex-author", "vex-location": "--vex-location" } as const;
const policies = {
  "policy-bundle": "--policy-bundle",
  "policy-file": "--policy-file",
  "policy-dir": "--policy-dir",
  "policy-config": "--policy-config",
  "only-policy": "--only-policy",
} as const;
const filters = {
  "only-fixed": "--only-fixed",
  "only-unfixed": "--only-unfixed",
  "only-severities": "--only-severity",
  "only-package-types": "--only-package-type",
  "only-cisa-kev": "--only-cisa-kev",
  "only-vex-affected": "--only-vex-affected",
  "ignore-suppressed": "--ignore-suppressed",
  "ignore-base": "--ignore-base",
} as const;
const gate = { "exit-code": "--exit-code", "fail-on": "--fail-on", strict: "--strict" } as const;

const shapes: Readonly<Record<ActionCommand, CommandShape>> = {
  quickview: {
    verb: ["quickview"],
    options: { ...image, ...vex, ...policies },
    argumentNames: ["image"],
    reports: ["markdown", "json"],
  },
  compare: {
    verb: ["compare"],
    options: {
      ...image,
      ...vex,
      ...policies,
      ...filters,
      to: "--to",
      "to-ref": "--to-ref",
      "to-env": "--to-env",
      "to-stream": "--to-env",
      "to-latest": "--to-latest",
      "to-result": "--to-result",
      "exit-on": "--exit-on",
      strict: "--strict",
      "hide-policies": "--hide-policies",
      "ignore-unchanged": "--ignore-unchanged",
    },
    argumentNames: ["image"],
    reports: ["markdown", "json"],
  },
  cves: {
    verb: ["cves"],
    options: { ...image, ...vex, ...filters, ...gate },
    argumentNames: ["image"],
    reports: ["markdown", "json", "sarif"],
  },
  recommendations: {
    verb: ["recommendations"],
    options: { ...image, ...vex, "only-refresh": "--only-refresh", "only-update": "--only-update" },
    argumentNames: ["image"],
    reports: ["markdown"],
  },
  policy: {
    verb: ["policy"],
    options: {
      ...image,
      ...vex,
      ...policies,
      ...gate,
      organization: "--org",
      "result-file": "--result-file",
    },
    argumentNames: ["image"],
    needs: ["image"],
    reports: ["markdown", "json"],
  },
  sbom: {
    verb: ["sbom"],
    options: { ...image, "only-package-types": "--only-package-type" },
    argumentNames: ["image"],
    reports: [],
  },
  environment: {
    verb: ["environment"],
    options: image,
    argumentNames: ["environment", "image"],
    needs: ["environment"],
    reports: [],
  },
  "attestation-add": {
    verb: ["attestation", "add"],
    options: {
      ...image,
      file: "--file",
      "predicate-type": "--predicate-type",
      referrer: "--referrer",
      "referrer-repository": "--referrer-repository",
    },
    argumentNames: ["tags"],
    needs: ["file"],
    reports: [],
  },
  secrets: {
    verb: ["secrets"],
    options: {
      ...image,
      "exit-code": "--exit-code",
      strict: "--strict",
      "only-severities": "--only-severity",
    },
    argumentNames: ["image"],
    needs: ["image"],
    reports: ["markdown", "json", "sarif"],
  },
  lint: {
    verb: ["lint"],
    options: { "exit-code": "--exit-code", "only-severities": "--only-severity" },
    argumentNames: ["dockerfile"],
    reports: ["markdown", "json", "sarif"],
  },
};

/** Inputs that are one option each time they name something, since what they name may hold a comma or be named once only. */
const REPEATED: ReadonlySet<InputName> = new Set([
  "file",
  "vex-author",
  "vex-location",
  "policy-file",
  "policy-dir",
  "policy-bundle",
]);

const SWITCHES: ReadonlySet<InputName> = new Set([
  "only-fixed",
  "only-unfixed",
  "only-cisa-kev",
  "only-vex-affected",
  "ignore-suppressed",
  "ignore-base",
  "ignore-unchanged",
  "hide-policies",
  "to-latest",
  "exit-code",
  "strict",
  "only-refresh",
  "only-update",
  "referrer",
]);

const LISTS: ReadonlySet<InputName> = new Set([
  "only-severities",
  "only-package-types",
  "exit-on",
  "fail-on",
  "only-policy",
]);

/** Where the reports of one command go. */
export interface ReportFiles {
  /** Absent: the command cannot write it. */
  readonly markdown?: string;
  readonly json?: string;
}

export interface CommandCall {
  readonly command: ActionCommand;
  /** Of the command line, without the program's name. */
  readonly args: readonly string[];
  readonly files: ReportFiles;
}

/** The commands that the inputs ask for, in their order. @throws PlimsollError USAGE */
export function readCommands(inputs: Inputs): readonly ActionCommand[] {
  const chosen = inputs.list("command").map((word) => {
    const command = actionCommands.find((known) => known === word);
    if (command !== undefined) return command;
    const known = actionCommands.join(", ");
    throw new PlimsollError("USAGE", `The action has no command "${printable(word, 60)}"; it has ${known}.`);
  });
  const withSecrets = inputs.isOn("secrets")
    ? chosen.flatMap((command) => (command === "sbom" ? [command, "secrets" as const] : [command]))
    : chosen;
  if (chosen.length > 0) return [...new Set(withSecrets)];
  throw new PlimsollError("USAGE", "The input command names nothing to run.");
}

/**
 * The command lines. `debug`: the run was told to tell more, besides what the inputs say; `fileFor` names a file of this run for a report: `cves`, `md`.
 * @throws PlimsollError USAGE
 */
export function commandCalls(
  inputs: Inputs,
  fileFor: (command: ActionCommand, ending: string) => string,
  debug = false,
): readonly CommandCall[] {
  const commands = readCommands(inputs);
  const debugs = debug || inputs.isOn("debug") || inputs.isOn("verbose-debug");
  const main = commands.includes("sbom") ? "sbom" : commands[0];
  const sarif = (["cves", "secrets", "lint"] as const).find((command) => commands.includes(command));
  return commands.map((command) => {
    const shape = shapes[command];
    const missing = (shape.needs ?? []).find((name) => inputs.list(name).length === 0);
    if (missing !== undefined) throw new PlimsollError("USAGE", `${command} needs the input ${missing}.`);
    const files = reportFiles(shape, (ending) => fileFor(command, ending));
    const options = optionsOf(inputs, shape);
    const args = [
      ...shape.verb,
      ...options,
      ...("platform" in shape.options && isGate(options) ? ["--verify"] : []),
      ...(debugs && command !== "lint" ? ["--debug"] : []),
      ...(command === main ? mainResult(inputs) : []),
      ...(command === sarif && inputs.text("sarif-file") !== ""
        ? [`--output=sarif=${inputs.text("sarif-file")}`]
        : []),
      ...Object.entries(files).map(([format, file]) => `--output=${format}=${file}`),
      // What follows is never an option, whatever it begins with.
      "--",
      ...shape.argumentNames.flatMap((name) => argumentsOf(inputs, name)),
    ];
    return { command, args, files };
  });
}

/** Whether something can stop the step: no gate lets pass what was not verified, so then everything is hashed. */
export function isGate(args: readonly string[]): boolean {
  return args.some((arg) => /^--(?:exit-code|exit-on|fail-on|strict)(?:=|$)/.test(arg));
}

function reportFiles({ reports }: CommandShape, fileFor: (ending: string) => string): ReportFiles {
  return {
    ...(reports.includes("markdown") ? { markdown: fileFor("md") } : {}),
    ...(reports.includes("json") ? { json: fileFor("json") } : {}),
  };
}

function optionsOf(inputs: Inputs, { options }: CommandShape): readonly string[] {
  return (Object.entries(options) as [InputName, string][]).flatMap(([name, option]) => {
    // A comparison without a gate has nothing to be strict about.
    if (option === "--strict" && "exit-on" in options && inputs.list("exit-on").length === 0) return [];
    if (SWITCHES.has(name)) return inputs.isOn(name) ? [option] : [];
    if (REPEATED.has(name)) return inputs.list(name).map((value) => `${option}=${value}`);
    const value = LISTS.has(name) ? inputs.list(name).join(",") : inputs.text(name);
    return value === "" ? [] : [`${option}=${value}`];
  });
}

function mainResult(inputs: Inputs): readonly string[] {
  const format = inputs.text("format");
  return [
    ...(format === "" ? [] : [`--format=${format}`]),
    ...inputs.list("output").map((output) => `--output=${output}`),
  ];
}

function argumentsOf(inputs: Inputs, name: InputName): readonly string[] {
  if (name === "tags") return inputs.list(inputs.list("tags").length > 0 ? "tags" : "image");
  const value = inputs.text(name);
  return value === "" ? [] : [value];
}
