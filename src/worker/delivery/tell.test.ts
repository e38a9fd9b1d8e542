/** A member's own e-mail: by the operator's server, to the member's address. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { hostileNotification } from "../../../test/helpers/receiver.ts";
import { startSmtpServer } from "../../../test/helpers/smtp-server.ts";
import { readConfig } from "../../config/config.ts";
import { createSecretBox } from "../../io/secret-box.ts";
import type { WorkerContext } from "../context.ts";
import { tell } from "./tell.ts";

const told = {
  channel: "email",
  url: "",
  secretSealed: Buffer.alloc(0),
  options: { to: "ada@example.com" },
  isEnabled: true,
  isPersonal: true,
  organisation: "acme",
};

function tellAda(env: Record<string, string>): Promise<void> {
  const context = {
    config: readConfig(env, "/nonexistent", "/nonexistent"),
    secrets: createSecretBox("x".repeat(32)),
    clock: () => new Date(),
  } as unknown as WorkerContext;
  const signal = new AbortController().signal;
  return tell(context, { webhookId: randomUUID(), told, notification: hostileNotification, signal });
}

test("a member's own e-mail goes by the operator's server", async () => {
  const server = await startSmtpServer();
  try {
    await tellAda({
      PLIMSOLL_SMTP_URL: `smtp://127.0.0.1:${server.port}?tls=none`,
      PLIMSOLL_SMTP_FROM: "plimsoll@example.com",
    });
    const [mail] = server.mails;
    assert.deepEqual(
      [
        mail?.from.includes("<plimsoll@example.com>"),
        mail?.to.length,
        mail?.to[0]?.includes("<ada@example.com>"),
      ],
      [true, 1, true],
    );
  } finally {
    await server.close();
  }
});

test("without a server of the operator's it is a failure that says so", async () => {
  await assert.rejects(tellAda({}), { code: "DELIVERY_FAILED", message: /PLIMSOLL_SMTP_URL/ });
});
