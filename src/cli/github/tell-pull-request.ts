/** The comment on the pull request that a run is about. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { parseReference } from "../../oci/reference.ts";
import type { CliContext } from "../context.ts";
import type { CommandResult } from "./command-result.ts";
import { commentBody, commentMarker } from "./comment.ts";
import { createGitHubApi } from "./github-api.ts";
import type { Inputs } from "./inputs.ts";
import type { PullRequest } from "./pull-request.ts";
import { annotationText } from "./workflow-commands.ts";
import { refusalText, writeComment, type CommentOutcome } from "./write-comment.ts";

/** Null: there is nothing to say there, or no token to say it with. */
export async function tellPullRequest(
  context: CliContext,
  pull: PullRequest,
  { inputs, results }: { readonly inputs: Inputs; readonly results: readonly CommandResult[] },
): Promise<CommentOutcome | null> {
  const marker = commentMarker(commentParts(context, inputs));
  const body = commentBody(results, {
    marker,
    image: printable(
      results.map(imageOf).find((name) => name !== null) ?? (inputs.text("image") || "image"),
      300,
    ),
    commit: pull.commit,
    page: runPage(context),
    version: context.version,
  });
  if (body === null) return null;
  const token = inputs.text("github-token");
  if (token === "") {
    warn(context, "The comment was not written: the input github-token is empty.");
    return null;
  }
  const access = {
    address: context.env["GITHUB_API_URL"] || "https://api.github.com",
    token,
    repository: pull.repository,
    pullRequest: pull.number,
  };
  const keepsPrevious = inputs.isOn("keep-previous-comments");
  const outcome = await writeComment(createGitHubApi(access), { marker, body, keepsPrevious });
  if (outcome.kind === "refused") warn(context, refusalText(outcome, pull, pull.isFromFork));
  else context.stdout.write(`comment ${outcome.kind}: ${printable(outcome.comment.page)}\n`);
  return outcome;
}

/** What tells the comments of a pull request apart; an image's tag and digest change with each commit, so they are left out. */
function commentParts({ env }: CliContext, inputs: Inputs): readonly string[] {
  const key = inputs.text("comment-key");
  if (key !== "") return ["key", key];
  return [
    "job",
    env["GITHUB_WORKFLOW"] ?? "",
    env["GITHUB_JOB"] ?? "",
    repositoryOf(inputs.text("image")),
    inputs.text("platform"),
  ];
}

function repositoryOf(image: string): string {
  const at = image.indexOf("://");
  try {
    return parseReference(at === -1 ? image : image.slice(at + "://".length)).repository;
  } catch (error) {
    if (error instanceof PlimsollError) return image;
    throw error;
  }
}

function imageOf({ report }: CommandResult): string | null {
  switch (report?.view) {
    case "compare":
      return report.report.analysed.target.name;
    case "cves":
    case "policy":
    case "quickview":
      return report.report.target.name;
    default:
      return null;
  }
}

function runPage({ env }: CliContext): string | null {
  const server = env["GITHUB_SERVER_URL"] ?? "";
  const run = env["GITHUB_RUN_ID"] ?? "";
  if (server === "" || !/^\d{1,20}$/.test(run)) return null;
  return `${server}/${env["GITHUB_REPOSITORY"] ?? ""}/actions/runs/${run}`;
}

function warn(context: CliContext, message: string): void {
  context.stdout.write(
    annotationText({ level: "warning", title: "plimsoll", message, file: null, line: null }),
  );
}
