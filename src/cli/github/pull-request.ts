/** Which pull request a run is about, by what GitHub tells a runner. */
import { open } from "node:fs/promises";
import { PlimsollError } from "../../domain/error.ts";
import { recordOf } from "../../domain/json-record.ts";
import { printable } from "../../domain/problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface PullRequest {
  /** `octo/app` */
  readonly repository: string;
  readonly number: number;
  /** Its branch stands in another repository, so the token of its workflows may only read. */
  readonly isFromFork: boolean;
  /** The commit of its branch that the run is about; null: the event does not tell. */
  readonly commit: string | null;
}

/**
 * The pull request of the event that started the run, or the one whose number is given (empty: none); null: the run is about none, or the
 * event cannot be read. @throws PlimsollError USAGE when what is given is no number
 */
export async function findPullRequest(env: Environment, given: string): Promise<PullRequest | null> {
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  const path = env["GITHUB_EVENT_PATH"] ?? "";
  if (!REPOSITORY.test(repository)) return null;
  const event = path === "" ? null : recordOf(await readEvent(path));
  if (given !== "") {
    if (!/^[1-9]\d{0,9}$/.test(given))
      throw new PlimsollError("USAGE", `The input pull-request is a number, not "${printable(given, 40)}".`);
    return asPullRequest(repository, Number(given), false, recordOf(event?.["workflow_run"])?.["head_sha"]);
  }
  if (event === null) return null;
  const own = recordOf(event["pull_request"]);
  if (own !== null)
    return asPullRequest(repository, own["number"], isFork(own), recordOf(own["head"])?.["sha"]);
  const issue = recordOf(event["issue"]);
  // A comment on a pull request is an event of its issue; its branch is not told.
  if (issue !== null && recordOf(issue["pull_request"]) !== null)
    return asPullRequest(repository, issue["number"], false);
  const workflow = recordOf(event["workflow_run"]);
  const of = workflow?.["pull_requests"];
  const first = Array.isArray(of) ? recordOf(of[0]) : null;
  return first === null ? null : asPullRequest(repository, first["number"], false, workflow?.["head_sha"]);
}

/** Owner and name, as GitHub allows them. */
const REPOSITORY = /^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/;

function asPullRequest(
  repository: string,
  number: unknown,
  isFromFork: boolean,
  sha: unknown = null,
): PullRequest | null {
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) return null;
  const commit = typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha) ? sha : null;
  return { repository, number, isFromFork, commit };
}

function isFork(pull: Readonly<Record<string, unknown>>): boolean {
  const nameOf = (side: string): unknown => recordOf(recordOf(pull[side])?.["repo"])?.["full_name"] ?? null;
  return nameOf("head") !== nameOf("base");
}

/** GitHub's events are at most 25 MB. */
const EVENT_BYTES_MAX = 32 * 1024 * 1024;

async function readEvent(path: string): Promise<unknown> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      return size > EVENT_BYTES_MAX ? null : JSON.parse(await handle.readFile("utf8"));
    } finally {
      await handle.close();
    }
  } catch {
    // No event is no pull request; the verdict of the commands does not hang on it.
    return null;
  }
}
