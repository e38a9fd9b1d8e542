/**
 * Checks the import plan: every import of `src/` and `web/src/` against the table in `plan-table.cjs`, the clock ban in pure areas,
 * and the registration of plugins. Fails when it has read no files, because a checker that reads nothing finds nothing.
 * `--root=FOLDER` checks another tree, as the test of this program does.
 */
import { createRequire } from "node:module";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { cruise, type ICruiseResult } from "dependency-cruiser";

const root = resolve(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

interface PlanTable {
  readonly rows: Readonly<Record<string, [string[], string]>>;
  readonly pureAreas: readonly string[];
  readonly families: readonly string[];
}

/** What a check found. `moduleCount` guards against a run that read nothing. */
export interface PlanReport {
  readonly moduleCount: number;
  readonly violations: readonly string[];
}

/** Runs all checks of the plan over the tree in `tree`. */
export async function checkPlan(tree: string = root): Promise<PlanReport> {
  const imports = await checkImports(tree);
  return {
    moduleCount: imports.moduleCount,
    violations: [...imports.violations, ...checkAreas(tree), ...checkRegistration(tree), ...checkClock(tree)],
  };
}

async function checkImports(tree: string): Promise<PlanReport> {
  const rules = require(join(root, ".dependency-cruiser.cjs")) as { forbidden: never[]; options: object };
  const here = process.cwd();
  // dependency-cruiser resolves everything against the working folder.
  if (here !== tree) process.chdir(tree);
  const tsConfig = await import("dependency-cruiser/config-utl/extract-ts-config");
  const result = await cruise(
    ["src", "web/src"].filter((folder) => existsSync(join(tree, folder))),
    { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true } as never,
    undefined,
    { tsConfig: tsConfig.default(join(root, "tsconfig.json")) },
  ).finally(() => process.chdir(here));
  const { summary, modules } = result.output as ICruiseResult;
  const own = modules.filter((module) => /^(?:web\/)?src\//.test(module.source));
  const broken = summary.violations.map((found) => `${found.rule.name}: ${found.from} -> ${found.to}`);
  return { moduleCount: own.length, violations: broken };
}

/** Every folder of `src/` is a row of the table, and every row that has a folder is used. */
function checkAreas(tree: string): string[] {
  const { rows } = table();
  return readdirSync(join(tree, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in rows))
    .map((entry) => `unknown-area: src/${entry.name} is not in tools/plan-table.cjs`);
}

/** Every plugin folder of the tree in `tree` has its line in `all.ts`, and the other way round; `all.ts` holds nothing else. */
export function checkRegistration(tree: string = root): string[] {
  const violations: string[] = [];
  for (const family of table().families) {
    const folder = join(tree, "src", family);
    const list = join(folder, "all.ts");
    if (!existsSync(list)) continue;
    const lines = readFileSync(list, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^\s*(\/\*|\*|\/\/)/.test(line));
    const listed = lines.map(
      (line) => /^export \{ \w+ \} from "\.\/([^/"]+)\/index\.ts";$/.exec(line)?.[1] ?? `? ${line}`,
    );
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "index.ts")))
      .map((entry) => entry.name);
    for (const name of folders)
      if (!listed.includes(name))
        violations.push(`not-registered: src/${family}/${name} has no line in all.ts`);
    for (const name of listed)
      if (!folders.includes(name))
        violations.push(`registered-without-folder: src/${family}/all.ts: ${name}`);
  }
  return violations;
}

/** `new Date()` reads the clock; lint bans the other doors (see .oxlintrc.json). */
function checkClock(tree: string): string[] {
  return table().pureAreas.flatMap((area) =>
    globSync(`src/${area}/**/*.ts`, { cwd: tree })
      .filter((file) => !file.endsWith(".test.ts"))
      .filter((file) => /\bnew Date\(\s*\)/.test(readFileSync(join(tree, file), "utf8")))
      .map((file) => `pure-areas-read-no-clock: ${file}`),
  );
}

function table(): PlanTable {
  return require("./plan-table.cjs") as PlanTable;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: "string" } } });
  const { moduleCount, violations } = await checkPlan(resolve(values.root ?? root));
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  if (moduleCount < MODULES_MIN)
    process.stdout.write(`read only ${moduleCount} modules: the plan was not checked\n`);
  process.stdout.write(`plan: ${moduleCount} modules, ${violations.length} violations\n`);
  process.exitCode = violations.length > 0 || moduleCount < MODULES_MIN ? 1 : 0;
}

/** Fewer modules than this means that the checker could not read the sources. */
export const MODULES_MIN = 60;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
