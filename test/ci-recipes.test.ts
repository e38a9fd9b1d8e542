/**
 * The recipes for pipelines, run as they are written: the commands are taken out of the pages and the template, and run on an image that
 * is as good as the baseline, and on one that is worse. Programs that are not ours are left out.
 */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { policyReport } from "../src/api/reports.ts";
import { startFakeRegistry, type FakeRegistry } from "./helpers/fake-registry.ts";
import { buildImage, type BuiltImage } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { repositoryRoot as root, runInProcess } from "./helpers/run-plimsoll.ts";

const guides = join(root, "docs/guide/ci");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-recipes-"));
const now = new Date("2030-03-10T00:00:00Z");
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
};
let registry: FakeRegistry;

const npm = (name: string): ReturnType<typeof file> =>
  file(`srv/node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", license: "MIT" }));
const imageOf = (...names: readonly string[]): BuiltImage =>
  buildImage({
    layers: [{ entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.30.1\n"), ...names.map(npm)] }],
    config: { User: "1000" },
  });
/** Tags: `main` is the baseline, `same` the same image, `worse` has one vulnerability more, which is critical and has a fix. */
const images = { main: imageOf("old"), same: imageOf("old"), worse: imageOf("old", "fresh") };

before(async () => {
  registry = await startFakeRegistry();
  for (const [tag, image] of Object.entries(images)) registry.addImage("team/app", tag, image);
  mkdirSync(join(folder, "feed"));
  for (const [id, name, vector] of [
    ["CVE-2030-0001", "old", "AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"],
    ["CVE-2030-0002", "fresh", "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"],
  ] as const) {
    const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.1" }] }];
    const record = {
      id,
      modified: "2030-03-01T00:00:00Z",
      affected: [{ package: { ecosystem: "npm", name }, ranges }],
      severity: [{ type: "CVSS_V3", score: `CVSS:3.1/${vector}` }],
    };
    writeFileSync(join(folder, "feed", `${id}.json`), JSON.stringify(record));
  }
  const built = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(built.exitCode, 0, built.stderr);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Recipe {
  readonly page: string;
  /** Folders that the recipe makes by other programs, or that its system makes. */
  readonly folders?: readonly string[];
  /** Where it has the result of the main branch from. */
  readonly result?: string;
  /** What its variables stand for with an image of this tag. */
  variables(image: string, repository: string, tag: string): Readonly<Record<string, string>>;
  /** Commands that end with 2 for the image that is worse. */
  readonly stops: number;
}

const recipes: readonly Recipe[] = [
  {
    page: "plimsoll.gitlab-ci.yml",
    variables: (image, repository) => ({ PLIMSOLL_IMAGE: image, PLIMSOLL_BASELINE: `${repository}:main` }),
    stops: 2,
  },
  {
    page: "gitlab.md",
    result: "main-result.json",
    variables: (image) => ({ PLIMSOLL_IMAGE: image }),
    stops: 1,
  },
  {
    page: "jenkins.md",
    result: "main/plimsoll-result.json",
    variables: (image) => ({ IMAGE: image }),
    stops: 2,
  },
  {
    page: "azure.md",
    folders: ["staging"],
    variables: (image, repository) => ({
      IMAGE: image,
      BASELINE: `${repository}:main`,
      "Build.ArtifactStagingDirectory": "staging",
    }),
    stops: 2,
  },
  {
    page: "circleci.md",
    folders: ["reports/plimsoll"],
    variables: (_image, repository, tag) => ({ IMAGE: repository, CIRCLE_SHA1: tag }),
    stops: 1,
  },
  {
    page: "tekton.md",
    variables: (image, repository) => ({ IMAGE: image, BASELINE: `${repository}:main` }),
    stops: 1,
  },
];

test("every page of a pipeline is run here", () => {
  const pages = readdirSync(guides).filter((name) => name !== "github.md");
  assert.deepEqual(pages.toSorted(), recipes.map(({ page }) => page).toSorted());
  const index = readFileSync(join(root, "docs/guide/ci.md"), "utf8");
  for (const page of pages)
    assert.ok(index.includes(`(ci/${page})`), `docs/guide/ci.md does not name ${page}`);
});

for (const recipe of recipes) {
  const { page, stops } = recipe;

  test(`${page}: nothing stops an image that is as good as the baseline`, async () => {
    const { outcomes } = await runRecipe(recipe, "same");
    assert.deepEqual(
      outcomes.filter(({ exitCode }) => exitCode !== 0),
      [],
    );
  });

  test(`${page}: the gates stop one that is worse, and the reports are written all the same`, async () => {
    const { outcomes, folder: cwd } = await runRecipe(recipe, "worse");
    const stopped = outcomes.filter(({ exitCode }) => exitCode !== 0);
    assert.deepEqual(
      stopped.map(({ exitCode }) => exitCode),
      stopped.map(() => 2),
      JSON.stringify(stopped, null, 2),
    );
    assert.equal(stopped.length, stops, JSON.stringify(outcomes, null, 2));
    for (const { words, stderr } of outcomes) checkFiles(words, cwd, stderr);
  });
}

test("GitLab's reports hold what GitLab asks for", async () => {
  const template = recipes[0] as Recipe;
  const { folder: cwd } = await runRecipe(template, "worse");
  const scanning = read(cwd, "gl-container-scanning-report.json") as {
    version: string;
    scan: Record<string, unknown>;
    vulnerabilities: Record<string, unknown>[];
  };
  assert.match(scanning.version, /^15\.\d+\.\d+$/);
  assert.deepEqual([scanning.scan["type"], scanning.scan["status"]], ["container_scanning", "success"]);
  assert.deepEqual(scanning.vulnerabilities.map(({ severity }) => severity).toSorted(), ["Critical", "Low"]);
  for (const { id, identifiers, location } of scanning.vulnerabilities)
    assert.ok(id !== undefined && identifiers !== undefined && location !== undefined);
  const quality = read(cwd, "gl-code-quality-report.json") as Record<string, unknown>[];
  assert.ok(quality.length >= 2);
  for (const { description, check_name: name, fingerprint, severity, location } of quality) {
    assert.equal(typeof description, "string");
    assert.equal(typeof name, "string");
    assert.match(String(fingerprint), /^[0-9a-f]{32,}$/);
    assert.ok(["info", "minor", "major", "critical", "blocker"].includes(String(severity)));
    const { path, lines } = location as { path: unknown; lines: { begin: unknown } };
    assert.deepEqual([typeof path, typeof lines.begin], ["string", "number"]);
  }
});

test("Tekton's task reads the grade where the report has it", async () => {
  const { folder: cwd } = await runRecipe(recipes.at(-1) as Recipe, "same");
  const report = policyReport.parse(read(cwd, "plimsoll-policy.json"));
  assert.notEqual(report.verdict?.score, undefined);
  const page = readFileSync(join(guides, "tekton.md"), "utf8");
  assert.match(page, /plimsoll-policy\.json"\)\)\.verdict\.score\.grade/);
});

const read = (cwd: string, name: string): unknown => JSON.parse(readFileSync(join(cwd, name), "utf8"));

interface Outcome {
  readonly words: readonly string[];
  readonly exitCode: number;
  readonly stderr: string;
}

async function runRecipe(
  recipe: Recipe,
  tag: string,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly folder: string }> {
  const cwd = mkdtempSync(join(folder, "job-"));
  const repository = `${registry.host}/team/app`;
  // The recipes build with attestations, and the images here were never built.
  const settings = { policies: [{ id: "supply-chain-attestations", enabled: false }] };
  writeFileSync(join(cwd, ".plimsoll.yaml"), JSON.stringify(settings));
  for (const name of recipe.folders ?? []) mkdirSync(join(cwd, name), { recursive: true });
  if (recipe.result !== undefined) {
    const path = join(cwd, recipe.result);
    mkdirSync(join(path, ".."), { recursive: true });
    const kept = await runInProcess(["policy", "--result-file", path, `${repository}:main`], {
      env,
      now,
      cwd,
    });
    assert.equal(kept.exitCode, 0, kept.stderr);
  }
  const variables = recipe.variables(`${repository}:${tag}`, repository, tag);
  const calls = callsOf(recipe.page).map((line) => wordsOf(line, variables));
  assert.ok(calls.length > 0, `${recipe.page} runs nothing of ours`);
  const outcomes: Outcome[] = [];
  for (const [, ...words] of calls) {
    const { exitCode, stderr } = await runInProcess(words, { env, now, cwd });
    outcomes.push({ words, exitCode, stderr });
  }
  return { outcomes, folder: cwd };
}

/** Lines of the scripts of a page that call Plimsoll. */
function callsOf(page: string): readonly string[] {
  const text = readFileSync(join(guides, page), "utf8");
  const blocks = page.endsWith(".md")
    ? [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
        ([, kind = "", body = ""]) => [kind, body] as const,
      )
    : [["yaml", text] as const];
  return blocks
    .flatMap(([kind, body]) =>
      kind === "yaml" ? yamlScripts(body) : kind === "groovy" ? shSteps(body) : [body],
    )
    .flatMap((script) => script.replaceAll(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line.startsWith("plimsoll "));
}

/** Whatever stands under a key that systems run: one script, or a list of lines. */
const SCRIPTS: ReadonlySet<string> = new Set(["script", "before_script", "after_script", "command"]);

function yamlScripts(text: string): readonly string[] {
  return parseAllDocuments(text).flatMap((document) => {
    assert.deepEqual(document.errors, []);
    return scriptsIn(document.toJS());
  });
}

function scriptsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(scriptsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    if (!SCRIPTS.has(key)) return scriptsIn(child);
    return (Array.isArray(child) ? child : [child]).filter((each) => typeof each === "string");
  });
}

/** `sh '…'` and `sh '''…'''` of a Jenkinsfile. */
function shSteps(text: string): readonly string[] {
  return [...text.matchAll(/\bsh (?:'''([\s\S]*?)'''|'([^'\n]*)')/g)].map(
    ([, long, short]) => long ?? short ?? "",
  );
}

/** As a shell would, of what recipes use: words, double quotes, `$NAME`, `${NAME}`, and `$(NAME)` of systems. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  assert.doesNotMatch(line, /['`;&|<>]/, `this is no plain call: ${line}`);
  const filled = line.replaceAll(
    /\$(?:\{([\w.]+)\}|\(([\w.]+)\)|(\w+))/g,
    (text, ...names: (string | undefined)[]) => {
      const name = names.slice(0, 3).find((each) => each !== undefined) ?? "";
      const value = variables[name];
      assert.ok(value !== undefined, `nothing sets ${text} in: ${line}`);
      return value;
    },
  );
  return [...filled.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

/** Every file that a call names is there, and is what its format says. */
function checkFiles(words: readonly string[], cwd: string, stderr: string): void {
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? "";
    if (word === "--result-file") read(cwd, value);
    if (word !== "--output") continue;
    const [format = "", name = ""] = value.split("=");
    assert.ok(existsSync(join(cwd, name)), `${name} was not written: ${stderr}`);
    const text = readFileSync(join(cwd, name), "utf8");
    if (format === "junit") assert.match(text, /^<\?xml[\s\S]*<testsuite/);
    else if (format === "html") assert.match(text, /^<!doctype html>/);
    else if (format === "markdown") assert.notEqual(text.trim(), "");
    else JSON.parse(text);
  }
}
