/**
 * Channel `email`: a message in plain text by SMTP, with TLS: from the start (`smtps://`) or by STARTTLS (`smtp://`), which is asked for
 * and not merely hoped for. A message that had to be sent again has the same Message-ID; those about the same topic are one thread.
 */
import { z } from "zod";
import type { JsonRecord } from "../../domain/json-record.ts";
import { topicWord } from "../shared/lines.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";
import { plainText, titleOf } from "../shared/lines.ts";
import { sendBySmtp } from "./smtp.ts";

/** No comments, quotes and lists: nothing in an address can become a second one. */
const address = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,189}$/, "is no e-mail address");

const options = z.strictObject({
  from: address,
  to: z.array(address).min(1).max(50),
  user: z.string().min(1).max(200).nullable().default(null),
  /** `none`: in the clear, for a server on the same machine or in the same network. */
  tls: z.enum(["required", "none"]).default("required"),
});

export const email: Channel = Object.freeze({
  id: "email",
  title: "E-mail",
  description: "A message by your SMTP server.",
  specs: ["https://www.rfc-editor.org/rfc/rfc5321", "https://www.rfc-editor.org/rfc/rfc3207"],
  version: 1,
  status: "tried",
  schemes: ["smtp", "smtps"],
  secret: { kind: "given", isRequired: false, words: "is the password of the user" },
  readers: "people",
  options: options as unknown as z.ZodType<JsonRecord>,
  check,
  send,
} satisfies Channel);

function check({
  url,
  options: filled,
  hasSecret,
}: Parameters<NonNullable<Channel["check"]>>[0]): string | null {
  const { user, tls } = filled as z.output<typeof options>;
  if ((user !== null) !== hasSecret) return "A user and a password come together.";
  if (user !== null && tls === "none" && !url.startsWith("smtps:"))
    return "A password is not sent in the clear: leave out the user, or ask for TLS.";
  const { pathname, search, hash } = new URL(url);
  return /^\/?$/.test(pathname) && search === "" && hash === ""
    ? null
    : "The address of an SMTP server has no path: smtp://mail.example.com:587";
}

async function send(notification: Notification, target: Target, context: SendContext): Promise<void> {
  const { from, to, user, tls } = options.parse(target.options);
  const domain = from.slice(from.indexOf("@") + 1);
  const thread = `<${topicWord(notification)}@${domain}>`;
  await sendBySmtp(
    {
      url: target.url,
      auth: user === null ? null : { user, pass: target.secret },
      requiresTls: tls === "required",
      message: {
        from: { name: "Plimsoll", address: from },
        to: [...to],
        subject: `[${notification.organisation}] ${titleOf(notification, 200)}`,
        text: plainText(notification),
        date: new Date(notification.time),
        messageId: `<${notification.id}@${domain}>`,
        references: [thread],
        inReplyTo: thread,
        // https://www.rfc-editor.org/rfc/rfc3834: no vacation answers.
        headers: { "Auto-Submitted": "auto-generated" },
      },
    },
    context.signal,
  );
}
