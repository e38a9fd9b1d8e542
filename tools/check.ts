/**
 * `npm run check`: everything that must be true of the tree, one line a step. Ends with exit code 1 when any step fails, after
 * running all of them, so that one run shows everything.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types", "tsc", "--noEmit"],
  ["types of the dashboard", "tsc", "-p", "web"],
  ["lint", "oxlint", "--deny-warnings"],
  ["format", "prettier", "--check", "--log-level=warn", "."],
  ["import plan", "node", "tools/plan.ts"],
  ["dead code", "knip", "--no-progress"],
  ["generated docs", "node", "tools/docs.ts"],
  ["build", "node", "tools/build.ts", "--quiet"],
  ["tests", "node", "tools/run-tests.ts"],
];

// CI runs the tests by the README's own command and leaves them out here.
const chosen = process.argv.includes("--without-tests") ? steps.filter(([name]) => name !== "tests") : steps;

const failed: string[] = [];
for (const [name, command, ...args] of chosen) {
  const started = performance.now();
  const program = command === "node" ? process.execPath : resolve(root, "node_modules/.bin", command);
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 ** 2 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = result.status === 0;
  if (!ok) {
    failed.push(name);
    process.stdout.write(`${result.stdout}${result.stderr}`);
  } else if (name === "tests" || name === "import plan") {
    process.stdout.write(`${result.stdout.trimEnd().split("\n").at(-1) ?? ""}\n`);
  }
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name} (${seconds} s)\n`);
}
process.stdout.write(failed.length === 0 ? "all checks passed\n" : `failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
