import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { withConnectRules, parseConnectRules } from "./connect-rules.ts";
import { type GrpcConnection, type GrpcLimits, openGrpc } from "./http-grpc.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-grpc-"));
const open: (() => void)[] = [];
after(() => {
  for (const close of open) close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = (stream: ServerHttp2Stream, asked: Buffer) => void;

async function serve(answer: Answer): Promise<string> {
  const server: Http2Server = createServer();
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream: ServerHttp2Stream) => {
    const pieces: Buffer[] = [];
    stream.on("error", () => {});
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("end", () => answer(stream, Buffer.concat(pieces)));
  });
  open.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const path = join(folder, `${open.length}.sock`);
  await new Promise<void>((done) => server.listen(path, done));
  return path;
}

function message(body: string | Buffer, flag = 0): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(bytes.byteLength, 1);
  return Buffer.concat([head, bytes]);
}

/** Pieces as they are, then trailers. */
function say(pieces: readonly Buffer[], trailers: Readonly<Record<string, string>> | null): Answer {
  return (stream) => {
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: trailers !== null },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers }));
    for (const piece of pieces) stream.write(piece);
    stream.end();
  };
}

const ok = { "grpc-status": "0" };

async function ask(connection: GrpcConnection, body = "x"): Promise<string[]> {
  const found: string[] = [];
  const request = { method: "/s/M", message: Buffer.from(body), headers: { "x-space": "a" } };
  for await (const each of connection.call(request)) found.push(Buffer.from(each).toString());
  return found;
}

async function connectTo(
  answer: Answer,
  limits: Partial<GrpcLimits> = {},
  signal: AbortSignal | null = null,
) {
  const connection = openGrpc(await serve(answer), signal, limits);
  open.push(() => connection.close());
  return connection;
}

test("the request is framed, and messages come out whole however they were cut", async () => {
  const sent = Buffer.concat([message("one"), message(""), message("three")]);
  const cuts = [
    [sent],
    [...sent].map((byte) => Buffer.from([byte])),
    [sent.subarray(0, 7), sent.subarray(7)],
  ];
  for (const pieces of cuts) {
    let seen = "";
    const connection = await connectTo((stream, asked) => {
      seen = asked.toString("hex");
      say(pieces, ok)(stream, asked);
    });
    assert.deepEqual(await ask(connection, "hi"), ["one", "", "three"]);
    assert.equal(seen, "00000000026869");
  }
});

test("several calls share one connection", async () => {
  const connection = await connectTo((stream, asked) => say([message(asked.subarray(5))], ok)(stream, asked));
  assert.deepEqual(await Promise.all(["a", "b", "c"].map((body) => ask(connection, body))), [
    ["a"],
    ["b"],
    ["c"],
  ]);
});

const large = Buffer.alloc(5);
large.writeUInt32BE(4_000_000_000, 1);
const rows: readonly (readonly [string, Answer, number | null, string])[] = [
  ["a status in the trailers", say([], { "grpc-status": "5", "grpc-message": "no" }), 5, "status-5"],
  [
    "a status in the only headers",
    (stream) => stream.respond({ ":status": 200, "grpc-status": "7" }, { endStream: true }),
    7,
    "status-7",
  ],
  ["no status", say([message("x")], null), null, "protocol"],
  ["a status that is none", say([message("x")], { "grpc-status": "many" }), null, "protocol"],
  ["half a head", say([Buffer.from([0, 0])], ok), null, "protocol"],
  ["half a message", say([message("whole").subarray(0, 8)], ok), null, "protocol"],
  ["a compressed message", say([message("x", 1)], ok), null, "protocol"],
  ["a length past the ceiling", say([large], ok), null, "message-too-large"],
  ["a stream that is reset", (stream) => stream.close(2), null, "ERR_HTTP2_STREAM_ERROR"],
  ["a connection that breaks", (stream) => stream.session?.destroy(), null, "protocol"],
];
for (const [name, answer, status, reason] of rows) {
  test(`${name} is told`, async () => {
    await assert.rejects(ask(await connectTo(answer)), { name: "GrpcError", status, reason });
  });
}

test("an answer that never comes ends by the limit, or by the caller", async () => {
  const silent: Answer = () => {};
  await assert.rejects(ask(await connectTo(silent, { idleTimeoutMs: 20 })), { reason: "timeout" });
  const abort = new AbortController();
  const connection = await connectTo(silent, {}, abort.signal);
  const asked = ask(connection);
  setImmediate(() => abort.abort(new Error("enough")));
  await assert.rejects(asked, { message: "enough" });
  const begun = new AbortController();
  const reached = Promise.withResolvers<void>();
  const waiting = ask(await connectTo(() => reached.resolve(), {}, begun.signal));
  await Promise.all([
    assert.rejects(waiting, { message: "enough" }),
    reached.promise.then(() => begun.abort(new Error("enough"))),
  ]);
});

test("no socket, no connection; and none where the operator says what may be connected to", async () => {
  await assert.rejects(ask(openGrpc(join(folder, "none"), null)), { reason: "ENOENT", status: null });
  const rules = parseConnectRules({ allow: [], deny: ["192.0.2.0/24"] });
  const connection = openGrpc(await serve(say([message("x")], ok)), null);
  await assert.rejects(
    withConnectRules(rules, () => ask(connection)),
    { reason: "NOT_ALLOWED" },
  );
});
