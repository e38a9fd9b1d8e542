/**
 * What a command may use of the outside: handed in, so that tests run commands in the same process.
 */
import { homedir, userInfo } from "node:os";
import { readConfig, type Config } from "../config/config.ts";
import type { ProjectFile } from "../config/project-file.ts";
import { programVersion } from "../domain/program-version.ts";
import type { Question } from "./ask.ts";

export interface CliContext {
  readonly config: Config;
  /** For what reads the environment by its own rules: stored sign-ins and credential helpers. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly version: string;
  /** The result, and nothing else. */
  readonly stdout: OutputStream;
  /** Progress, hints and errors. */
  readonly stderr: OutputStream;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Asks the person at the terminal; null where nobody sits. */
  readonly ask: ((question: Question) => Promise<string>) | null;
  readonly clock: () => Date;
  readonly monotonicMs: () => number;
  /** What project file and user's file say; absent: there is neither. */
  readonly files?: SettingsFiles;
  /** Tells on a terminal what is going on: `reading alpine:3.22`. Absent: nobody is told. */
  readonly step?: (what: string) => void;
}

/** What the settings files of a run say. */
export interface SettingsFiles {
  readonly project: ProjectFile | null;
  /** The user named the project file with --config. */
  readonly isNamed: boolean;
  /** Options that they set, by commander's names. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal; a fixed width where there is none. */
  readonly width: number;
}

export { programVersion };

/** The real process. @throws PlimsollError CONFIG_INVALID */
export function processContext(): CliContext {
  // With HOME set to nothing the first answers "", and folders would land in the working folder.
  const home = homedir() || userInfo().homedir;
  return {
    config: readConfig(process.env, home, process.cwd()),
    env: process.env,
    home,
    cwd: process.cwd(),
    version: programVersion,
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    // Node makes each of the three at its first use, and loads for the input what most commands never need.
    get stdin() {
      return process.stdin;
    },
    get ask() {
      if (!process.stdin.isTTY) return null;
      return async (question: Question) => (await import("./ask.ts")).askOnTerminal(question);
    },
    clock: () => new Date(),
    // Cheaper to start than performance.now(), whose module is loaded at its first use.
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  };
}

function outputOf(open: () => NodeJS.WriteStream): OutputStream {
  return {
    write: (text) => void open().write(text),
    // Undefined where it is none, which would leave colours to a guess by the environment.
    get isTerminal() {
      return Boolean(open().isTTY);
    },
    get width() {
      const stream = open();
      return stream.isTTY ? Math.max(60, Math.min(stream.columns, 200)) : WIDTH_WITHOUT_TERMINAL;
    },
  };
}

const WIDTH_WITHOUT_TERMINAL = 120;
