/**
 * The process behind the wall: unpacks and parses what may mean harm, with nothing in reach but the bytes it is handed. It
 * listens on its standard input and answers on its standard output; the other side has the doors (files to hash, blobs of
 * registries, the cache). Started by `analysis/wall-connection.ts`.
 */
import { PlimsollError } from "../domain/error.ts";
import {
  FRAME_BYTES_MAX,
  type ExamineFolderRequest,
  type ExamineRequest,
  type FolderRequest,
  type ReadRequest,
  type ToldError,
} from "../domain/wall.ts";
import { createPeer, type Answer, type Message, type Peer } from "../io/peer.ts";
import { openDoors, Told } from "./doors.ts";
import { standardInput } from "./standard-input.ts";

/** Loaded on demand: who asks for packages needs no rules of secrets, and the other way round. */
const answers: Readonly<Record<string, Answer>> = {
  hello: () => ({ value: null, bytes: null }),
  read: async ({ value }) => {
    const { read } = await import("./read.ts");
    return asBytes(await read(value as ReadRequest, doors));
  },
  readFolder: async ({ value }) => {
    const { readFolder } = await import("./read.ts");
    return asBytes(await readFolder(value as FolderRequest));
  },
  examine: async ({ value }) => {
    const { examine } = await import("./examine.ts");
    return asBytes(await examine(value as ExamineRequest, doors));
  },
  examineFolder: async ({ value }) => {
    const { examineFolder } = await import("./examine.ts");
    return asBytes(await examineFolder(value as ExamineFolderRequest));
  },
};

const peer: Peer = createPeer({
  input: standardInput,
  output: process.stdout,
  frameBytesMax: FRAME_BYTES_MAX,
  describeError,
  answers,
});
const doors = openDoors(peer);

/** As JSON that the other side reads when this process is gone: a large answer and what it was made of are not there together. */
function asBytes(answer: unknown): Message {
  return { value: null, bytes: Buffer.from(JSON.stringify(answer)) };
}

function describeError(error: unknown): ToldError {
  if (error instanceof Told) return error.told;
  if (error instanceof PlimsollError) {
    return { code: error.code, message: error.message, details: error.details, outside: null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: null, message, details: null, outside: null };
}
