/** Which pull request an event is about. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PlimsollError } from "../../domain/error.ts";
import { findPullRequest } from "./pull-request.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-event-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const find = (event: string, repository = "octo/app", given = "") => {
  const path = join(folder, `${(count += 1)}.json`);
  writeFileSync(path, event);
  return findPullRequest({ GITHUB_REPOSITORY: repository, GITHUB_EVENT_PATH: path }, given);
};
const sha = "a".repeat(40);
const side = (name: string | null) => {
  return { sha, repo: name === null ? null : { full_name: name } };
};
const pull = (head: string | null) => {
  return { pull_request: { number: 7, head: side(head), base: side("octo/app") } };
};

const rows: readonly (readonly [name: string, event: unknown, found: unknown])[] = [
  ["a branch of the repository", pull("octo/app"), { number: 7, isFromFork: false, commit: sha }],
  ["a branch of a fork", pull("eve/app"), { number: 7, isFromFork: true, commit: sha }],
  ["a fork that was deleted", pull(null), { number: 7, isFromFork: true, commit: sha }],
  [
    "a comment on a pull request",
    { issue: { number: 8, pull_request: { url: "x" } } },
    { number: 8, isFromFork: false, commit: null },
  ],
  ["a comment on an issue", { issue: { number: 8 } }, null],
  [
    "a workflow after another",
    { workflow_run: { pull_requests: [{ number: 9 }], head_sha: sha } },
    { number: 9, isFromFork: false, commit: sha },
  ],
  ["a workflow after that of a fork", { workflow_run: { pull_requests: [] } }, null],
  ["a push", { ref: "refs/heads/main" }, null],
  ["a number that is none", { pull_request: { number: "7" } }, null],
  ["a list", [], null],
];
for (const [name, event, found] of rows) {
  test(`event: ${name}`, async () => {
    const expected = found === null ? null : { repository: "octo/app", ...(found as object) };
    assert.deepEqual(await find(JSON.stringify(event)), expected);
  });
}

test("an event that is no JSON, a repository that is none, no file: no pull request", async () => {
  assert.equal(await find("{"), null);
  assert.equal(await find(JSON.stringify(pull("octo/app")), "octo/app/../x"), null);
  assert.equal(
    await findPullRequest({ GITHUB_REPOSITORY: "octo/app", GITHUB_EVENT_PATH: join(folder, "absent") }, ""),
    null,
  );
  assert.equal(await findPullRequest({}, "7"), null);
});

test("an event of more than 32 MiB is not read", async () => {
  const event = JSON.stringify(pull("octo/app"));
  assert.notEqual(await find(event.padEnd(32 * 1024 * 1024)), null);
  assert.equal(await find(event.padEnd(32 * 1024 * 1024 + 1)), null);
});

test("a number that the workflow found stands above the event", async () => {
  const event = JSON.stringify({ workflow_run: { pull_requests: [], head_sha: sha } });
  const found = await find(event, "octo/app", "12");
  assert.deepEqual(found, { repository: "octo/app", number: 12, isFromFork: false, commit: sha });
  await assert.rejects(
    find(event, "octo/app", "12/../3"),
    (error) => error instanceof PlimsollError && error.code === "USAGE",
  );
});
