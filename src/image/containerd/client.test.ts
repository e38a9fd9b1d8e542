/** A daemon that lies, denies or talks too much; what an honest one says is in `test/e2e/containerd.test.ts`. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerHttp2Session } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PbfWriter } from "pbf";
import { createContainerdClient, type ContainerdClient } from "./client.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-containerd-"));
const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers every call with these messages and this status. */
async function serve(messages: readonly Uint8Array[], status = "0"): Promise<ContainerdClient> {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer();
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    for (const message of messages) {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.byteLength, 1);
      stream.write(Buffer.concat([head, message]));
    }
    stream.end();
  });
  const path = join(folder, `${closing.length}.sock`);
  await new Promise<void>((done) => server.listen(path, done));
  const client = createContainerdClient(path, null);
  closing.push(() => {
    client.close();
    for (const session of sessions) session.destroy();
    server.close();
  });
  return client;
}

function piece(text: string): Uint8Array {
  const writer = new PbfWriter();
  writer.writeBytesField(2, Buffer.from(text));
  return writer.finish();
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

test("a blob of several pieces is whole, and held to its digest and its size", async () => {
  const client = await serve([piece("ab"), piece(""), piece("c")]);
  const read = (digest: string, bytesMax: number) => client.readBlob("default", digest, bytesMax);
  assert.equal(Buffer.from(await read(digestOf("abc"), 3)).toString(), "abc");
  await assert.rejects(read(digestOf("other"), 3), { code: "DIGEST_MISMATCH" });
  await assert.rejects(read(digestOf("abc"), 2), { code: "LIMIT_EXCEEDED" });
  await assert.rejects(read("sha256:../../x", 3), { code: "DOCUMENT_INVALID" });
});

const garbage = Buffer.from("0affffffff0f", "hex");
const rows: readonly (readonly [string, readonly Uint8Array[], string, string])[] = [
  ["denies", [], "7", "ENGINE_FAILED"],
  ["fails", [], "13", "ENGINE_FAILED"],
  ["says nothing", [], "0", "ENGINE_FAILED"],
  ["says what is no message", [garbage], "0", "ENGINE_FAILED"],
];
for (const [name, messages, status, code] of rows) {
  test(`a daemon that ${name} gives ${code}`, async () => {
    const client = await serve(messages, status);
    await assert.rejects(client.listImages("default"), { code });
    await assert.rejects(client.findImage("default", "app"), { code });
    await assert.rejects(client.findBlob("default", digestOf("abc")), { code });
  });
}

test("what there is not is null, but for content that is asked for", async () => {
  const client = await serve([], "5");
  assert.equal(await client.findImage("default", "app"), null);
  assert.equal(await client.findBlob("default", digestOf("abc")), null);
  assert.deepEqual(await client.listImages("default"), []);
  await assert.rejects(client.readBlob("default", digestOf("abc"), 9), { code: "CONTENT_MISSING" });
});
