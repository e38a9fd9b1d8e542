/**
 * Calls between two processes over a pair of pipes: each side asks, each side answers, and bytes travel beside the words.
 */
import type { Readable, Writable } from "node:stream";
import { createFrameReader, encodeHead, type FrameHead } from "./peer-frames.ts";

export interface Message {
  /** Plain JSON. */
  readonly value: unknown;
  readonly bytes: Uint8Array | null;
}

/** An answer: its bytes may be used again once `onSent` is called. */
export interface Reply extends Message {
  readonly onSent?: () => void;
}

/** Answers a call of the other side. What it throws reaches the caller as `PeerError`. */
export type Answer = (message: Message) => Promise<Reply> | Reply;

export interface Peer {
  /**
   * The bytes of the answer are put into `into`, when they fit.
   * @throws PeerError when the other side failed or is gone
   */
  call(method: string, value: unknown, bytes?: Uint8Array | null, into?: Uint8Array): Promise<Message>;
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
  /** A stream; or what pushes chunks that are valid during the call only. */
  readonly input: Readable | PushedInput;
  readonly output: Writable;
  readonly answers: Readonly<Record<string, Answer>>;
  /** What is told of an error that an answer threw. */
  readonly describeError: (error: unknown) => unknown;
  /** Ceiling of one frame. */
  readonly frameBytesMax: number;
}

export interface PushedInput {
  /** Called once. */
  listen(onChunk: (chunk: Buffer) => void, onEnd: (reason: string) => void): void;
}

/** A call that has no answer yet. */
interface Waiting extends PromiseWithResolvers<Message> {
  readonly into: Uint8Array | null;
}

export function createPeer(options: PeerOptions): Peer {
  const { input, output, answers } = options;
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let closed: string | null = null;

  function send(head: FrameHead, bytes: Uint8Array | null, onSent: () => void = () => undefined): void {
    // One system call for both.
    output.cork();
    output.write(encodeHead(head, bytes?.length ?? 0));
    if (bytes !== null && bytes.length > 0) output.write(bytes, onSent);
    output.uncork();
  }

  async function answer({ id, method, value }: FrameHead, bytes: Uint8Array | null): Promise<void> {
    try {
      const reply = Object.hasOwn(answers, method) ? await answers[method]?.({ value, bytes }) : undefined;
      if (reply === undefined) throw new Error(`there is no ${method}`);
      send({ kind: "answer", id, method: "", value: reply.value }, reply.bytes, reply.onSent);
    } catch (error) {
      send({ kind: "error", id, method: "", value: options.describeError(error) }, null);
    }
  }

  function take(head: FrameHead, bytes: Uint8Array | null): void {
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

  const intoOf = ({ kind, id }: FrameHead): Uint8Array | null =>
    kind === "answer" ? (waiting.get(id)?.into ?? null) : null;
  const read = createFrameReader({ frameBytesMax: options.frameBytesMax, take, fail: close, intoOf });
  if ("listen" in input) input.listen(read, close);
  else {
    input.on("data", read);
    input.on("end", () => close("the other process has ended"));
    input.on("error", () => close("the other process cannot be heard"));
  }
  output.on("error", () => close("the other process does not listen"));
  return {
    close,
    call(method, value, bytes = null, into) {
      if (closed !== null) return Promise.reject(new PeerError(closed, null));
      const id = (nextId += 1);
      const one = { ...Promise.withResolvers<Message>(), into: into ?? null };
      waiting.set(id, one);
      send({ kind: "call", id, method, value }, bytes);
      return one.promise;
    },
  };
}
