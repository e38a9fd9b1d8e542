/**
 * Errors as answers: problem details (RFC 9457) with a stable code. What is a caller's business is told in full; what went wrong
 * inside is told as a random id, under which the log has it.
 */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { ProblemView } from "../api/rest/fields.ts";
import { errorCodes, type ErrorCode } from "../domain/error-codes.ts";
import { PlimsollError, type ErrorOptions } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { PolicyError } from "../policies/error.ts";

/** One thing that is wrong with a request. `path`: `scope.repositories.0`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** REQUEST_INVALID with what is wrong, field by field. */
export class RequestInvalidError extends PlimsollError {
  readonly fields: readonly FieldProblem[];

  constructor(message: string, fields: readonly FieldProblem[] = [], options: ErrorOptions = {}) {
    super("REQUEST_INVALID", message, options);
    this.fields = fields;
  }
}

/** What zod found, without the values that were sent. At most 50 of them. */
export function requestInvalid(where: "body" | "query" | "path", error: z.ZodError): RequestInvalidError {
  const fields = error.issues.slice(0, FIELDS_MAX).map((issue) => ({
    path: printable(issue.path.map(String).join("."), 200),
    message: printable(issue.message),
  }));
  const first = fields[0];
  const reason = first === undefined ? "" : `: ${first.path === "" ? "" : `${first.path}: `}${first.message}`;
  return new RequestInvalidError(`The ${where} of the request is not valid${reason}.`, fields);
}

/** Where an error came up, for the log. */
export interface ErrorPlace {
  readonly method: string;
  /** The route's path with its parameters unfilled: addresses may hold what nobody should read in a log. */
  readonly route: string;
}

/** The answer to an error. `log` is told of those that are not the caller's doing. */
export function problemResponse(error: unknown, place: ErrorPlace, log: (line: string) => void): Response {
  const known = toKnownError(error);
  const status = known === null ? 500 : errorCodes[known.code].httpStatus;
  if (known !== null && status < 500) return respond(known.code, status, known.message, known);
  const id = randomUUID();
  const code = known?.code ?? "INTERNAL";
  logError(error, `${id} ${place.method} ${place.route} ${code}`, log);
  return respond(code, status, `${errorCodes[code].title} The server's log has it as ${id}.`, known);
}

/** PostgreSQL's own words hold values of rows, so only its codes are looked at. */
function toKnownError(error: unknown): PlimsollError | null {
  if (error instanceof PlimsollError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === UNIQUE_VIOLATION) return new PlimsollError("CONFLICT", "It exists already.", { cause: error });
  if (code === SERIALIZATION_FAILURE || code === DEADLOCK)
    return new PlimsollError("CONFLICT", "It was changed in between.", { cause: error });
  if (code === QUERY_CANCELED)
    return new PlimsollError("REQUEST_TIMEOUT", "The database took too long.", { cause: error });
  const isConnecting = error instanceof Error && "syscall" in error && error.syscall === "connect";
  if (isConnecting || DATABASE_GONE.includes(code))
    return new PlimsollError("STORE_UNREACHABLE", "The database does not answer.", { cause: error });
  return null;
}

function respond(code: ErrorCode, status: number, detail: string, error: PlimsollError | null): Response {
  const row = errorCodes[code];
  const body: ProblemView = {
    type: `urn:plimsoll:error:${code}`,
    title: row.title,
    status,
    code,
    detail: printable(detail, DETAIL_LENGTH_MAX),
    advice: row.advice,
    ...(isFieldByField(error) ? { fields: [...error.fields] } : {}),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  const wait = error?.details["retryAfterSeconds"];
  if (typeof wait === "number") headers.set("retry-after", String(Math.max(1, Math.ceil(wait))));
  if (status === 401) headers.set("www-authenticate", 'Bearer realm="plimsoll"');
  return new Response(JSON.stringify(body), { status, headers });
}

function isFieldByField(error: PlimsollError | null): error is RequestInvalidError | PolicyError {
  return error instanceof RequestInvalidError || (error instanceof PolicyError && error.fields.length > 0);
}

/** Stack traces name our code; messages of errors are escaped and cut, and no field of an error is printed. */
function logError(error: unknown, heading: string, log: (line: string) => void): void {
  const lines = [`error ${heading}`];
  for (let cause: unknown = error, depth = 0; cause !== undefined && depth < CAUSES_MAX; depth += 1) {
    const text =
      cause instanceof Error ? (cause.stack ?? cause.message) : "something that is no error was thrown";
    lines.push(
      ...text
        .split("\n")
        .slice(0, LINES_MAX)
        .map((line) => `  ${printable(line)}`),
    );
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  log(lines.join("\n"));
}

const UNIQUE_VIOLATION = "23505";
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";
const QUERY_CANCELED = "57014";
/** Shut down, starting, full, or the connection broke. */
const DATABASE_GONE = ["57P01", "57P02", "57P03", "53300", "08006", "ECONNRESET", "EPIPE"];
const FIELDS_MAX = 50;
const DETAIL_LENGTH_MAX = 2_000;
const CAUSES_MAX = 4;
const LINES_MAX = 20;
