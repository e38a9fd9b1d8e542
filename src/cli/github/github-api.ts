/**
 * The few requests to GitHub that comments need.
 * https://docs.github.com/en/rest/issues/comments
 */
import { PlimsollError } from "../../domain/error.ts";
import { recordOf } from "../../domain/json-record.ts";
import { httpRequest, type HttpRequest } from "../../io/http.ts";

export interface IssueComment {
  readonly id: number;
  readonly body: string;
  /** Address of it for people. */
  readonly page: string;
  /** Login of who wrote it; null: the account is gone. */
  readonly author: string | null;
  /** An app wrote it, as the token of a workflow is one. */
  readonly isByApp: boolean;
}

/** GitHub would not, or could not. Status null: there was no answer. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: number | null;
  /** GitHub's own words, or what went wrong on the way. */
  readonly reason: string;
}

export type Answer<T> = { readonly kind: "answered"; readonly value: T } | Refusal;

export interface GitHubApi {
  /** Login of the token's owner; refused to the tokens of workflows, which belong to nobody. */
  whoAmI(): Promise<Answer<string>>;
  /** Oldest first, up to a ceiling. */
  listComments(): Promise<Answer<readonly IssueComment[]>>;
  createComment(body: string): Promise<Answer<IssueComment>>;
  updateComment(id: number, body: string): Promise<Answer<IssueComment>>;
}

export interface GitHubAccess {
  /** `https://api.github.com`, or of one's own GitHub `https://github.example.com/api/v3`. */
  readonly address: string;
  readonly token: string;
  /** `octo/app` */
  readonly repository: string;
  readonly pullRequest: number;
}

/** Pages of a hundred comments: more are on no pull request that anybody reads. */
const PAGES_MAX = 30;
const PAGE_LENGTH = 100;

export function createGitHubApi({ address, token, repository, pullRequest }: GitHubAccess): GitHubApi {
  const base = address.replace(/\/+$/, "");
  const issues = `${base}/repos/${repository}/issues`;
  const ask = (url: string, how: Pick<HttpRequest, "method" | "body"> = {}) => exchange(url, token, how);
  const write = async (url: string, method: "POST" | "PATCH", body: string): Promise<Answer<IssueComment>> =>
    reading(await ask(url, { method, body: JSON.stringify({ body }) }), readComment);
  return {
    whoAmI: async () =>
      reading(await ask(`${base}/user`), (value) => {
        const login = recordOf(value)?.["login"];
        return typeof login === "string" ? login : null;
      }),
    async listComments() {
      const comments: IssueComment[] = [];
      for (let page = 1; page <= PAGES_MAX; page += 1) {
        const url = `${issues}/${pullRequest}/comments?per_page=${PAGE_LENGTH}&page=${page}`;
        const answer = reading(await ask(url), (value) => (Array.isArray(value) ? value : null));
        if (answer.kind === "refused") return answer;
        for (const row of answer.value) {
          const comment = readComment(row);
          if (comment !== null) comments.push(comment);
        }
        if (answer.value.length < PAGE_LENGTH) break;
      }
      return { kind: "answered", value: comments };
    },
    createComment: (body) => write(`${issues}/${pullRequest}/comments`, "POST", body),
    updateComment: (id, body) => write(`${issues}/comments/${id}`, "PATCH", body),
  };
}

function reading<T>(answer: Answer<unknown>, read: (value: unknown) => T | null): Answer<T> {
  if (answer.kind === "refused") return answer;
  const value = read(answer.value);
  if (value !== null) return { kind: "answered", value };
  return { kind: "refused", status: null, reason: "the answer is not what GitHub documents" };
}

function readComment(value: unknown): IssueComment | null {
  const { id, body, html_url: page, user } = recordOf(value) ?? {};
  if (typeof id !== "number" || typeof page !== "string") return null;
  const { login, type } = recordOf(user) ?? {};
  return {
    id,
    // GitHub leaves it out of comments without text.
    body: typeof body === "string" ? body : "",
    page,
    author: typeof login === "string" ? login : null,
    isByApp: type === "Bot",
  };
}

const limits = { bodyBytesMax: 32 * 1024 * 1024, totalTimeoutMs: 60_000 };

async function exchange(
  url: string,
  token: string,
  how: Pick<HttpRequest, "method" | "body">,
): Promise<Answer<unknown>> {
  const origin = URL.parse(url)?.origin ?? null;
  try {
    const response = await httpRequest({
      url,
      ...how,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        ...(how.body === undefined ? {} : { "content-type": "application/json" }),
      },
      limits,
      isAllowed: (asked) => asked.origin === origin,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const value: unknown = parsed(Buffer.concat(pieces).toString("utf8"));
    if (response.status >= 200 && response.status < 300) return { kind: "answered", value };
    const said = recordOf(value)?.["message"];
    const reason = typeof said === "string" ? said.slice(0, 300) : "it gave no reason";
    return { kind: "refused", status: response.status, reason };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { kind: "refused", status: null, reason: error.message };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
