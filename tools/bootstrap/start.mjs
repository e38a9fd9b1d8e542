/**
 * `npm start`: installs and builds what is missing, does the main job on the demonstration image, and then serves API and
 * dashboard in the foreground. `npm start -- --once` ends after the result. `npm start -- <verb> <args>`: the same set-up, then any
 * verb of the command line.
 */
import { join } from "node:path";
import { buildOnce } from "./build-once.mjs";
import { ensureInstalled, installOnce, root, runScript, runUntilSignal } from "./install.mjs";

const args = process.argv.slice(2);
const isOnce = args.length === 1 && args[0] === "--once";
const isDemonstration = isOnce || args.length === 0;
const serves = args.length === 0 || args[0] === "server";

const node = ensureInstalled();
buildOnce(node, "program");
if (serves) {
  installOnce(join(root, "tools/postgres"), "the private PostgreSQL");
  installOnce(join(root, "web"), "the dashboard's packages");
  buildOnce(node, "dashboard");
}
if (!isDemonstration) {
  const cwd = process.env.INIT_CWD ?? process.cwd();
  if (serves) await runUntilSignal(node, "dist/plimsoll.mjs", args, { cwd });
  else process.exit(runScript(node, "dist/plimsoll.mjs", args, { cwd }));
} else {
  installOnce(join(root, "examples/demo-app"), "the demonstration application");
  const status = runScript(node, "tools/demo/main.ts", isOnce ? ["--once"] : []);
  if (status !== 0 || isOnce) process.exit(status);
  process.stdout.write("\nServing until Ctrl-C; what it keeps is in build/demo.\n");
  await runUntilSignal(node, "dist/plimsoll.mjs", ["server", "--demonstration", demo("image")], {
    env: {
      PLIMSOLL_DATA_DIR: demo("server"),
      PLIMSOLL_DB_DIR: demo("db"),
      PLIMSOLL_CACHE_DIR: demo("cache"),
      // An installation of the user's must not be touched by a demonstration.
      PLIMSOLL_DATABASE_URL: "",
      PLIMSOLL_SECRET_KEY: "",
    },
  });
}

/** As in tools/demo/places.ts. */
function demo(name) {
  return join(root, "build/demo", name);
}
