/**
 * A refusal by the server, as problem+json (RFC 9457) tells it, or by the network. `code` is stable; the rest is for people.
 */
export class ApiProblem extends Error {
  /** Code of docs/reference/errors.md, or one of ours: `NETWORK_UNREACHABLE`, `ANSWER_INVALID`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What to do about it; empty when nobody knows. */
  readonly advice: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** What is wrong with each field of a form, by path: `options.images.0`. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(told: ProblemFields, options?: ErrorOptions) {
    super(told.detail === "" ? told.title : told.detail, options);
    this.name = "ApiProblem";
    this.code = told.code;
    this.title = told.title;
    this.detail = told.detail;
    this.advice = told.advice;
    this.status = told.status;
    this.fields = told.fields;
  }
}

export interface ProblemFields {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly advice: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads the body of a refusal. What is not problem+json becomes a problem that says the status, and nothing of the body. */
export function readProblem(status: number, body: unknown): ApiProblem {
  const told = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const code = text(told["code"]);
  return new ApiProblem({
    code: code === "" ? `HTTP_${status}` : code,
    title: text(told["title"]) || titleOf(status),
    detail: text(told["detail"]),
    advice: text(told["advice"]),
    status,
    fields: readFields(told["fields"]),
  });
}

/** No answer at all. */
export function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      code: "NETWORK_UNREACHABLE",
      title: "The server does not answer.",
      detail: "",
      advice: "Check that the server runs and that this machine reaches it, then try again.",
      status: 0,
      fields: {},
    },
    { cause },
  );
}

/** Whatever was thrown, as a problem that can be shown. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(
    {
      code: "DASHBOARD_FAILED",
      title: "The dashboard broke one of its own promises.",
      detail: error instanceof Error ? error.message : String(error),
      advice: "Load the page again. If it stays, report it with the code and what you did.",
      status: 0,
      fields: {},
    },
    { cause: error },
  );
}

/** `fields: [{ path, message }]`; of several messages for one path the first. */
function readFields(told: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const entry of Array.isArray(told) ? (told as unknown[]) : []) {
    if (typeof entry !== "object" || entry === null) continue;
    const { path, message } = entry as { path?: unknown; message?: unknown };
    if (typeof message === "string") fields[text(path)] ??= message;
  }
  return fields;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function titleOf(status: number): string {
  if (status === 401) return "You are not signed in.";
  if (status === 403) return "You may not do this.";
  if (status === 404) return "This does not exist, or you may not see it.";
  if (status === 429) return "Too many requests.";
  return status >= 500 ? "The server failed." : "The request was refused.";
}
