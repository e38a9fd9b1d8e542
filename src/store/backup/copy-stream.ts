/**
 * COPY as a stream of bytes in both directions, which `pg` speaks and does not offer. The text that PostgreSQL sends is handed on as
 * it is, in blocks; nobody here looks for rows in it. A slow reader holds up the sender through the socket.
 */
import type { Socket } from "node:net";
import type pg from "pg";

/** Bytes of a block at most. Rows may be longer, so blocks end anywhere. */
export const BLOCK_BYTES = 262_144;

/** What `pg` has on its connection and does not declare. */
interface Wire {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(bytes: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What `pg` asks of something that is submitted in place of a query. */
interface Submitted {
  submit(connection: Wire): void;
  handleCopyInResponse(connection: Wire): void;
  handleCopyData(message: { readonly chunk: Buffer }, connection: Wire): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/**
 * Runs `COPY … TO STDOUT` and hands its bytes to `take` in order, one block at a time. Resolves to the number of rows.
 * @throws what the database or `take` throws; after the latter the connection is of no use
 */
export function copyOut(
  client: pg.Client,
  text: string,
  take: (block: Buffer) => Promise<void>,
): Promise<number> {
  return new Promise((done, failed) => {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let rows = 0;
    let busy: Promise<void> | null = null;
    let failure: Error | null = null;
    const handOn = async (wire: Wire): Promise<void> => {
      wire.stream.pause();
      try {
        for (let all = flush(); all.length > 0; all = flush()) {
          for (let at = 0; at < all.length; at += BLOCK_BYTES) await take(all.subarray(at, at + BLOCK_BYTES));
        }
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        wire.stream.destroy();
      } finally {
        busy = null;
        wire.stream.resume();
      }
    };
    const flush = (): Buffer => {
      const all = Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
      return all;
    };
    let last: Wire | null = null;
    submit(client, {
      submit: (wire) => {
        last = wire;
        wire.query(text);
      },
      handleCopyInResponse: (wire) => wire.sendCopyFail("nothing is sent"),
      handleCopyData: ({ chunk }, wire) => {
        // The parser writes over its buffer once we return.
        waiting.push(Buffer.from(chunk));
        waitingBytes += chunk.length;
        if (waitingBytes >= BLOCK_BYTES) busy ??= handOn(wire);
      },
      handleCommandComplete: (message) => {
        rows = rowsOf(message.text);
      },
      handleReadyForQuery: () => {
        const rest = async (): Promise<number> => {
          await busy;
          if (last !== null) await handOn(last);
          if (failure !== null) throw failure;
          return rows;
        };
        rest().then(done, failed);
      },
      handleError: (error) => failed(failure ?? error),
    });
  });
}

/**
 * Runs `COPY … FROM STDIN` with the bytes of `blocks`. Resolves to the number of rows.
 * @throws what the database or `blocks` throws; nothing of the statement is kept then
 */
export function copyIn(client: pg.Client, text: string, blocks: AsyncIterable<Uint8Array>): Promise<number> {
  return new Promise((done, failed) => {
    let rows = 0;
    let failure: Error | null = null;
    let isOver = false;
    const pump = async (wire: Wire): Promise<void> => {
      try {
        for await (const block of blocks) {
          if (isOver) return;
          wire.sendCopyFromChunk(block);
          if (wire.stream.writableNeedDrain) await drained(wire.stream);
        }
        if (!isOver) wire.endCopyFrom();
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        // The database answers that the statement failed, and is ready for the next.
        if (!isOver) wire.sendCopyFail("the source failed");
      }
    };
    submit(client, {
      submit: (wire) => wire.query(text),
      handleCopyInResponse: (wire) => void pump(wire),
      handleCopyData: () => {},
      handleCommandComplete: (message) => {
        rows = rowsOf(message.text);
      },
      handleReadyForQuery: () => {
        isOver = true;
        done(rows);
      },
      handleError: (error) => {
        isOver = true;
        failed(failure ?? error);
      },
    });
  });
}

function submit(client: pg.Client, submitted: Submitted): void {
  client.query(submitted as unknown as pg.Submittable);
}

/** Room to write again, or nobody who would read. */
function drained(stream: Socket): Promise<void> {
  return new Promise((done) => {
    const go = (): void => {
      stream.off("drain", go);
      stream.off("close", go);
      done();
    };
    stream.on("drain", go);
    stream.on("close", go);
    if (stream.destroyed) go();
  });
}

/** `COPY 12` */
function rowsOf(text: string): number {
  return Number(/^COPY (\d{1,15})$/.exec(text)?.[1] ?? 0);
}
