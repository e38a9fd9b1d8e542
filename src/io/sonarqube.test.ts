/** Against a server on loopback that answers as SonarQube's web API is documented. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { askSonarQube } from "./sonarqube.ts";

const sha = "c0ffee0123456789c0ffee0123456789c0ffee01";
const old = "0000000123456789c0ffee0123456789c0ffee01";
const pull = "feedbeef23456789c0ffee0123456789c0ffee01";
const failedConditions = [
  { status: "ERROR", metricKey: "new_coverage", comparator: "LT", errorThreshold: "80", actualValue: "62.5" },
  { status: "OK", metricKey: "new_bugs", comparator: "GT", errorThreshold: "0", actualValue: "0" },
];

const answers: Readonly<Record<string, unknown>> = {
  "/sonar/api/project_analyses/search?project=acme%3Aapp&ps=500&p=1": {
    paging: { pageIndex: 1, pageSize: 500, total: 2 },
    analyses: [
      { key: "AX1", date: "2026-11-20T10:00:00+0000", revision: sha, events: [] },
      { key: "AX0", date: "2026-10-20T10:00:00+0000", revision: old, events: [] },
    ],
  },
  "/sonar/api/project_analyses/search?project=empty&ps=500&p=1": { analyses: [] },
  "/sonar/api/project_branches/list?project=acme%3Aapp": { branches: [] },
  "/sonar/api/project_pull_requests/list?project=acme%3Aapp": {
    pullRequests: [{ key: "12", commit: { sha: pull }, analysisDate: "2026-11-21T10:00:00+0000" }],
  },
  "/sonar/api/qualitygates/project_status?analysisId=AX1": {
    projectStatus: { status: "OK", conditions: [] },
  },
  "/sonar/api/qualitygates/project_status?analysisId=AX0": {
    projectStatus: { status: "ERROR", conditions: failedConditions },
  },
  "/sonar/api/qualitygates/project_status?projectKey=acme%3Aapp&pullRequest=12": {
    projectStatus: { status: "NONE", conditions: [] },
  },
};

/** Answers of the table to whoever has the token; empty and pull requests of `empty` are not known to this server. */
function withServer(use: (url: string) => Promise<void>): Promise<void> {
  return withAnswers((path) => {
    const answer = answers[path];
    return answer === undefined ? null : JSON.stringify(answer);
  }, use);
}

/** Null: there is nothing. */
async function withAnswers(
  answerTo: (path: string) => string | null,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== "Bearer squ_token") {
      response.writeHead(401).end();
      return;
    }
    const answer = answerTo(request.url ?? "");
    if (answer === null) response.writeHead(404).end("{}");
    else response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sonar`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const signedIn = { token: "squ_token", signal: null };

test("sonarqube: a commit of the history, by its whole or short hash", async () => {
  await withServer(async (url) => {
    for (const revision of [sha, sha.slice(0, 7), sha.toUpperCase()]) {
      assert.deepEqual(await askSonarQube(revision, { ...signedIn, url, projects: ["empty", "acme:app"] }), {
        value: {
          provider: "SonarQube",
          project: "acme:app",
          revision: sha,
          status: "passed",
          conditions: [],
          analysedAt: "2026-11-20T10:00:00+0000",
          url: `${url}/dashboard?id=acme%3Aapp`,
        },
      });
    }
  });
});

test("sonarqube: a gate that failed tells its conditions", async () => {
  await withServer(async (url) => {
    const answer = await askSonarQube(old, { ...signedIn, url: `${url}/`, projects: ["acme:app"] });
    assert.ok("value" in answer);
    assert.equal(answer.value.status, "failed");
    assert.deepEqual(answer.value.conditions, [{ metric: "new_coverage", actual: "62.5", bound: "LT 80" }]);
  });
});

const silent: [name: string, revision: string, options: object, reason: RegExp][] = [
  ["a project without a gate", pull, {}, /no quality gate for acme:app \(NONE\)/],
  ["a commit that nobody analysed", "abcdef1234", {}, /no analysis of the commit abcdef1234 in acme:app/],
  ["a revision that is no commit", "v1.2.3", {}, /is no commit/],
  ["a hash that is too short", "c0ffee", {}, /is no commit/],
  ["a wrong token", sha, { token: "wrong" }, /did not answer: .* status 401/],
];
for (const [name, revision, options, reason] of silent) {
  test(`sonarqube: ${name}`, async () => {
    await withServer(async (url) => {
      const answer = await askSonarQube(revision, { ...signedIn, url, projects: ["acme:app"], ...options });
      assert.ok("reason" in answer);
      assert.match(answer.reason, reason);
      assert.ok(!answer.reason.includes("squ_token"));
    });
  });
}

test("sonarqube: a history without an end is read for ten pages", async () => {
  let pages = 0;
  const page = JSON.stringify({ analyses: Array.from({ length: 500 }, () => ({ key: "A", revision: old })) });
  const answerTo = (path: string): string | null => {
    if (!path.includes("project_analyses")) return null;
    pages += 1;
    // Ends by itself, so that more pages are a failure and not a wait.
    return pages > 20 ? JSON.stringify({ analyses: [] }) : page;
  };
  await withAnswers(answerTo, async (url) => {
    const answer = await askSonarQube(sha, { ...signedIn, url, projects: ["a"] });
    assert.match("reason" in answer ? answer.reason : "", /has no analysis of the commit/);
  });
  assert.equal(pages, 10);
});

test("sonarqube: an answer of more than 8 MiB is none", async () => {
  const found = JSON.stringify({ analyses: [{ key: "A", revision: sha }] });
  for (const [sizeBytes, isRead] of [
    [8 * 1024 ** 2, true],
    [8 * 1024 ** 2 + 1, false],
  ] as const) {
    const gate = JSON.stringify({ projectStatus: { status: "OK" } });
    await withAnswers(
      (path) => (path.includes("project_analyses") ? found.padEnd(sizeBytes) : gate),
      async (url) => {
        const answer = await askSonarQube(sha, { ...signedIn, url, projects: ["a"] });
        assert.equal("value" in answer, isRead, JSON.stringify(answer));
      },
    );
  }
});

test("sonarqube: of a gate that failed a hundred conditions are told", async () => {
  const [failed] = failedConditions;
  const conditions = Array.from({ length: 101 }, () => failed);
  const answerTo = (path: string): string =>
    JSON.stringify(
      path.includes("project_analyses")
        ? { analyses: [{ key: "A", revision: sha }] }
        : { projectStatus: { status: "ERROR", conditions } },
    );
  await withAnswers(answerTo, async (url) => {
    const answer = await askSonarQube(sha, { ...signedIn, url, projects: ["a"] });
    assert.equal("value" in answer && answer.value.conditions.length, 100);
  });
});
