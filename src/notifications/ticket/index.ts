/**
 * Channel `ticket`: a request to any system, made from a template: ServiceNow, GitLab, PagerDuty, Opsgenie. `{{topic}}` stays the same
 * for what is about the same, so that a system that knows a key for that (`dedup_key`, `correlation_id`) keeps one ticket for it.
 */
import { z } from "zod";
import type { JsonRecord } from "../../domain/json-record.ts";
import { post } from "../shared/post.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";
import { fill, unknownPlaceholder, valuesOf, type Template } from "./template.ts";

const options = z
  .strictObject({
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
    /** `form`: the members of `body` as fields. */
    encoding: z.enum(["json", "form"]).default("json"),
    headers: z
      .record(
        z
          .string()
          .max(100)
          .regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/i, "is no name of a header"),
        z
          .string()
          .max(2_000)
          .regex(/^[\t\x20-\x7e]*$/, "holds characters that headers cannot have"),
      )
      .default({}),
    body: z.json(),
  })
  .superRefine(({ headers, body, encoding }, context) => {
    const fail = (path: string, message: string): void => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    if (Object.keys(headers).length > 20) fail("headers", "are at most 20");
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    const own = names.find((name) => ownHeaders.has(name));
    if (own !== undefined) fail("headers", `${own} is set by the request itself`);
    if (JSON.stringify(body).length > BODY_LENGTH_MAX)
      fail("body", `has at most ${BODY_LENGTH_MAX} characters`);
    const unknown = unknownPlaceholder(body);
    if (unknown !== null) fail("body", `there is nothing called {{${unknown}}}`);
    if (encoding === "form" && !isForm(body)) fail("body", "of a form is an object of texts");
  });

const ownHeaders = new Set([
  "host",
  "content-length",
  "content-type",
  "connection",
  "transfer-encoding",
  "upgrade",
]);
const BODY_LENGTH_MAX = 20_000;

export const ticket: Channel = Object.freeze({
  id: "ticket",
  title: "Ticket",
  description: "A request to any system, by a template; {{secret}} in a header is the secret.",
  specs: [],
  version: 1,
  status: "tried",
  schemes: ["https", "http"],
  secret: { kind: "given", isRequired: false, words: "stands for {{secret}} in headers" },
  readers: "trackers",
  options: options as unknown as z.ZodType<JsonRecord>,
  check: ({ options: filled, hasSecret }) => {
    const wanted = JSON.stringify((filled as Options).headers).includes(SECRET);
    return wanted && !hasSecret ? `A header has ${SECRET}, and no secret was given.` : null;
  },
  send,
} satisfies Channel);

const SECRET = "{{secret}}";

type Options = z.output<typeof options>;

async function send(notification: Notification, target: Target, context: SendContext): Promise<void> {
  const { method, encoding, headers, body } = options.parse(target.options);
  const filled = fill(body as Template, valuesOf(notification));
  const own = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value.replaceAll(SECRET, () => target.secret),
  ]);
  const isJson = encoding === "json";
  const type = isJson ? "application/json" : "application/x-www-form-urlencoded";
  await post(
    {
      url: target.url,
      method,
      headers: { ...Object.fromEntries(own), "content-type": type },
      body: isJson
        ? JSON.stringify(filled)
        : new URLSearchParams(filled as Record<string, string>).toString(),
    },
    context,
  );
}

function isForm(body: unknown): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  return Object.values(body).every((value) => typeof value === "string");
}
