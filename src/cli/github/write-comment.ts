/** One comment a pull request: found again by its hidden first line, and written anew. */
import type { GitHubAccess, GitHubApi, IssueComment, Refusal } from "./github-api.ts";
import { cutMarkdown } from "./runner-files.ts";
import { COMMENT_LENGTH_MAX, OLD_MARKER } from "./comment.ts";

export interface CommentRequest {
  /** First line of `body`. */
  readonly marker: string;
  readonly body: string;
  /** Write a new one, and fold those before it. */
  readonly keepsPrevious: boolean;
}

export type CommentOutcome =
  { readonly kind: "created" | "updated"; readonly comment: IssueComment; readonly folded: number } | Refusal;

/** Never throws for what GitHub says. */
export async function writeComment(
  api: GitHubApi,
  { marker, body, keepsPrevious }: CommentRequest,
): Promise<CommentOutcome> {
  const listed = await api.listComments();
  if (listed.kind === "refused") return listed;
  const marked = listed.value.filter((comment) => comment.body.trimStart().startsWith(marker));
  const own = marked.length === 0 ? [] : await ownOf(api, marked);
  const last = own.at(-1);
  if (last !== undefined && !keepsPrevious) {
    const updated = await api.updateComment(last.id, body);
    if (updated.kind === "answered") return { kind: "updated", comment: updated.value, folded: 0 };
    // Somebody deleted it in the meantime.
    if (updated.status !== 404) return updated;
  }
  const created = await api.createComment(body);
  if (created.kind === "refused") return created;
  let folded = 0;
  for (const comment of keepsPrevious ? own : []) {
    const { kind } = await api.updateComment(comment.id, foldedBody(comment.body, marker));
    if (kind === "answered") folded += 1;
  }
  return { kind: "created", comment: created.value, folded };
}

/** Anybody can copy the hidden line; a comment of somebody else is never written over. */
async function ownOf(api: GitHubApi, marked: readonly IssueComment[]): Promise<readonly IssueComment[]> {
  const self = await api.whoAmI();
  return marked.filter(({ author, isByApp }) => (self.kind === "answered" ? author === self.value : isByApp));
}

/** The comment as it was, closed. A later run takes it for none of its own. */
export function foldedBody(body: string, marker: string): string {
  const text = body.trimStart().slice(marker.length).trim();
  const room = COMMENT_LENGTH_MAX - 200;
  return `${OLD_MARKER}\n<details><summary>Of an earlier commit</summary>\n\n${cutMarkdown(text, room)}\n\n</details>\n`;
}

/** Why there is no comment, and what to do, in words for the log. */
export function refusalText(
  { status, reason }: Refusal,
  { repository }: Pick<GitHubAccess, "repository">,
  isFromFork: boolean,
): string {
  const begin = `The comment was not written: GitHub answered ${status ?? "nothing"} (${reason}).`;
  const refused = status === 401 || status === 403 || status === 404;
  if (!refused) return `${begin} The job summary says the same.`;
  if (isFromFork)
    return `${begin} The branch is in a fork of ${repository}, and the token of such a run may only read. The job summary says the same; docs/guide/ci/github.md shows how forks get comments.`;
  return `${begin} The job needs "permissions: pull-requests: write", or the input github-token a token that has it. The job summary says the same.`;
}
