/**
 * `npm run -s plimsoll -- …`: the command line straight from the sources, in the caller's folder, with its standard input
 * and a clean standard output.
 */
import { ensureInstalled, runScript } from "./install.mjs";

const node = ensureInstalled();
const cwd = process.env.INIT_CWD ?? process.cwd();
process.exit(runScript(node, "src/cli/main.ts", process.argv.slice(2), { cwd }));
