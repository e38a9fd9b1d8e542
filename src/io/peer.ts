/**
 * Calls between two processes over a pair of pipes: each side asks, each side answers, and bytes travel beside the words.
 * A frame is the length of its head and of its bytes (4 and 4, little-endian), the head as JSON, the bytes.
 */
import type { Readable, Writable } from "node:stream";

export interface Message {
  /** Plain JSON. */
  readonly value: unknown;
  readonly bytes: Uint8Array | null;
}

/** Answers a call of the other side. What it throws reaches the caller as `PeerError`. */
export type Answer = (message: Message) => Promise<Message> | Message;

export interface Peer {
  /** @throws PeerError when the other side failed or is gone */
  call(method: string, value: unknown, bytes?: Uint8Array | null): Promise<Message>;
  /** Nothing more will be answered; open calls fail with the reason. */
  close(reason: string): void;
}

/** The other side failed. `value` is what it says of the error; null: it is gone. */
export class PeerError extends Error {
  readonly value: unknown;

  constructor(message: string, value: unknown) {
    super(message);
    this.value = value;
  }
}

export interface PeerOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly answers: Readonly<Record<string, Answer>>;
  /** What is told of an error that an answer threw. */
  readonly describeError: (error: unknown) => unknown;
  /** Ceiling of one frame. */
  readonly frameBytesMax: number;
}

interface Head {
  readonly kind: "call" | "answer" | "error";
  readonly id: number;
  readonly method: string;
  readonly value: unknown;
}

const LENGTHS_BYTES = 8;

export function createPeer(options: PeerOptions): Peer {
  const { input, output, answers } = options;
  const waiting = new Map<number, PromiseWithResolvers<Message>>();
  let nextId = 0;
  let closed: string | null = null;

  function send(head: Head, bytes: Uint8Array | null): void {
    const text = Buffer.from(JSON.stringify(head));
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt32LE(text.length, 0);
    lengths.writeUInt32LE(bytes?.length ?? 0, 4);
    output.write(Buffer.concat([lengths, text]));
    if (bytes !== null && bytes.length > 0) output.write(bytes);
  }

  async function answer({ id, method, value }: Head, bytes: Uint8Array | null): Promise<void> {
    try {
      const reply = Object.hasOwn(answers, method) ? await answers[method]?.({ value, bytes }) : undefined;
      if (reply === undefined) throw new Error(`there is no ${method}`);
      send({ kind: "answer", id, method: "", value: reply.value }, reply.bytes);
    } catch (error) {
      send({ kind: "error", id, method: "", value: options.describeError(error) }, null);
    }
  }

  function take(head: Head, bytes: Uint8Array | null): void {
    if (head.kind === "call") {
      void answer(head, bytes);
      return;
    }
    const one = waiting.get(head.id);
    waiting.delete(head.id);
    if (head.kind === "answer") one?.resolve({ value: head.value, bytes });
    else one?.reject(new PeerError("the other process failed", head.value));
  }

  function close(reason: string): void {
    closed ??= reason;
    for (const one of waiting.values()) one.reject(new PeerError(closed, null));
    waiting.clear();
  }

  input.on("data", frameReader(options.frameBytesMax, take, close));
  input.on("end", () => close("the other process has ended"));
  input.on("error", () => close("the other process cannot be heard"));
  output.on("error", () => close("the other process does not listen"));
  return {
    close,
    call(method, value, bytes = null) {
      if (closed !== null) return Promise.reject(new PeerError(closed, null));
      const id = (nextId += 1);
      const one = Promise.withResolvers<Message>();
      waiting.set(id, one);
      send({ kind: "call", id, method, value }, bytes);
      return one.promise;
    },
  };
}

/** Puts chunks together to frames. */
function frameReader(
  frameBytesMax: number,
  take: (head: Head, bytes: Uint8Array | null) => void,
  fail: (reason: string) => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  let needed = LENGTHS_BYTES;
  let isBroken = false;
  return (chunk) => {
    if (isBroken) return;
    pieces.push(chunk);
    size += chunk.length;
    while (size >= needed) {
      const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      pieces = [all];
      const headBytes = all.readUInt32LE(0);
      const bodyBytes = all.readUInt32LE(4);
      const end = LENGTHS_BYTES + headBytes + bodyBytes;
      if (end > frameBytesMax) {
        isBroken = true;
        return fail("the other process sent too much");
      }
      needed = end;
      if (size < end) return;
      try {
        const head = JSON.parse(all.toString("utf8", LENGTHS_BYTES, LENGTHS_BYTES + headBytes)) as Head;
        take(head, bodyBytes === 0 ? null : all.subarray(LENGTHS_BYTES + headBytes, end));
      } catch {
        isBroken = true;
        return fail("the other process sent what cannot be read");
      }
      const rest = all.subarray(end);
      pieces = rest.length === 0 ? [] : [rest];
      size = rest.length;
      needed = LENGTHS_BYTES;
    }
  };
}
