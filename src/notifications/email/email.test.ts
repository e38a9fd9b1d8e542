import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { gatheredNotification, hostileNotification, sending } from "../../../test/helpers/receiver.ts";
import { startSmtpServer, type SmtpOptions, type SmtpServer } from "../../../test/helpers/smtp-server.ts";
import { parseConnectRules, withConnectRules } from "../../io/connect-rules.ts";
import type { Notification } from "../types.ts";
import { email } from "./index.ts";

const plain = { from: "plimsoll@example.com", to: ["ada@example.com", "bob@example.com"], tls: "none" };

async function withServer(options: SmtpOptions, work: (server: SmtpServer) => Promise<void>): Promise<void> {
  const server = await startSmtpServer(options);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

function send(
  port: number,
  options: object,
  notification: Notification = hostileNotification,
  context = sending(),
) {
  const target = { url: `smtp://127.0.0.1:${port}`, secret: "hidden", options: email.options.parse(options) };
  return email.send(notification, target, context);
}

function textOf(source: string): string {
  const [head = "", ...rest] = source.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/content-transfer-encoding: quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll("=\r\n", "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

test("email: a message for everybody, and nothing in a name becomes a header", async () => {
  await withServer({}, async ({ port, mails }) => {
    await send(port, plain);
    const [mail] = mails as [(typeof mails)[0]];
    assert.deepEqual(
      [mail.from.includes("<plimsoll@example.com>"), mail.to.length, mail.auth],
      [true, 2, null],
    );
    const [head = ""] = mail.source.split("\r\n\r\n");
    assert.doesNotMatch(head, /^bcc:/im);
    assert.match(head, /^Message-ID: <evt_0a6b_7@example\.com>$/m);
    assert.match(head, /^In-Reply-To: <plimsoll-[0-9a-f]{24}@example\.com>$/m);
    assert.match(head, /^Auto-Submitted: auto-generated$/m);
    assert.match(textOf(mail.source), /no longer meets “A”/);
    assert.match(textOf(mail.source), /http:\/\/127\.0\.0\.1:7300\/o\/acme\/images\/5f1d/);
  });
});

test("email: many images are one message", async () => {
  await withServer({}, async ({ port, mails }) => {
    await send(port, plain, gatheredNotification(150));
    assert.equal(mails.length, 1);
    assert.match(textOf(mails[0]?.source ?? ""), /- and 50 more/);
  });
});

test("email: without STARTTLS nothing is sent, unless that was asked for", async () => {
  await withServer({}, async ({ port, mails, commands }) => {
    await assert.rejects(send(port, { ...plain, tls: "required" }), { code: "DELIVERY_FAILED" });
    assert.deepEqual(mails, []);
    assert.ok(!commands.includes("MAIL"));
  });
});

test("email: a recipient that is refused does not keep it from the others; without any it failed", async () => {
  await withServer({ refuses: ["bob@"] }, async ({ port, mails }) => {
    await send(port, plain);
    assert.equal(mails[0]?.to.length, 1);
    await assert.rejects(send(port, { ...plain, to: ["bob@example.com"] }), (error: Error) => {
      assert.match(error.message, /for these recipients \(550\)/);
      assert.ok(!error.message.includes("nobody"));
      return true;
    });
  });
});

test("email: nobody listens, and nobody may be asked", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(send(port, plain), { message: /the connection was refused/ });
  await withServer({}, async ({ port: open, commands }) => {
    for (const word of ["127.0.0.0/8", "127.0.0.1"]) {
      const rules = parseConnectRules({ allow: [], deny: [word] });
      await assert.rejects(
        withConnectRules(rules, () => send(open, plain)),
        { message: /the operator does not let this server connect there/ },
      );
    }
    assert.deepEqual(commands, []);
  });
});

test("email: an attempt ends with its signal", async () => {
  const silent = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const giveUp = new AbortController();
  silent.once("connection", (socket) => {
    socket.once("close", () => silent.close());
    giveUp.abort(new Error("the worker stops"));
  });
  const { port } = silent.address() as AddressInfo;
  const context = { ...sending(), signal: giveUp.signal };
  await assert.rejects(send(port, plain, hostileNotification, context), /the worker stops/);
});

const refused: [name: string, options: object][] = [
  ["nobody to send to", { ...plain, to: [] }],
  ["two addresses in one", { ...plain, to: ["a@example.com, b@example.com"] }],
  ["an address that ends the line", { ...plain, from: "a@example.com\r\nBcc: eve@evil.example" }],
  ["a name with brackets", { ...plain, from: "Eve <eve@example.com>" }],
];
for (const [name, options] of refused) {
  test(`email: refuses ${name}`, () => assert.equal(email.options.safeParse(options).success, false));
}

const checked: [name: string, url: string, options: object, hasSecret: boolean, isRight: boolean][] = [
  ["a user and a password", "smtp://a.example", { user: "u", tls: "required" }, true, true],
  ["a user without a password", "smtp://a.example", { user: "u", tls: "required" }, false, false],
  ["a password without a user", "smtp://a.example", {}, true, false],
  ["a password in the clear", "smtp://a.example", { user: "u" }, true, false],
  ["a password in TLS", "smtps://a.example", { user: "u" }, true, true],
  ["a path", "smtp://a.example/path", {}, false, false],
];
for (const [name, url, options, hasSecret, isRight] of checked) {
  test(`email: ${isRight ? "takes" : "refuses"} ${name}`, () => {
    const problem = email.check?.({ url, options: email.options.parse({ ...plain, ...options }), hasSecret });
    assert.equal(problem === null, isRight);
  });
}
