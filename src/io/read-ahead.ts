/**
 * Reads a stream of many small pieces ahead of whoever uses it, into two large chunks: one is filled while the other is used.
 */

export interface ReadAhead {
  /** What has come since, at least a byte; null at the end. It is valid until it is given back. @throws what the input throws */
  next(): Promise<Uint8Array | null>;
  /** The chunk that `next` returned may be filled anew. Without it the input is read no further. */
  giveBack(chunk: Uint8Array): void;
  /** Reads no further. */
  close(): void;
}

export interface ReadAheadOptions {
  readonly chunkBytes: number;
  /** Each piece as it comes. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

interface State {
  readonly free: Uint8Array[];
  /** What is being filled; null: both chunks are in use. */
  chunk: Uint8Array | null;
  filled: number;
  end: { readonly error: unknown } | "whole" | null;
  isClosed: boolean;
  wakeReader(): void;
  wakeWriter(): void;
}

const nobody = (): void => undefined;

export function createReadAhead(input: AsyncIterable<Uint8Array>, options: ReadAheadOptions): ReadAhead {
  const state: State = {
    free: [Buffer.allocUnsafeSlow(options.chunkBytes)],
    chunk: Buffer.allocUnsafeSlow(options.chunkBytes),
    filled: 0,
    end: null,
    isClosed: false,
    wakeReader: nobody,
    wakeWriter: nobody,
  };
  const finish = (end: State["end"]): void => {
    state.end = end;
    state.wakeReader();
  };
  pump(input, state, options.onPiece ?? nobody).then(
    () => finish("whole"),
    (error: unknown) => finish({ error }),
  );
  return {
    next: () => takeChunk(state),
    giveBack({ buffer }) {
      const chunk = new Uint8Array(buffer);
      if (state.chunk === null) state.chunk = chunk;
      else state.free.push(chunk);
      state.wakeWriter();
    },
    close() {
      state.isClosed = true;
      state.wakeWriter();
    },
  };
}

async function pump(
  input: AsyncIterable<Uint8Array>,
  state: State,
  onPiece: (piece: Uint8Array) => void,
): Promise<void> {
  for await (const piece of input) {
    onPiece(piece);
    for (let at = 0; at < piece.length;) {
      while (!hasRoom(state) && !state.isClosed)
        await new Promise<void>((resolve) => (state.wakeWriter = resolve));
      if (state.isClosed) return;
      at += put(piece.subarray(at), state);
    }
  }
}

function hasRoom({ chunk, filled }: State): boolean {
  return chunk !== null && filled < chunk.length;
}

/** How much there was room for. */
function put(bytes: Uint8Array, state: State): number {
  const { chunk, filled } = state;
  if (chunk === null) return 0;
  const part = bytes.subarray(0, chunk.length - filled);
  chunk.set(part, filled);
  state.filled += part.length;
  state.wakeReader();
  return part.length;
}

async function takeChunk(state: State): Promise<Uint8Array | null> {
  while (state.filled === 0 && state.end === null)
    await new Promise<void>((resolve) => (state.wakeReader = resolve));
  const { chunk, filled, end } = state;
  if (chunk === null || filled === 0) {
    if (end !== null && end !== "whole") throw end.error;
    return null;
  }
  state.chunk = state.free.pop() ?? null;
  state.filled = 0;
  state.wakeWriter();
  return chunk.subarray(0, filled);
}
