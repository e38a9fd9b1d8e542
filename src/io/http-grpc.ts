/**
 * gRPC over a Unix socket, for reading (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): one request message, any
 * number of answers. What the messages mean is their reader's business.
 */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { createConnection } from "node:net";
import { currentConnectRules } from "./connect-rules.ts";

export interface GrpcLimits {
  readonly connectTimeoutMs: number;
  /** Between two pieces of an answer, and before the first. */
  readonly idleTimeoutMs: number;
  /** Bytes of one message. */
  readonly messageBytesMax: number;
}

export const defaultGrpcLimits: GrpcLimits = {
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 60_000,
  messageBytesMax: 16 * 1024 ** 2,
};

/** What went wrong: with the server's status (https://grpc.io/docs/guides/status-codes), or null and a machine name. */
export class GrpcError extends Error {
  readonly status: number | null;
  /** `ECONNREFUSED`, `timeout`, `protocol`, `message-too-large`, `status-5`. */
  readonly reason: string;

  constructor(message: string, status: number | null, reason: string, cause?: unknown) {
    super(message, { cause });
    this.name = "GrpcError";
    this.status = status;
    this.reason = reason;
  }
}

export interface GrpcRequest {
  /** `/containerd.services.images.v1.Images/Get` */
  readonly method: string;
  readonly message: Uint8Array;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface GrpcConnection {
  /** Messages of the answer, as they come. Throws GrpcError; an abort throws the signal's reason. */
  call(request: GrpcRequest): AsyncIterable<Uint8Array>;
  close(): void;
}

/** Bytes on their way before the reader has asked for them: of the connection, and of each answer. */
const WINDOW_BYTES = 8 * 1024 ** 2;
const HEAD_BYTES = 5;

/** Nothing is connected to before the first call. */
export function openGrpc(
  socketPath: string,
  signal: AbortSignal | null,
  change: Partial<GrpcLimits> = {},
): GrpcConnection {
  const limits: GrpcLimits = { ...defaultGrpcLimits, ...change };
  let connecting: Promise<ClientHttp2Session> | null = null;

  async function* call(request: GrpcRequest): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    connecting ??= connectTo(socketPath, limits).catch((error: unknown) => {
      connecting = null;
      throw error;
    });
    const session = await connecting;
    signal?.throwIfAborted();
    const stream = session.request({
      ":method": "POST",
      ":path": request.method,
      ":scheme": "http",
      ":authority": "localhost",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "plimsoll",
      ...request.headers,
    });
    const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      yield* answersOf(stream, request, limits);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof GrpcError ? error : asGrpcError(error);
    } finally {
      signal?.removeEventListener("abort", abort);
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
    signal?.throwIfAborted();
  }

  return {
    call,
    close() {
      connecting?.then(
        (session) => session.destroy(),
        () => {},
      );
    },
  };
}

async function connectTo(socketPath: string, limits: GrpcLimits): Promise<ClientHttp2Session> {
  // An operator who says where this machine may connect means addresses of the network; no socket is among them.
  if (currentConnectRules() !== null)
    throw new GrpcError("the operator does not let this machine connect there", null, "NOT_ALLOWED");
  const session = connect("http://localhost", {
    createConnection: () => createConnection({ path: socketPath }),
    settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
  });
  const { promise, resolve, reject } = Promise.withResolvers<ClientHttp2Session>();
  session.setTimeout(limits.connectTimeoutMs, () => {
    reject(new GrpcError("no connection in time", null, "timeout"));
    session.destroy();
  });
  session.once("connect", () => {
    session.setTimeout(0);
    session.setLocalWindowSize(WINDOW_BYTES);
    resolve(session);
  });
  // After the connection was made its failures are those of the streams that stand on it.
  session.on("error", (error) => reject(asGrpcError(error)));
  return promise;
}

async function* answersOf(
  stream: ClientHttp2Stream,
  request: GrpcRequest,
  limits: GrpcLimits,
): AsyncGenerator<Uint8Array> {
  let isLate = false;
  let outcome: Outcome | null = null;
  stream.setTimeout(limits.idleTimeoutMs, () => {
    isLate = true;
    stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on("response", (headers) => (outcome ??= outcomeOf(headers)));
  stream.on("trailers", (headers) => (outcome ??= outcomeOf(headers)));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(request.message.byteLength, 1);
  stream.end(Buffer.concat([head, request.message]));
  try {
    yield* messagesOf(stream, limits.messageBytesMax);
  } catch (error) {
    if (isLate) throw new GrpcError("the answer stopped coming", null, "timeout", error);
    throw error;
  }
  if (isLate) throw new GrpcError("the answer stopped coming", null, "timeout");
  const { status, message } = (outcome as Outcome | null) ?? { status: null, message: "" };
  if (status === 0) return;
  if (status === null) throw new GrpcError("the answer broke off", null, "protocol");
  throw new GrpcError(message, status, `status-${status}`);
}

interface Outcome {
  readonly status: number;
  readonly message: string;
}

function outcomeOf(headers: Readonly<Record<string, unknown>>): Outcome | null {
  const status = headers["grpc-status"];
  if (typeof status !== "string" || !/^\d{1,3}$/.test(status)) return null;
  const message = headers["grpc-message"];
  return { status: Number(status), message: typeof message === "string" ? message.slice(0, 2000) : "" };
}

/** Each message has a head: whether it is compressed (it never is: nothing was offered), and its length. */
async function* messagesOf(
  stream: AsyncIterable<Uint8Array>,
  messageBytesMax: number,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let have = 0;
  let wanted = HEAD_BYTES;
  let isHead = true;
  for await (const piece of stream) {
    pieces.push(piece);
    have += piece.byteLength;
    while (have >= wanted) {
      const whole = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, have);
      const part = whole.subarray(0, wanted);
      pieces = have === wanted ? [] : [whole.subarray(wanted)];
      have -= wanted;
      if (isHead) wanted = lengthOf(part, messageBytesMax);
      else {
        yield part;
        wanted = HEAD_BYTES;
      }
      isHead = !isHead;
    }
  }
  if (have > 0 || !isHead) throw new GrpcError("the answer broke off", null, "protocol");
}

function lengthOf(head: Uint8Array, messageBytesMax: number): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint8(0) !== 0)
    throw new GrpcError("the answer is compressed, which was not asked for", null, "protocol");
  const length = view.getUint32(1);
  if (length <= messageBytesMax) return length;
  throw new GrpcError(
    `the answer has a message of more than ${messageBytesMax} bytes`,
    null,
    "message-too-large",
  );
}

function asGrpcError(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = /^[A-Z0-9_]{1,60}$/.test(code) ? code : "protocol";
  return new GrpcError(`the connection failed (${reason})`, null, reason, error);
}
