/**
 * The GitHub Action: its entry point as a process of its own, with the environment and files of a runner, and a GitHub on loopback.
 * What it asked and what was answered is held against GitHub's published description.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { parse } from "yaml";
import { gitHubTokens, startFakeGitHub, type FakeGitHub } from "../../helpers/fake-github.ts";
import { undocumented, type GitHubExchange } from "../../helpers/github-description.ts";
import { buildImage, writeLayout, type LayerInput } from "../../helpers/oci-image.ts";
import { file } from "../../helpers/oci-tar.ts";
import { repositoryRoot, runCommand, runInProcess, type Run } from "../../helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-action-test-"));
const workspace = join(folder, "workspace");
const settings = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
  PLIMSOLL_OFFLINE: "1",
};
const npm = (name: string, version: string): ReturnType<typeof file> =>
  file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
const baseLayer: LayerInput = {
  entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"), npm("base", "1.0.0")],
};
const installs = "RUN /bin/sh -c npm ci --omit=dev # buildkit";
const images: Readonly<Record<string, readonly LayerInput[]>> = {
  old: [baseLayer, { entries: [npm("mended", "1.0.0")], createdBy: installs }],
  new: [baseLayer, { entries: [npm("mended", "2.0.0"), npm("leaky", "1.0.0")], createdBy: installs }],
};
const dockerfile = "FROM alpine:3.18\nWORKDIR /app\nRUN npm ci \\\n  --omit=dev\nUSER node\n";

let gitHub: FakeGitHub;
const everything: GitHubExchange[] = [];
let runs = 0;

before(async () => {
  gitHub = await startFakeGitHub();
  mkdirSync(join(workspace, "build"), { recursive: true });
  writeFileSync(join(workspace, "Dockerfile"), dockerfile);
  for (const [name, layers] of Object.entries(images))
    writeLayout(
      join(workspace, "build", name),
      buildImage({ layers }),
      `registry.example.com/octo/app:${name}`,
    );
  const feed = join(folder, "feed");
  mkdirSync(feed);
  const record = (id: string, name: string, events: readonly unknown[]) => ({
    id,
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
  });
  const records = [
    record("CVE-2030-0001", "leaky", [{ introduced: "0" }]),
    record("CVE-2030-0002", "mended", [{ introduced: "0" }, { fixed: "2.0.0" }]),
    record("CVE-2030-0003", "base", [{ introduced: "0" }]),
  ];
  for (const each of records) writeFileSync(join(feed, `${each.id}.json`), JSON.stringify(each));
  const built = await runInProcess(["db", "build", "--quiet", "--from", feed], { env: settings });
  assert.equal(built.exitCode, 0, built.stderr);
});

beforeEach(() => {
  everything.push(...gitHub.exchanges);
  gitHub.reset();
});

after(async () => {
  await gitHub.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Step extends Run {
  readonly summary: string;
  readonly outputs: string;
  /** Files left in the runner's folder. */
  readonly left: readonly string[];
}

/**
 * A step as the runner starts it: inputs in the environment, a file for each thing that the step leaves. `entry`: by the entry point that
 * action.yml names; else what that runs, in this process.
 */
