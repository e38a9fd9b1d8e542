/** This program again, from sources or from the bundle: for what runs in a process of its own. */
export function thisProgram(): readonly [command: string, ...args: string[]] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
}
