/** A small SMTP server on loopback (RFC 5321, STARTTLS of RFC 3207, AUTH PLAIN of RFC 4954) that keeps what it is sent. */
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";

export interface ReceivedMail {
  /** After STARTTLS, or in a connection that began with TLS. */
  readonly isSecure: boolean;
  /** `user:password`, or null. */
  readonly auth: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, with the line ends of the protocol. */
  readonly source: string;
}

export interface SmtpOptions {
  /** PEM. Null: STARTTLS is not offered. */
  readonly tls?: { readonly cert: string; readonly key: string } | null;
  /** Encrypted from the beginning. */
  readonly isImplicit?: boolean;
  /** `user:password` that is let in; null: nobody is asked. */
  readonly credentials?: string | null;
  /** Recipients that are refused. */
  readonly refuses?: readonly string[];
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** First words of all commands. */
  readonly commands: string[];
  close(): Promise<void>;
}

/** The caller closes it. */
export async function startSmtpServer(options: SmtpOptions = {}): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => {});
    const isImplicit = options.isImplicit === true;
    converse(isImplicit ? secured(socket, options) : socket, isImplicit, options, { mails, commands });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    commands,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function secured(socket: Socket, { tls }: SmtpOptions): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, ...tls });
  return secure.on("error", () => {});
}

function converse(
  socket: Socket,
  isSecure: boolean,
  options: SmtpOptions,
  kept: Pick<SmtpServer, "mails" | "commands">,
  greets = true,
): void {
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  let buffer = "";
  let auth: string | null = null;
  let from = "";
  let to: string[] = [];
  let inMessage = false;
  const answer = (line: string): void => {
    const [word = ""] = line.toUpperCase().split(" ");
    kept.commands.push(word);
    if (word === "EHLO") {
      const starttls = options.tls && !isSecure ? ["STARTTLS"] : [];
      const words = ["smtp.example.com", ...starttls, ...(options.credentials ? ["AUTH PLAIN"] : [])];
      words.forEach((each, index) => say(`250${index === words.length - 1 ? " " : "-"}${each}`));
    } else if (word === "STARTTLS") {
      socket.removeAllListeners("data");
      say("220 go ahead");
      converse(secured(socket, options), true, options, kept, false);
    } else if (word === "AUTH") {
      auth = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString("utf8")
        .split("\0")
        .slice(1)
        .join(":");
      say(auth === options.credentials ? "235 welcome" : `535 not you: ${auth}`);
    } else if (word === "MAIL") {
      from = line;
      to = [];
      say(options.credentials && auth !== options.credentials ? "530 sign in first" : "250 ok");
    } else if (word === "RCPT") {
      const isRefused = options.refuses?.some((each) => line.includes(each)) === true;
      if (!isRefused) to.push(line);
      say(isRefused ? "550 nobody of that name" : "250 ok");
    } else if (word === "DATA") {
      inMessage = true;
      say("354 go on");
    } else if (word === "QUIT") {
      say("221 bye");
      socket.end();
    } else say("250 ok");
  };
  socket.on("data", (piece: Buffer) => {
    buffer += piece.toString("utf8");
    for (;;) {
      const end = buffer.indexOf(inMessage ? "\r\n.\r\n" : "\r\n");
      if (end === -1) return;
      const text = buffer.slice(0, end);
      buffer = buffer.slice(end + (inMessage ? 5 : 2));
      if (inMessage) {
        inMessage = false;
        kept.mails.push({ isSecure, auth, from, to, source: text });
        say("250 taken");
      } else answer(text);
    }
  });
  if (greets) say("220 smtp.example.com");
}
