/**
 * The API as an OpenAPI 3.1 document, made from the routes. Its schemas are JSON Schema 2020-12, which zod makes of the very shapes
 * that requests are checked with.
 */
import { z } from "zod";
import { problem } from "../api/rest/fields.ts";
import { errorCodes, type ErrorCode } from "../domain/error-codes.ts";
import type { AnySpec } from "./read-request.ts";
import type { Permission, Route } from "./route.ts";

/** `version`: of the program. */
export function openApiDocument(
  routes: readonly Route[],
  version: string,
): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { spec } of routes) (paths[spec.path] ??= {})[spec.method] = operation(spec);
  const tags = [...new Set(routes.map(({ spec }) => spec.tag))].sort();
  return {
    openapi: "3.1.0",
    info: {
      title: "Plimsoll",
      version,
      description:
        "What is inside container images and whether they are safe to ship. x-plimsoll-permission names a row of docs/reference/roles.md.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/api/v1" }],
    tags: tags.map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([left], [right]) => (left < right ? -1 : 1))),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A personal token or one of an organisation." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "plimsoll_session",
          description:
            "Of browsers; __Host-plimsoll_session where the address is https. Changes need the session's CSRF token as x-plimsoll-csrf.",
        },
      },
      schemas: { Problem: schemaOf(problem, "output") },
    },
  };
}

function operation(spec: AnySpec): Readonly<Record<string, unknown>> {
  const parameters = [...pathParameters(spec), ...queryParameters(spec)];
  return {
    operationId: `${spec.method}${spec.path}`.replaceAll(/[^A-Za-z0-9]+/g, "_").replace(/_$/, ""),
    summary: spec.summary,
    tags: [spec.tag],
    "x-plimsoll-permission": spec.permission,
    security: spec.permission === "public" ? [] : [{ token: [] }, { session: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(spec.body, "input") } },
          },
        }),
    responses: { ...success(spec), ...failures(spec) },
  };
}

function pathParameters(spec: AnySpec): unknown[] {
  const shapes = (spec.params?.shape ?? {}) as Readonly<Record<string, z.ZodType>>;
  return [...spec.path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = ""]) => {
    const shape = shapes[name];
    const schema = shape === undefined ? { type: "string" } : schemaOf(shape, "input");
    return { name, in: "path", required: true, schema };
  });
}

function queryParameters(spec: AnySpec): unknown[] {
  const shapes = (spec.query?.shape ?? {}) as Readonly<Record<string, z.ZodType>>;
  return Object.entries(shapes).map(([name, shape]) => {
    const { description, ...schema } = schemaOf(shape, "input");
    return {
      name,
      in: "query",
      required: !shape.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

function success(spec: AnySpec): Readonly<Record<string, unknown>> {
  const { response } = spec;
  if (response === null) return { [spec.status ?? 204]: { description: "Done." } };
  const content =
    response instanceof z.ZodType
      ? { "application/json": { schema: schemaOf(response, "output") } }
      : Object.fromEntries(response.mediaTypes.map((type) => [type, {}]));
  return { [spec.status ?? 200]: { description: spec.summary, content } };
}

/** One answer a status, with the codes that it may carry. */
function failures(spec: AnySpec): Readonly<Record<string, unknown>> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codesOf(spec)) {
    const { httpStatus } = errorCodes[code];
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), code]);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.map((code) => `${code}: ${errorCodes[code].title}`).join(" "), content },
    ]),
  );
}

function codesOf(spec: AnySpec): ReadonlySet<ErrorCode> {
  const takesWords = spec.body !== undefined || spec.query !== undefined || spec.params !== undefined;
  const isChange = spec.method !== "get";
  return new Set<ErrorCode>([
    ...(takesWords ? (["REQUEST_INVALID"] as const) : []),
    ...(spec.body === undefined ? [] : (["REQUEST_TOO_LARGE"] as const)),
    ...(isPublic(spec.permission) ? [] : (["SIGN_IN_NEEDED", "FORBIDDEN"] as const)),
    "TOKEN_INVALID",
    ...(isChange ? (["CSRF_INVALID"] as const) : []),
    ...(spec.path.includes("{") ? (["NOT_FOUND"] as const) : []),
    ...(spec.problems ?? []),
    "INTERNAL",
    "STORE_UNREACHABLE",
    "REQUEST_TIMEOUT",
  ]);
}

function isPublic(permission: Permission): boolean {
  return permission === "public";
}

function schemaOf(shape: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: "any" });
  return schema;
}
