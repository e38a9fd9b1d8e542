/** One message by SMTP (RFC 5321), over a connection that the operator's rules let through. */
import { isIP } from "node:net";
import type { SendMailOptions } from "nodemailer";
import { trustedAuthorities } from "../../io/http-route.ts";
import { connectTcp } from "../../io/tcp-connect.ts";
import { failed } from "../shared/failed.ts";
import { reasonWords } from "../shared/post.ts";

export interface SmtpMessage {
  /** `smtp://host:587`, `smtps://host`. */
  readonly url: string;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  /** Of `smtp://`: without STARTTLS nothing is sent. */
  readonly requiresTls: boolean;
  readonly message: Pick<
    SendMailOptions,
    "from" | "to" | "subject" | "text" | "date" | "messageId" | "references" | "inReplyTo" | "headers"
  >;
}

/**
 * Fulfilled when the server took it for at least one recipient.
 * @throws PlimsollError DELIVERY_FAILED; when the signal is aborted its reason
 */
export async function sendBySmtp(sent: SmtpMessage, signal: AbortSignal): Promise<void> {
  const { protocol, hostname, port: named } = new URL(sent.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isSecure = protocol === "smtps:";
  const port = named === "" ? (isSecure ? 465 : 587) : Number(named);
  const ca = trustedAuthorities(null, process.env);
  const { createTransport } = await import("nodemailer");
  const connection = await connectTcp({ host, port, timeoutMs: 5_000, signal }).catch((error: unknown) => {
    throw asFailure(error, signal);
  });
  const transport = createTransport({
    host,
    port,
    connection,
    secure: isSecure,
    requireTLS: !isSecure && sent.requiresTls,
    ignoreTLS: !isSecure && !sent.requiresTls,
    tls: {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: "TLSv1.2",
      ...(ca === null ? {} : { ca }),
    },
    ...(sent.auth === null ? {} : { auth: sent.auth }),
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    // Text is all that is sent: no file is read and no address fetched, whatever stands in a message.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stop = (): void => {
    connection.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await transport.sendMail(sent.message);
  } catch (error) {
    throw asFailure(error, signal);
  } finally {
    signal.removeEventListener("abort", stop);
    transport.close();
    connection.destroy();
  }
}

/** What the server said is not passed on: it may repeat what it was sent. */
function asFailure(error: unknown, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  if (typeof code !== "string") return error;
  const status = typeof responseCode === "number" ? responseCode : null;
  const said = status === null ? "" : ` (${status})`;
  const known = words[code];
  if (known !== undefined) return failed(`${known}${said}.`, status);
  return failed(`The mail server could not be reached: ${reasonWords(code)}${said}.`, status);
}

const words: Readonly<Record<string, string>> = {
  EAUTH: "The mail server does not accept the user and the password",
  ENOAUTH: "The mail server does not accept the user and the password",
  ETLS: "There is no TLS with the mail server",
  EENVELOPE: "The mail server takes no message from this sender, or for these recipients",
  EMESSAGE: "The mail server does not take the message",
  ESTREAM: "The connection to the mail server broke off",
  ESOCKET: "The connection to the mail server broke off",
  ECONNECTION: "The connection to the mail server broke off",
  ETIMEDOUT: "The mail server took too long",
  EPROTOCOL: "The mail server answered in a way that is not understood",
};
