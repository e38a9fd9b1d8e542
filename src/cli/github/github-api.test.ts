/** What GitHub may answer, and how much of it is read. */
import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createGitHubApi, type GitHubApi } from "./github-api.ts";

let server: Server;
let answer: RequestListener = (_request, response) => response.end("[]");
let requests = 0;

before(async () => {
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A GitHub that answers everything so. */
function gitHub(next: RequestListener): GitHubApi {
  [answer, requests] = [next, 0];
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/`;
  return createGitHubApi({ address, token: "t", repository: "octo/app", pullRequest: 7 });
}

const comment = { id: 1, body: "x", html_url: "https://github.example.com/1", user: { login: "a" } };

test("a pull request without an end of comments is read to page 30", async () => {
  const page = JSON.stringify(Array.from({ length: 100 }, () => comment));
  // Ends by itself, so that more pages are a failure and not a wait.
  const listed = await gitHub((_request, response) =>
    response.end(requests > 40 ? "[]" : page),
  ).listComments();
  assert.equal(listed.kind === "answered" && listed.value.length, 3_000);
  assert.equal(requests, 30);
});

test("an answer of more than 32 MiB is refused", async () => {
  const blanks = Buffer.alloc(1024 * 1024, " ");
  const listed = await gitHub((_request, response) => {
    for (let count = 0; count < 33; count += 1) response.write(blanks);
    response.end("[]");
  }).listComments();
  assert.deepEqual([listed.kind, listed.kind === "refused" && listed.status], ["refused", null]);
});

const refused: readonly (readonly [name: string, status: number, body: string, reason: RegExp])[] = [
  ["a reason", 403, JSON.stringify({ message: "no" }), /^no$/],
  ["a reason that does not end", 403, JSON.stringify({ message: "n".repeat(5_000) }), /^n{300}$/],
  ["no JSON", 502, "<html>", /gave no reason/],
  ["another shape", 200, "{}", /not what GitHub documents/],
];
for (const [name, status, body, reason] of refused) {
  test(`refused: ${name}`, async () => {
    const listed = await gitHub((_request, response) => response.writeHead(status).end(body)).listComments();
    assert.match(listed.kind === "refused" ? listed.reason : "answered", reason);
  });
}

test("another host is not followed, and does not get the token", async () => {
  const listed = await gitHub((_request, response) =>
    response.writeHead(302, { location: "https://elsewhere.example.com/" }).end(),
  ).listComments();
  assert.equal(listed.kind, "refused");
  assert.equal(requests, 1);
});
