/**
 * Channel `jira`: an issue for each topic, by Jira's REST API v3. An open issue of the same topic gets a comment and no second one
 * beside it; it is known by a label that is made from the topic.
 */
import { z } from "zod";
import type { JsonRecord } from "../../domain/json-record.ts";
import { failed } from "../shared/failed.ts";
import { linkOf, partsOf, titleOf, topicWord } from "../shared/lines.ts";
import { post, postForJson } from "../shared/post.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";

const label = z
  .string()
  .max(100)
  .regex(/^[^\s"\\]+$/, "has neither spaces nor quotes");

const options = z.strictObject({
  /** Key of the project. */
  project: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, "is the key of a project: SEC"),
  issueType: z.string().trim().min(1).max(100).default("Task"),
  /** Of the account that the token belongs to; null: the token stands alone. */
  user: z
    .string()
    .max(200)
    .regex(/^[^\s:]+$/)
    .nullable()
    .default(null),
  labels: z.array(label).max(10).default([]),
});

export const jira: Channel = Object.freeze({
  id: "jira",
  title: "Jira",
  description: "An issue for each advisory or policy; what is open gets a comment.",
  specs: ["https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/"],
  version: 1,
  status: "documented",
  schemes: ["https", "http"],
  secret: { kind: "given", isRequired: true, words: "is an API token" },
  readers: "trackers",
  options: options as unknown as z.ZodType<JsonRecord>,
  send,
} satisfies Channel);

async function send(notification: Notification, target: Target, context: SendContext): Promise<void> {
  const { project, issueType, user, labels } = options.parse(target.options);
  const mark = topicWord(notification);
  const ask = requester(target, user);
  const jql = `project = "${project}" AND labels = "${mark}" AND statusCategory != Done`;
  const search = ask("search/jql", { jql, maxResults: 1, fields: ["status"] });
  const found = searchAnswer.safeParse(await postForJson(search, context));
  if (!found.success) throw failed("The receiver's answer is none of Jira's.", null);
  const [open] = found.data.issues;
  const document = writeDocument(notification);
  if (open !== undefined) {
    await post(ask(`issue/${encodeURIComponent(open.id)}/comment`, { body: document }), context);
    return;
  }
  const fields = {
    project: { key: project },
    issuetype: { name: issueType },
    // Jira takes 255 characters and no line break.
    summary: titleOf(notification, 250),
    description: document,
    labels: [...new Set([mark, ...labels])],
  };
  await post(ask("issue", { fields }), context);
}

const searchAnswer = z.object({ issues: z.array(z.object({ id: z.string().min(1).max(100) })) });

function requester({ url, secret }: Target, user: string | null) {
  const base = url.replace(/\/+$/, "");
  const authorization =
    user === null ? `Bearer ${secret}` : `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
  const headers = { authorization, accept: "application/json", "content-type": "application/json" };
  return (path: string, body: object) => ({
    url: `${base}/rest/api/3/${path}`,
    headers,
    body: JSON.stringify(body),
  });
}

/** https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
function writeDocument(notification: Notification): object {
  const { shown, others } = partsOf(notification, PARTS_MAX);
  const link = linkOf(notification.url);
  return {
    type: "doc",
    version: 1,
    content: [
      paragraph(text(titleOf(notification, 1_000))),
      ...(shown.length === 0
        ? []
        : [{ type: "bulletList", content: shown.map(({ title, url }) => entry(title, linkOf(url))) }]),
      ...(others > 0 && shown.length > 0 ? [paragraph(text(`and ${others} more`))] : []),
      ...(link === null ? [] : [paragraph(text("Open in Plimsoll", link))]),
    ],
  };
}

const PARTS_MAX = 50;

function entry(title: string, link: string | null): object {
  return { type: "listItem", content: [paragraph(text(title, link))] };
}

function paragraph(...content: readonly object[]): object {
  return { type: "paragraph", content };
}

/** A text of Jira is never empty. */
function text(value: string, link: string | null = null): object {
  const marks = link === null ? {} : { marks: [{ type: "link", attrs: { href: link } }] };
  return { type: "text", text: value === "" ? "…" : value, ...marks };
}
