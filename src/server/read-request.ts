/** The parts of a request, parsed by the route's shapes. Nothing that the shapes do not name reaches a route. */
import type { z } from "zod";
import { PlimsollError } from "../domain/error.ts";
import { requestInvalid, RequestInvalidError } from "./problem.ts";
import type { RouteSpec, Fields } from "./route.ts";

export type AnySpec = RouteSpec<Fields, Fields, z.ZodType>;

export interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** `params`: those of the path, `org` left out. @throws PlimsollError REQUEST_INVALID, REQUEST_TOO_LARGE */
export async function readRequest(
  spec: AnySpec,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<ReadRequest> {
  return {
    params: spec.params === undefined ? {} : parse("path", spec.params, params),
    query: spec.query === undefined ? {} : parse("query", spec.query, readQuery(request.url)),
    body:
      spec.body === undefined
        ? undefined
        : parse("body", spec.body, await readJson(request, spec.bodyBytesMax ?? BODY_BYTES_MAX)),
  };
}

function parse(where: "path" | "query" | "body", shape: z.ZodType, value: unknown): unknown {
  checkText(value);
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw requestInvalid(where, parsed.error);
  return parsed.data;
}

/** A parameter that is given twice is a list, which no shape takes by mistake. */
function readQuery(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const { searchParams } = new URL(url);
  for (const key of new Set(searchParams.keys())) {
    const values = searchParams.getAll(key);
    query[key] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return query;
}

async function readJson(request: Request, bytesMax: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  checkJsonType(type);
  return parseJson(await readBytes(request, bytesMax));
}

/** @throws PlimsollError REQUEST_INVALID for a type that is no JSON */
export function checkJsonType(contentType: string): void {
  // Forms of other sites cannot send this type without the browser asking us first.
  if (/^application\/(?:[a-z0-9.+-]{1,100}\+)?json(?:\s*;|$)/i.test(contentType)) return;
  throw new RequestInvalidError("The body of the request must be application/json.");
}

/** @throws PlimsollError REQUEST_INVALID for what is not UTF-8 or not JSON */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RequestInvalidError("The body of the request is not UTF-8.");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body, which may hold a password.
    throw new RequestInvalidError("The body of the request is not valid JSON.");
  }
}

/** The body as it came. @throws PlimsollError REQUEST_TOO_LARGE */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  const tooLarge = (): PlimsollError =>
    new PlimsollError("REQUEST_TOO_LARGE", `The request has more than ${bytesMax} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The database keeps no U+0000 and no half of a surrogate pair, and JSON that is nested without end is nobody's request.
 * @throws PlimsollError REQUEST_INVALID
 */
export function checkText(value: unknown, depth = 0): void {
  if (typeof value === "string") {
    if (value.includes("\u0000") || !value.isWellFormed()) {
      throw new RequestInvalidError("Text of the request holds U+0000 or half a character.");
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEPTH_MAX) throw new RequestInvalidError(`The request is nested deeper than ${DEPTH_MAX}.`);
  for (const [key, entry] of Object.entries(value)) {
    checkText(key, depth);
    checkText(entry, depth + 1);
  }
}

const BODY_BYTES_MAX = 256 * 1024;
/** SBOMs nest components; 64 is more than any tool makes. */
const DEPTH_MAX = 64;
