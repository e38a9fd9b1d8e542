/**
 * Documents against the tree: links resolve, error codes and their page agree, named commands and files exist, and no file
 * tells on which machine it was written.
 */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { errorCodes } from "../src/domain/error-codes.ts";
import { repositoryRoot as root } from "./helpers/run-plimsoll.ts";

const notOurs = ["**/node_modules/**", "dist/**", "build/**", "coverage/**", ".git/**"];
const files = globSync("**/*", { cwd: root, exclude: notOurs })
  .concat(globSync(".*", { cwd: root }), globSync(".ci/*", { cwd: root }))
  .filter((file) => statSync(join(root, file)).isFile())
  .filter((file) => !/(^|\/)node_modules\/|^(dist|build|coverage)\/|\.log$/.test(file));
const documents = files.filter((file) => file.endsWith(".md"));

const isThere = (path: string): boolean => existsSync(join(root, path));

const read = (file: string): string => readFileSync(join(root, file), "utf8");
/** The dashboard is a package of its own: its documents speak of its scripts and folders. */
const scriptsOf = (file: string): Record<string, string> =>
  (JSON.parse(read(file)) as { scripts: Record<string, string> }).scripts;
const scripts = scriptsOf("package.json");
const ownFolder = (document: string): string => (document.startsWith("web/") ? "web" : ".");

test("there are documents to look at", () => {
  assert.ok(documents.length >= 25, `found only ${documents.length}`);
  assert.ok(documents.includes("README.md"));
});

test("every relative link and anchor resolves", () => {
  const broken = documents.flatMap((document) =>
    linksOf(read(document))
      .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
      .filter((link) => !resolves(document, link))
      .map((link) => `${document}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

test("every error code has its row in the reference, and every row a code", () => {
  const errors = read("docs/reference/errors.md").split(/^## /m)[0] ?? "";
  const rows = [...errors.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(rows.toSorted(), Object.keys(errorCodes).toSorted());
});

test("the README's commands are scripts of package.json, and so is every npm run in a document", () => {
  const missing = documents.flatMap((document) => {
    const known = { ...scripts, ...scriptsOf(join(ownFolder(document), "package.json")) };
    return npmScriptsOf(read(document))
      .filter((name) => known[name] === undefined)
      .map((name) => `${document}: ${name}`);
  });
  assert.deepEqual(missing, []);
  assert.ok(scripts["start"] !== undefined && scripts["test"] !== undefined);
  for (const command of ["npm start", "npm test"]) {
    assert.ok(read("README.md").includes(`\n${command}\n`), `README.md does not show ${command}`);
  }
});

test("files that documents name in backticks exist", () => {
  const missing = documents
    .filter((document) => document !== "CHANGELOG.md" && !document.startsWith("docs/recipes/"))
    .flatMap((document) =>
      [...read(document).matchAll(/`((?:src|tools|test|docs|bench|examples)\/[\w./-]*)`/g)]
        .map((match) => match[1] ?? "")
        .filter((path) => !isThere(path) && !isThere(join(ownFolder(document), path)))
        .map((path) => `${document}: ${path}`),
    );
  assert.deepEqual(missing, []);
});

test("every package of the manifest has its line in docs/dependencies.md", () => {
  const page = read("docs/dependencies.md");
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  const missing = Object.keys(devDependencies).filter(
    (name) => !name.startsWith("@types/") && !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(page),
  );
  assert.deepEqual(missing, []);
});

test("the lock files name no host that packages came from", () => {
  const locks = files.filter((file) => file.endsWith("package-lock.json") && !file.includes("/fixtures/"));
  assert.equal(locks.length, 4);
  for (const file of locks) {
    assert.doesNotMatch(read(file), /"resolved"/, file);
  }
});

test("no file holds a path of the machine it was written on", () => {
  // People in examples are called ada, me and user.
  const foreign = /(?<![\w.*…-])\/(?:work|workspace|root|Users|private|home\/(?!ada\b|me\b|user\b)\w+)\//;
  const found = files
    .filter((file) => !file.includes("/fixtures/"))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) => {
          const isFound = foreign.test(line) || line.includes(`${root}/`);
          return isFound ? [`${file}:${index + 1}: ${line.trim().slice(0, 100)}`] : [];
        }),
    );
  assert.deepEqual(found, []);
});

/** Targets of Markdown links outside code: `[text](target)` and `[name]: target`. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "`code`");
  const inline = [...prose.matchAll(/\]\(([^()\s]+)\)/g)];
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...named].map((match) => match[1] ?? "");
}

function resolves(document: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : relative(root, resolve(root, dirname(document), path));
  if (target.startsWith("..") || !isThere(target)) return false;
  if (anchor === undefined) return true;
  return target.endsWith(".md") && anchorsOf(read(target)).includes(anchor);
}

/** Anchors as code hosts make them: lower case, spaces to hyphens, punctuation dropped. */
function anchorsOf(text: string): string[] {
  return [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** `npm run check`, `npm run -s plimsoll -- …` -> `check`, `plimsoll` */
function npmScriptsOf(text: string): string[] {
  return [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map((match) => match[1] ?? "");
}
