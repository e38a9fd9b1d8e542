/** A context for looking at commands without running them: no settings, nothing is printed, nobody is asked. */
import type { CliContext } from "../../src/cli/context.ts";
import { readConfig } from "../../src/config/config.ts";

const silent = { write: () => {}, isTerminal: false, width: 110 };

export const silentContext: CliContext = {
  config: readConfig({}, "/home/user", "/"),
  env: {},
  home: "/home/user",
  cwd: "/",
  version: "test",
  stdout: silent,
  stderr: silent,
  stdin: (async function* () {})(),
  ask: null,
  clock: () => new Date(0),
  monotonicMs: () => 0,
};
