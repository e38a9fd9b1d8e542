/** The server's own TLS: what it shows, and that a renewed certificate is taken without a restart. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { after, test } from "node:test";
import { Hono } from "hono";
import { makeAuthority } from "../../test/helpers/certificates.ts";
import { listen, type Listening } from "./listen.ts";
import { readTls, watchTls } from "./tls-files.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const authority = makeAuthority();
const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };

function write({ cert, key }: { readonly cert: string; readonly key: string }): void {
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
}

function ask({ address }: Listening, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...address, ca, path: "/", agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve(text));
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function listenWithTls(): Promise<Listening> {
  const app = new Hono();
  app.get("/", (context) => context.text(new URL(context.req.url).protocol));
  return listen(app as never, { host: "127.0.0.1", port: 0, tls: await readTls(files) });
}

test("it answers over TLS to who trusts its authority, and to nobody without TLS 1.2", async () => {
  write(authority.issue("127.0.0.1"));
  const listening = await listenWithTls();
  try {
    assert.equal(await ask(listening, authority.cert), "https:");
    await assert.rejects(ask(listening, makeAuthority().cert), /certificate|CERT|SIGNATURE|verify/i);
    const old = connect({
      ...listening.address,
      maxVersion: "TLSv1.1",
      minVersion: "TLSv1",
      rejectUnauthorized: false,
    });
    await assert.rejects(
      new Promise((resolve, reject) => old.on("secureConnect", resolve).on("error", reject)),
    );
  } finally {
    await listening.close(true);
  }
});

test("a renewed certificate is shown from then on, and what cannot be used is not", async () => {
  write(authority.issue("127.0.0.1"));
  const content = await readTls(files);
  const listening = await listenWithTls();
  const logged: string[] = [];
  const log = (line: string): void => void logged.push(line);
  const watch = watchTls({ files, content, renew: listening.renew, log });
  try {
    assert.equal(await watch.look(), false);
    const next = makeAuthority("Another Authority");
    const renewed = next.issue("127.0.0.1");
    // The first of two files that are replaced one after the other.
    writeFileSync(files.certFile, renewed.cert);
    assert.deepEqual([await watch.look(), await watch.look()], [false, false]);
    assert.equal(await ask(listening, authority.cert), "https:");
    writeFileSync(files.keyFile, renewed.key);
    assert.equal(await watch.look(), true);
    assert.equal(await ask(listening, next.cert), "https:");
    await assert.rejects(ask(listening, authority.cert));
    assert.equal(logged.length, 2, logged.join("\n"));
    assert.match(logged[0] ?? "", /^the certificate stays as it is: .*cannot be used together/);
    assert.equal(logged[1], "the certificate was renewed");
    assert.doesNotMatch(logged.join(""), /PRIVATE KEY/);
  } finally {
    watch.stop();
    await listening.close(true);
  }
});

test("files that are missing, or do not belong together, are errors with a code", async () => {
  const { cert } = authority.issue("127.0.0.1");
  write({ cert, key: authority.issue("127.0.0.1").key });
  await assert.rejects(readTls(files), { code: "CONFIG_INVALID" });
  write({ cert: "no certificate", key: "no key" });
  await assert.rejects(readTls(files), { code: "CONFIG_INVALID" });
  const missing = readTls({ ...files, keyFile: join(folder, "missing.pem") });
  await assert.rejects(missing, { code: "CONFIG_INVALID" });
});
