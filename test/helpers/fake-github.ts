/**
 * GitHub's API on loopback, as far as comments of one pull request go: who is asking, the list of comments in pages, a new one, one
 * changed. What a token may is told by the token. Every exchange is kept, to be held against GitHub's own description.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { GitHubExchange, GitHubSchemas } from "./github-description.ts";

/** What the tokens of this GitHub may; any other token is unknown to it. */
export const gitHubTokens = {
  /** A workflow's own, with pull-requests: write. */
  workflow: "ghs_workflow",
  /** A workflow's own of a pull request from a fork. */
  readOnly: "ghs_readonly",
  /** Of the person `ada`. */
  person: "ghp_ada",
} as const;

export interface FakeGitHub {
  /** `http://127.0.0.1:PORT/api/v3`, as of one's own GitHub. */
  readonly address: string;
  readonly comments: readonly GitHubSchemas["issue-comment"][];
  readonly exchanges: readonly GitHubExchange[];
  /** A comment that was there before. */
  addComment(body: string, login: string): void;
  /** Forgets comments and exchanges. */
  reset(): void;
  close(): Promise<void>;
}

const PREFIX = "/api/v3";

/** Of the repository `octo/app` and its pull request 7. */
export async function startFakeGitHub(): Promise<FakeGitHub> {
  let comments: GitHubSchemas["issue-comment"][] = [];
  let exchanges: GitHubExchange[] = [];
  let address = "";
  const add = (body: string, login: string): GitHubSchemas["issue-comment"] => {
    const comment = commentOf(address, comments.length + 1, body, login);
    comments.push(comment);
    return comment;
  };
  const respond = (request: Asked): Answer => {
    const login = whoHas(request.token);
    if (login === null) return refusal(401, "Bad credentials");
    const isRead = request.token === gitHubTokens.readOnly;
    if (request.method === "GET" && request.path === "/user") {
      return login.endsWith("[bot]")
        ? refusal(403, "Resource not accessible by integration")
        : { status: 200, answer: publicUser(address, login) };
    }
    if (request.path === "/repos/octo/app/issues/7/comments") {
      if (request.method === "GET") {
        const length = Number(request.query["per_page"] ?? 30);
        const from = (Number(request.query["page"] ?? 1) - 1) * length;
        return { status: 200, answer: comments.slice(from, from + length) };
      }
      if (request.method === "POST") {
        if (isRead) return refusal(403, "Resource not accessible by integration");
        return { status: 201, answer: add(textOf(request), login) };
      }
    }
    const [, id] = /^\/repos\/octo\/app\/issues\/comments\/(\d+)$/.exec(request.path) ?? [];
    const at = comments.findIndex((comment) => comment.id === Number(id));
    const before = comments[at];
    if (request.method !== "PATCH" || before === undefined) return refusal(404, "Not Found");
    const changed = { ...before, body: textOf(request), updated_at: "2030-02-01T00:00:01Z" };
    comments[at] = changed;
    return { status: 200, answer: changed };
  };
  const server = createServer((request, response) => {
    void (async () => {
      const asked = await readRequest(request);
      const { status, answer } = respond(asked);
      const { method, path, query, body } = asked;
      exchanges.push({ method, path, query, headers: request.headers, body, status, answer });
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`;
  return {
    address,
    get comments() {
      return comments;
    },
    get exchanges() {
      return exchanges;
    },
    addComment: (body, login) => void add(body, login),
    reset: () => {
      comments = [];
      exchanges = [];
    },
    close: () => new Promise((done) => void server.close(() => done())),
  };
}

interface Asked {
  readonly method: GitHubExchange["method"];
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly answer: unknown;
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? "/", "http://localhost");
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return {
    method: (request.method ?? "GET") as GitHubExchange["method"],
    path: url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: text === "" ? null : JSON.parse(text),
    token: (request.headers.authorization ?? "").replace(/^Bearer /, ""),
  };
}

function textOf({ body }: Asked): string {
  return (body as { readonly body: string }).body;
}

function whoHas(token: string): string | null {
  if (token === gitHubTokens.person) return "ada";
  return token === gitHubTokens.workflow || token === gitHubTokens.readOnly ? "github-actions[bot]" : null;
}

function refusal(status: number, message: string): Answer {
  const answer: GitHubSchemas["basic-error"] = {
    message,
    documentation_url: "https://docs.github.com/rest",
    status: String(status),
  };
  return { status, answer };
}

function commentOf(address: string, id: number, body: string, login: string): GitHubSchemas["issue-comment"] {
  return {
    id,
    node_id: `IC_${id}`,
    url: `${address}/repos/octo/app/issues/comments/${id}`,
    html_url: `https://github.example.com/octo/app/pull/7#issuecomment-${id}`,
    issue_url: `${address}/repos/octo/app/issues/7`,
    body,
    user: simpleUser(address, login),
    created_at: "2030-02-01T00:00:00Z",
    updated_at: "2030-02-01T00:00:00Z",
    author_association: login.endsWith("[bot]") ? "NONE" : "MEMBER",
    performed_via_github_app: null,
  };
}

function simpleUser(address: string, login: string): GitHubSchemas["simple-user"] {
  const own = `${address}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: login.length,
    node_id: `U_${login.length}`,
    avatar_url: "https://github.example.com/avatar.png",
    gravatar_id: "",
    url: own,
    html_url: `https://github.example.com/${encodeURIComponent(login)}`,
    followers_url: `${own}/followers`,
    following_url: `${own}/following{/other_user}`,
    gists_url: `${own}/gists{/gist_id}`,
    starred_url: `${own}/starred{/owner}{/repo}`,
    subscriptions_url: `${own}/subscriptions`,
    organizations_url: `${own}/orgs`,
    repos_url: `${own}/repos`,
    events_url: `${own}/events{/privacy}`,
    received_events_url: `${own}/received_events`,
    type: login.endsWith("[bot]") ? "Bot" : "User",
    site_admin: false,
  };
}

function publicUser(address: string, login: string): GitHubSchemas["public-user"] {
  return {
    ...simpleUser(address, login),
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 1,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: "2020-01-01T00:00:00Z",
    updated_at: "2030-01-01T00:00:00Z",
  };
}
