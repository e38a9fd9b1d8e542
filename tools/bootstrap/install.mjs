/**
 * Brings a checkout to the point where its scripts can run: packages installed, a Node of at least version 24 at hand.
 * Plain JavaScript that Node 18 understands, because it runs before the project's own Node exists. Fast when nothing is missing.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const NODE_MAJOR_MIN = 24;
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/**
 * Installs what is missing and returns the path of a Node that can run the project.
 * Everything npm prints goes to standard error, so that a command's own output stays clean.
 */
export function ensureInstalled() {
  installOnce(root, "the project's packages");
  const node = findNode();
  if (node !== null) return node;
  // A client that skips install scripts leaves the `node` package without its binary: run that one script ourselves.
  const script = join(root, "node_modules/node/installArchSpecificPackage.js");
  if (existsSync(script)) {
    run(process.execPath, [script], join(root, "node_modules/node"), "bring Node 24");
    const fetched = findNode();
    if (fetched !== null) return fetched;
  }
  fail(
    `Node ${NODE_MAJOR_MIN} or newer is needed; this is ${process.version} and the npm package "node" brought none.`,
    `Install Node ${NODE_MAJOR_MIN}, or run npm ci without --ignore-scripts.`,
  );
}

/** Runs `npm ci` in `folder` unless what the lock file asks for is installed. */
export function installOnce(folder, what) {
  const stampFile = join(folder, "node_modules/.plimsoll-installed");
  const stamp = createHash("sha256")
    .update(readFileSync(join(folder, "package.json")))
    .update(readFileSync(join(folder, "package-lock.json")))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  if (isInstalled(folder)) return writeStamp(stampFile, stamp);
  process.stderr.write(`installing ${what} …\n`);
  run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], folder, `install ${what}`);
  writeStamp(stampFile, stamp);
}

/** Whether somebody ran npm here: its own note in node_modules has every package that the lock file asks for on any machine. */
function isInstalled(folder) {
  const note = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const { packages: there } = JSON.parse(readFileSync(note, "utf8"));
  const { packages: wanted } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  return Object.entries(wanted).every(
    ([path, row]) => path === "" || row.optional || there[path]?.version === row.version,
  );
}

/** Without the stamp the next start only looks again, so a folder that cannot be written is no failure. */
function writeStamp(stampFile, stamp) {
  try {
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, stamp);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
  }
}

function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR_MIN) return process.execPath;
  const binary = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) return null;
  const answer = spawnSync(binary, ["--version"], { encoding: "utf8" });
  const major = Number(/^v(\d+)\./.exec(answer.stdout ?? "")?.[1]);
  return major >= NODE_MAJOR_MIN ? binary : null;
}

function run(command, args, cwd, what) {
  const shell = process.platform === "win32";
  const result = spawnSync(command, args, { cwd, shell, stdio: ["ignore", 2, 2] });
  if (result.status !== 0)
    fail(`Could not ${what}: ${command} ${args.join(" ")} failed.`, "See the lines above.");
}

/** Prints what went wrong and what to do, and ends with exit code 1. */
export function fail(message, advice) {
  process.stderr.write(`${message}\n${advice}\n`);
  process.exit(1);
}

/** Runs a script with the project's Node in the foreground and ends with its exit code. */
export function runScript(node, script, args, options = {}) {
  const result = spawnSync(node, commandOf(script, args, options), {
    cwd: options.cwd ?? root,
    env: environmentOf(node, options),
    stdio: "inherit",
  });
  if (result.error) fail(`Could not run ${script}: ${result.error.message}`, "See the lines above.");
  return result.status ?? 1;
}

/**
 * Runs a script that ends by a signal: signals to this process are passed on, and it waits for the script's own end, whose exit
 * code it takes. A signal to npm ends the shell between npm and this process without reaching it; that counts as one too.
 */
export async function runUntilSignal(node, script, args, options = {}) {
  const child = spawn(node, commandOf(script, args, options), {
    cwd: options.cwd ?? root,
    env: environmentOf(node, options),
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 200);
  watch.unref();
  await new Promise((done) => {
    child.on("error", (error) => fail(`Could not run ${script}: ${error.message}`, "See the lines above."));
    child.on("close", (code) => done((process.exitCode = code ?? 1)));
  });
}

function commandOf(script, args, options) {
  return [...(options.nodeArgs ?? []), join(root, script), ...args];
}

function environmentOf(node, options) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
  return { ...process.env, ...options.env, PATH: path };
}
