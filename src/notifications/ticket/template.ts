/**
 * Request templates: `{{title}}` in the texts of a JSON value is what is told. Only texts are filled in and the value is written as
 * JSON, or as a form, afterwards: nothing that is told can change the shape of a request.
 */
import type { Notification } from "../types.ts";
import { linkOf, plainText, titleOf, topicWord } from "../shared/lines.ts";

/** A JSON value. */
export type Template =
  string | number | boolean | null | readonly Template[] | { readonly [key: string]: Template };

/** Names that may stand in braces. */
export const placeholders = [
  "title",
  "text",
  "url",
  "topic",
  "id",
  "type",
  "time",
  "severity",
  "organisation",
  "subject",
  "actor",
] as const;
export type Placeholder = (typeof placeholders)[number];

export type Values = Readonly<Record<Placeholder, string>>;

/** What is not known is the empty text. */
export function valuesOf(notification: Notification): Values {
  const { url, id, type, time, severity, organisation, subject, actor } = notification;
  return {
    title: titleOf(notification, 250),
    text: plainText(notification),
    url: linkOf(url) ?? "",
    topic: topicWord(notification),
    id,
    type,
    time,
    severity: severity ?? "",
    organisation,
    subject: subject ?? "",
    actor: actor ?? "",
  };
}

/** Keys stay as they are. */
export function fill(template: Template, values: Values): Template {
  if (typeof template === "string") return fillText(template, values);
  if (typeof template !== "object" || template === null) return template;
  if (isList(template)) return template.map((entry) => fill(entry, values));
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, values)]));
}

function fillText(template: string, values: Values): string {
  return template.replace(PLACEHOLDER, (_, name: Placeholder) => values[name]);
}

const PLACEHOLDER = new RegExp(`\\{\\{(${placeholders.join("|")})\\}\\}`, "g");

/** The first `{{…}}` that means nothing, or null. */
export function unknownPlaceholder(template: Template): string | null {
  const known = new Set<string>(placeholders);
  for (const [, name = ""] of JSON.stringify(template).matchAll(/\{\{([^{}"\\]{0,50})\}\}/g)) {
    if (!known.has(name)) return name;
  }
  return null;
}

function isList(template: Template): template is readonly Template[] {
  return Array.isArray(template);
}
