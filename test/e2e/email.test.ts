/** E-mail over TLS, by an authority of the operator's (PLIMSOLL_CA_FILE): STARTTLS and from the beginning, with and without trust. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sendNotification } from "../../src/notifications/channels.ts";
import { makeAuthority } from "../helpers/certificates.ts";
import { hostileNotification, sending } from "../helpers/receiver.ts";
import { startSmtpServer, type SmtpOptions, type SmtpServer } from "../helpers/smtp-server.ts";

const authority = makeAuthority();
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-email-"));
  writeFileSync(join(folder, "ca.pem"), authority.cert);
  process.env["PLIMSOLL_CA_FILE"] = join(folder, "ca.pem");
});
after(() => rmSync(folder, { recursive: true }));

const options = { from: "plimsoll@example.com", to: ["ada@example.com"], user: "ada", tls: "required" };

async function withServer(made: SmtpOptions, work: (server: SmtpServer) => Promise<void>): Promise<void> {
  const server = await startSmtpServer({
    credentials: "ada:hidden",
    tls: authority.issue("127.0.0.1"),
    ...made,
  });
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

function send(scheme: string, port: number, secret = "hidden"): Promise<void> {
  const target = { url: `${scheme}://127.0.0.1:${port}`, secret, options };
  return sendNotification("email", hostileNotification, target, sending());
}

for (const scheme of ["smtp", "smtps"]) {
  test(`${scheme}: user, password and message go encrypted`, async () => {
    await withServer({ isImplicit: scheme === "smtps" }, async ({ port, mails }) => {
      await send(scheme, port);
      assert.deepEqual(
        mails.map(({ isSecure, auth }) => [isSecure, auth]),
        [[true, "ada:hidden"]],
      );
    });
  });

  test(`${scheme}: a server that nobody vouches for gets neither`, async () => {
    const tls = makeAuthority("Another").issue("127.0.0.1");
    await withServer({ tls, isImplicit: scheme === "smtps" }, async ({ port, mails, commands }) => {
      await assert.rejects(send(scheme, port), { code: "DELIVERY_FAILED" });
      assert.deepEqual([mails, commands.includes("AUTH")], [[], false]);
    });
  });
}

test("a password that is not accepted is a failure without the password and the server's words", async () => {
  await withServer({}, async ({ port }) => {
    await assert.rejects(send("smtp", port, "wrong-hidden"), (error: Error) => {
      assert.equal(error.message, "The mail server does not accept the user and the password (535).");
      return true;
    });
  });
});
