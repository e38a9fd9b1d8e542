import assert from "node:assert/strict";
import { test } from "node:test";
import { readMailServer } from "./mail-server.ts";

const from = "plimsoll@example.com";

test("a mail server with a user, whose password stands apart", () => {
  assert.deepEqual(readMailServer("smtp://ada:s%40crt@mail.example.com:587", from), {
    url: "smtp://mail.example.com:587",
    auth: { user: "ada", password: "s@crt" },
    from,
    tls: "required",
  });
});

test("a mail server in the same network, one with TLS from the start, and none", () => {
  assert.equal(readMailServer("smtp://10.0.0.1:25?tls=none", from)?.tls, "none");
  assert.equal(readMailServer("smtps://mail.example.com", from)?.tls, "required");
  assert.equal(readMailServer(null, null), null);
});

const refused: [name: string, url: string | null, sender: string | null][] = [
  ["a server without a sender", "smtp://a.example", null],
  ["a sender without a server", null, from],
  ["a web address", "https://hidden@a.example", from],
  ["a path", "smtp://a.example/hidden", from],
  ["a user without a password", "smtp://hidden@a.example", from],
  ["a password in the clear", "smtp://a:hidden@a.example?tls=none", from],
  ["an unknown choice", "smtp://a.example?tls=hidden", from],
  ["a broken escape", "smtp://a:%hidden@a.example", from],
  ["a sender that is none", "smtp://a.example", "Hidden <a@example.com>"],
];
for (const [name, url, sender] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => readMailServer(url, sender),
      (error: { code?: string; message: string }) =>
        error.code === "CONFIG_INVALID" && !/hidden/i.test(error.message),
    );
  });
}
