/**
 * The recipes are true: each family of plugins has one, the files that it names are there, and the plugin that it begins with,
 * put where it says in a copy of the tree, is registered, passes the type check and is found by its driver's list.
 */
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { appendFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "node:test";
import ts from "typescript";
import { checkRegistration } from "../tools/plan.ts";
import { repositoryRoot } from "./helpers/run-plimsoll.ts";

const { families } = createRequire(import.meta.url)("../tools/plan-table.cjs") as {
  families: readonly string[];
};
const folder = join(repositoryRoot, "docs/recipes");
const recipes = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const recipeOf = (family: string): { name: string; text: string } | undefined =>
  recipes.find(({ text }) => text.includes(`src/${family}/all.ts`));

/** The recipe for feeds leaves two functions to the reader: here they are. */
const completions: Readonly<Record<string, string>> = {
  advisories: `
    import type { FeedDocument } from "../shared/document.ts";
    import type { Feed, FeedReading } from "../types.ts";
    const isExample = (value: unknown): boolean => value === "example";
    const readExample = (): FeedReading => ({ records: [], rejected: [], spaces: [] });`,
};

interface Start {
  readonly family: string;
  /** Folder of the plugin, and the name it exports. */
  readonly id: string;
  readonly exported: string;
  readonly code: string;
  /** Of its `naming.ts`, where the family's plugins have one. */
  readonly naming: string | null;
}

/** The first TypeScript block that exports something is the plugin's `index.ts`; one that exports a naming is `naming.ts`. */
function startOf(family: string): Start {
  const text = recipeOf(family)?.text ?? "";
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  const code = blocks.find((block) => block.includes("export const ")) ?? "";
  const exported = /export const (\w+)/.exec(code)?.[1] ?? "";
  const named = [...text.matchAll(new RegExp(`src/${family}/([\\w-]+)/index\\.ts`, "g"))].map(
    (match) => match[1] ?? "",
  );
  const id = named.find((name) => !existsSync(join(repositoryRoot, "src", family, name))) ?? "";
  assert.ok(exported !== "" && id !== "", `${family}: the recipe has no plugin to begin with`);
  const naming = blocks.find((block) => /^export const \w+: \w+Naming = /m.test(block)) ?? null;
  return { family, id, exported, code: `${completions[family] ?? ""}\n${code}`, naming };
}

describe("recipes", () => {
  for (const family of families) {
    it(`${family} has one, which names the contract and its list`, () => {
      const text = recipeOf(family)?.text ?? assert.fail(`no recipe names src/${family}/all.ts`);
      assert.ok(text.includes(`src/${family}/types.ts`), "the contract is not named");
      assert.match(
        text,
        /expected change|the change looks like|git diff --stat/i,
        "the expected change is not shown",
      );
    });
  }

  for (const { name, text } of recipes) {
    it(`${name} names files that are there`, () => {
      const family = families.find((each) => recipeOf(each)?.name === name) ?? "";
      const named = pathsIn(text).filter((path) => !isOfThePlugin(path, family));
      assert.ok(named.length > 3, `only ${named.length} paths were found`);
      assert.deepEqual(
        named.filter((path) => !isThere(path, family)),
        [],
      );
    });
  }
});

/** Paths and file names in running text; the diff at the end is a picture of a change, with files that do not exist yet. */
function pathsIn(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "");
  const quoted = [...prose.matchAll(/`([^`\s]+)`|\(([\w-]+\.md)\)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const files = quoted.filter(
    (word) => /^[\w./-]+\.(?:ts|md|tsv|cjs|sh|json)$/.test(word) || /^(?:src|test|tools|docs)\//.test(word),
  );
  return [...new Set(files)].filter((word) => !/[<*…]/.test(word));
}

/** Files that the reader of the recipe writes. */
function isOfThePlugin(path: string, family: string): boolean {
  // A recipe for entries of a list, not for plugins.
  if (family === "") return false;
  const { id } = startOf(family);
  return (
    path.includes(`/${id}/`) || ["version.ts", "order.ts", "index.ts", "naming.ts", "parse.ts"].includes(path)
  );
}

function isThere(path: string, family: string): boolean {
  const places = ["", `src/${family}`, `src/${family}/shared`, "src", "docs/recipes", "tools/version-tables"];
  return places.some((place) => existsSync(join(repositoryRoot, place, path)));
}

describe("plugins that recipes begin with, in a copy of the tree", () => {
  const copy = mkdtempSync(join(tmpdir(), "plimsoll-recipes-"));
  const starts = families.map(startOf);
  const fileOf = ({ family, id }: Start): string => join(copy, "src", family, id, "index.ts");

  before(() => {
    cpSync(join(repositoryRoot, "src"), join(copy, "src"), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts") && !path.includes("fixtures"),
    });
    for (const name of ["package.json", "tsconfig.json"])
      cpSync(join(repositoryRoot, name), join(copy, name));
    symlinkSync(join(repositoryRoot, "node_modules"), join(copy, "node_modules"));
    for (const start of starts) {
      mkdirSync(join(fileOf(start), ".."), { recursive: true });
      writeFileSync(fileOf(start), start.code);
      if (start.naming !== null) writeFileSync(join(fileOf(start), "../naming.ts"), start.naming);
    }
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  it("are missed by the registration check until their line is written", () => {
    const missing = starts.map(
      ({ family, id }) => `not-registered: src/${family}/${id} has no line in all.ts`,
    );
    assert.deepEqual(checkRegistration(copy).sort(), missing.sort());
    for (const { family, id, exported } of starts)
      appendFileSync(
        join(copy, "src", family, "all.ts"),
        `export { ${exported} } from "./${id}/index.ts";\n`,
      );
    assert.deepEqual(checkRegistration(copy), []);
  });

  it("pass the type check", () => {
    const config = ts.readConfigFile(join(copy, "tsconfig.json"), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, copy);
    const program = ts.createProgram(starts.map(fileOf), options);
    for (const start of starts) {
      const file = program.getSourceFile(fileOf(start)) ?? assert.fail(start.family);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      assert.deepEqual(
        found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
        [],
        start.family,
      );
    }
  });

  it("are in the list of their family, frozen, under the name of their folder", async () => {
    for (const { family, id, exported } of starts) {
      const list = (await import(pathToFileURL(join(copy, "src", family, "all.ts")).href)) as Record<
        string,
        { id?: string }
      >;
      assert.equal(list[exported]?.id, id, family);
      assert.ok(Object.isFrozen(list[exported]), family);
    }
  });
});