async function step(
  inputs: Readonly<Record<string, string>>,
  { token = gitHubTokens.workflow as string, fork = false, pull = true, entry = false } = {},
): Promise<Step> {
  const temp = join(folder, `run-${(runs += 1)}`);
  mkdirSync(join(temp, "left"), { recursive: true });
  for (const name of ["summary", "output"]) writeFileSync(join(temp, name), "");
  const repo = { full_name: "octo/app" };
  const head = {
    sha: "0123456789abcdef0123456789abcdef01234567",
    repo: fork ? { full_name: "eve/app" } : repo,
  };
  const event = pull ? { pull_request: { number: 7, head, base: { repo } } } : { ref: "refs/heads/main" };
  writeFileSync(join(temp, "event.json"), JSON.stringify(event));
  const env = {
    ...settings,
    HOME: folder,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: gitHub.address,
    GITHUB_SERVER_URL: "https://github.example.com",
    GITHUB_REPOSITORY: "octo/app",
    GITHUB_RUN_ID: "4711",
    GITHUB_WORKFLOW: "build",
    GITHUB_JOB: "image",
    GITHUB_EVENT_PATH: join(temp, "event.json"),
    GITHUB_STEP_SUMMARY: join(temp, "summary"),
    GITHUB_OUTPUT: join(temp, "output"),
    RUNNER_TEMP: join(temp, "left"),
    "INPUT_GITHUB-TOKEN": token,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  const run = entry
    ? await runCommand(process.execPath, [join(repositoryRoot, actionEntry)], { cwd: workspace, env })
    : await runInProcess(["github-action"], { cwd: workspace, env });
  assert.doesNotMatch(`${run.stdout}${run.stderr}`, new RegExp(token), "a token has no place in the log");
  return {
    ...run,
    summary: readFileSync(join(temp, "summary"), "utf8"),
    outputs: readFileSync(join(temp, "output"), "utf8"),
    left: readdirSync(join(temp, "left")),
  };
}

const { runs: how } = parse(readFileSync(join(repositoryRoot, "action.yml"), "utf8")) as {
  readonly runs: { readonly using: string; readonly main: string };
};
const actionEntry = how.main;

const layout = (name: string): string => `oci-dir://${join(workspace, "build", name)}`;
const compared = { command: "compare", image: layout("new"), to: layout("old") };

test("one comment with what the pull request changes, written anew by the next run", async () => {
  gitHub.addComment("Nice work!", "ada");
  const first = await step(
    { ...compared, command: "compare, cves", "sarif-file": "plimsoll.sarif" },
    { entry: true },
  );
  assert.equal(first.exitCode, 0, first.stdout + first.stderr);
  const [, comment] = gitHub.comments;
  assert.equal(gitHub.comments.length, 2);
  const text = comment?.body ?? "";
  assert.match(text, /^<!-- plimsoll:comment:[0-9a-f]{32} -->\n/);
  assert.match(text, /1 vulnerability added/);
  assert.match(text, /CVE-2030-0001/);
  assert.match(text, /1 vulnerability removed/);
  assert.match(text, /CVE-2030-0002/);
  assert.doesNotMatch(text, /CVE-2030-0003/, "what was there before is not listed");
  assert.match(text, /github\.example\.com\/octo\/app\/actions\/runs\/4711/);
  assert.match(first.summary, /## plimsoll compare[\s\S]*## plimsoll cves[\s\S]*CVE-2030-0003/);
  assert.match(
    first.outputs,
    /^compare<<(\S+)\n[\s\S]*\n\1\ncves<<(\S+)\n[\s\S]*\n\2\nexit-code<<(\S+)\n0\n\3\n/,
  );
  assert.match(first.outputs, /comment-url<<(\S+)\nhttps:\/\/github\.example\.com\/\S+\n\1\n/);
  assert.match(readFileSync(join(workspace, "plimsoll.sarif"), "utf8"), /CVE-2030-0001/);
  assert.match(
    first.stdout,
    /^::group::plimsoll compare\n::stop-commands::(\S+)\n[\s\S]*CVE-2030-0001[\s\S]*\n::\1::\n::endgroup::$/m,
    "the log commands nothing",
  );
  assert.match(first.stdout, /^::warning file=Dockerfile,line=3,endLine=3,title=1 new vulnerability/m);
  assert.deepEqual(first.left, []);

  const second = await step({ ...compared, to: compared.image });
  assert.equal(second.exitCode, 0, second.stderr);
  assert.equal(gitHub.comments.length, 2);
  assert.match(gitHub.comments[1]?.body ?? "", /No vulnerability comes or goes/);
  assert.equal(gitHub.comments[0]?.body, "Nice work!");
});

test("a gate stops the step with exit code 2, says why, and what comes after it does not run", async () => {
  const { exitCode, stdout, summary } = await step({
    ...compared,
    command: "compare,cves",
    "exit-on": "vulnerability",
  });
  assert.equal(exitCode, 2);
  assert.match(
    stdout,
    /^::error title=plimsoll compare::gate: vulnerability: new vulnerabilities: CVE-2030-0001$/m,
  );
  assert.match(gitHub.comments[0]?.body ?? "", /stopped by compare/);
  assert.doesNotMatch(summary, /plimsoll cves/);
});

test("a pull request from a fork: a clear warning, no failure, and the summary has it all", async () => {
  const { exitCode, stdout, summary } = await step(compared, { token: gitHubTokens.readOnly, fork: true });
  assert.equal(exitCode, 0);
  assert.match(
    stdout,
    /^::warning title=plimsoll::The comment was not written: .*403.*in a fork of octo\/app/m,
  );
  assert.match(summary, /CVE-2030-0001/);
  assert.equal(gitHub.comments.length, 0);
});

test("keep-previous-comments folds what was said before; a copy of the hidden line by somebody else is left alone", async () => {
  await step(compared, { token: gitHubTokens.person });
  const [own] = gitHub.comments;
  gitHub.addComment(`${own?.body ?? ""}All is well.`, "eve");
  const { exitCode } = await step(
    { ...compared, "keep-previous-comments": "true" },
    { token: gitHubTokens.person },
  );
  assert.equal(exitCode, 0);
  const [folded, foreign, fresh] = gitHub.comments;
  assert.equal(gitHub.comments.length, 3);
  assert.match(folded?.body ?? "", /^<!-- plimsoll:comment:old -->\n<details>/);
  assert.match(foreign?.body ?? "", /All is well\.$/);
  assert.match(fresh?.body ?? "", /1 vulnerability added/);
});

test("a comment is found among more than a page of others", async () => {
  for (let index = 0; index < 100; index += 1) gitHub.addComment(`+${index}`, "ada");
  await step(compared);
  await step(compared);
  assert.equal(gitHub.comments.length, 101);
  assert.deepEqual(
    gitHub.exchanges.map(({ method, query }) => `${method} ${query["page"] ?? ""}`.trim()),
    ["GET 1", "GET 2", "POST", "GET 1", "GET 2", "GET", "PATCH"],
  );
});

test("without a pull request nothing is asked of GitHub; an operational error ends the step with 1", async () => {
  const { exitCode, stdout } = await step(
    { command: "cves", image: "oci-dir://build/absent" },
    { pull: false, entry: true },
  );
  assert.equal(exitCode, 1);
  assert.equal(how.using, "node24");
  assert.match(stdout, /^::error title=plimsoll cves::error [A-Z_]+: /m);
  assert.equal(gitHub.exchanges.length, 0);
});

test("every request and every answer is as GitHub documents it", () => {
  everything.push(...gitHub.exchanges);
  const asked = new Set(everything.map(({ method, status }) => `${method} ${status}`));
  assert.deepEqual([...asked].toSorted(), ["GET 200", "GET 403", "PATCH 200", "POST 201", "POST 403"]);
  for (const { headers } of everything) {
    assert.equal(headers["accept"], "application/vnd.github+json");
    assert.equal(headers["x-github-api-version"], "2022-11-28");
    assert.equal(headers["user-agent"], "plimsoll");
  }
  const [some] = everything;
  assert.ok(some !== undefined);
  // The judge can say no, and says it of these two alone.
  const wrong = [
    { ...some, path: "/repos/octo/app/remarks" },
    { ...some, answer: [{ id: "1" }] },
  ];
  const complaints = undocumented([...everything, ...wrong]);
  assert.equal(complaints.length, 2, complaints.join("\n"));
  assert.match(complaints[0] ?? "", /remarks -> 200: there is no such path/);
  assert.match(complaints[1] ?? "", /answer: /);
});
