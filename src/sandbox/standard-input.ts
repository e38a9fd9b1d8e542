/**
 * The standard input as what pushes chunks: every read goes into the same memory, up to a megabyte at once. As a stream of Node's each
 * would be 64 KB of new memory, and collecting that costs more than reading a gigabyte.
 */
import { Socket } from "node:net";
import type { PushedInput } from "../io/peer.ts";

const READ_BYTES = 1024 * 1024;

export const standardInput: PushedInput = {
  listen(onChunk, onEnd) {
    const room = Buffer.allocUnsafeSlow(READ_BYTES);
    const socket = new Socket({
      fd: 0,
      readable: true,
      writable: false,
      onread: {
        buffer: room,
        callback: (length) => {
          onChunk(room.subarray(0, length));
          return true;
        },
      },
    });
    socket.on("end", () => onEnd("the other process has ended"));
    socket.on("error", () => onEnd("the other process cannot be heard"));
    socket.resume();
  },
};
