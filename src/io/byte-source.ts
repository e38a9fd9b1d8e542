/**
 * A stream of bytes that can be looked into, skipped and given back: what a reader of frames needs.
 */

export interface ByteSource {
  /** The next bytes, or null at the end. They are valid until the next call. */
  next(): Promise<Uint8Array | null>;
  /** The next `length` bytes without taking them; fewer only at the end. `length` is small. */
  peek(length: number): Promise<Uint8Array>;
  /** Passes over `length` bytes; false when the end came first. */
  skip(length: number): Promise<boolean>;
  /** Gives back the last bytes of what `next` returned last. */
  unread(bytes: Uint8Array): void;
  /** Bytes read from the input so far. */
  readonly readBytes: number;
  close(): Promise<void>;
}

export function createByteSource(input: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = input[Symbol.asyncIterator]();
  let pending: Uint8Array | null = null;
  let readBytes = 0;

  async function read(): Promise<Uint8Array | null> {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return null;
      readBytes += value.length;
      if (value.length > 0) return value;
    }
  }

  async function next(): Promise<Uint8Array | null> {
    const chunk = pending ?? (await read());
    pending = null;
    return chunk;
  }

  return {
    next,
    async peek(length) {
      while (pending === null || pending.length < length) {
        // Joined as a copy: the input may reuse its memory for the next read.
        const held: Uint8Array = pending === null ? new Uint8Array(0) : Uint8Array.from(pending);
        const more = await read();
        if (more === null) {
          pending = held.length > 0 ? held : null;
          return held;
        }
        pending = held.length > 0 ? Buffer.concat([held, more]) : more;
      }
      return pending.subarray(0, length);
    },
    async skip(length) {
      let left = length;
      while (left > 0) {
        const chunk = await next();
        if (chunk === null) return false;
        if (chunk.length > left) pending = chunk.subarray(left);
        left -= Math.min(left, chunk.length);
      }
      return true;
    },
    unread(bytes) {
      pending = bytes.length > 0 ? bytes : null;
    },
    get readBytes() {
      return readBytes;
    },
    async close() {
      await iterator.return?.();
    },
  };
}
