/**
 * What is read of containerd: names of images, and the blobs they stand for.
 */
import { printable } from "../../domain/problem.ts";
import { type GrpcConnection, GrpcError, openGrpc } from "../../io/http-grpc.ts";
import { isDigest, verifyDigest } from "../../oci/digest.ts";
import { OciError } from "../../oci/error.ts";
import {
  decodeBlobSize,
  decodeImage,
  decodeImages,
  decodeNamespaces,
  decodePiece,
  encodeText,
  everything,
  type StoredImage,
} from "./messages.ts";

/** Every method throws OciError ENGINE_UNREACHABLE, ENGINE_FAILED, LIMIT_EXCEEDED; an abort throws the signal's reason. */
export interface ContainerdClient {
  listNamespaces(): Promise<readonly string[]>;
  /** By its whole name; null when the name space has none such. */
  findImage(namespace: string, name: string): Promise<StoredImage | null>;
  listImages(namespace: string): Promise<readonly StoredImage[]>;
  /** Bytes of a blob, or null when the store does not hold it. */
  findBlob(namespace: string, digest: string): Promise<number | null>;
  /** A small blob, verified. @throws also CONTENT_MISSING, DIGEST_MISMATCH */
  readBlob(namespace: string, digest: string, bytesMax: number): Promise<Uint8Array>;
  /** A blob as a stream, not verified, of at most `bytesMax` bytes. @throws also CONTENT_MISSING */
  openBlob(namespace: string, digest: string, bytesMax: number): AsyncIterable<Uint8Array>;
  close(): void;
}

const services = "/containerd.services";
const IMAGES_MAX = 100_000;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

export function createContainerdClient(socketPath: string, signal: AbortSignal | null): ContainerdClient {
  const connection: GrpcConnection = openGrpc(socketPath, signal);

  async function* call(
    method: string,
    namespace: string | null,
    message: Uint8Array,
  ): AsyncGenerator<Uint8Array> {
    const headers: Record<string, string> = namespace === null ? {} : { "containerd-namespace": namespace };
    yield* connection.call({ method: `${services}.${method}`, message, headers });
  }

  /** One answer, decoded; null for what there is not. */
  async function ask<T>(
    method: string,
    namespace: string | null,
    message: Uint8Array,
    decode: (bytes: Uint8Array) => T,
  ): Promise<T | null> {
    try {
      for await (const answer of call(method, namespace, message)) return decode(answer);
    } catch (error) {
      if (error instanceof GrpcError && error.status === NOT_FOUND) return null;
      signal?.throwIfAborted();
      throw asStoreError(error, socketPath);
    }
    throw asStoreError(new GrpcError("there was no answer", null, "protocol"), socketPath);
  }

  async function* openBlob(namespace: string, digest: string, bytesMax: number): AsyncGenerator<Uint8Array> {
    let read = 0;
    try {
      for await (const answer of call("content.v1.Content/Read", namespace, encodeText(digest))) {
        const piece = decodePiece(answer);
        read += piece.byteLength;
        if (read > bytesMax) throw tooLong(digest, bytesMax);
        if (piece.byteLength > 0) yield piece;
      }
    } catch (error) {
      if (error instanceof GrpcError && error.status === NOT_FOUND) throw missingContent(digest, error);
      signal?.throwIfAborted();
      throw asStoreError(error, socketPath);
    }
  }

  return {
    listNamespaces: async () =>
      (await ask("namespaces.v1.Namespaces/List", null, everything, decodeNamespaces)) ?? [],
    findImage: (namespace, name) => ask("images.v1.Images/Get", namespace, encodeText(name), decodeImage),
    async listImages(namespace) {
      const images = (await ask("images.v1.Images/List", namespace, everything, decodeImages)) ?? [];
      return images.slice(0, IMAGES_MAX);
    },
    findBlob: (namespace, digest) =>
      ask("content.v1.Content/Info", namespace, encodeText(digest), decodeBlobSize),
    openBlob,
    async readBlob(namespace, digest, bytesMax) {
      if (!isDigest(digest)) throw new OciError("DOCUMENT_INVALID", "The image's digest is none.");
      const pieces: Uint8Array[] = [];
      for await (const piece of openBlob(namespace, digest, bytesMax)) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      verifyDigest(bytes, digest, "blob");
      return bytes;
    },
    close: () => connection.close(),
  };
}

function missingContent(digest: string, cause: unknown): OciError {
  return new OciError("CONTENT_MISSING", `containerd does not hold the blob ${printable(digest, 100)}.`, {
    cause,
    details: { digest: printable(digest, 100) },
  });
}

function tooLong(digest: string, bytesMax: number): OciError {
  return new OciError("LIMIT_EXCEEDED", `The blob ${digest} is longer than its ${bytesMax} bytes.`, {
    details: { limit: "bytesMax", max: bytesMax },
  });
}

function asStoreError(error: unknown, socketPath: string): unknown {
  if (error instanceof OciError) return error;
  const name = `unix://${socketPath}`;
  const details = { engine: name, reason: error instanceof GrpcError ? error.reason : "message" };
  if (error instanceof GrpcError && error.status === null && error.reason !== "protocol") {
    const why: Readonly<Record<string, string>> = {
      EACCES: "this user may not use its socket",
      ENOENT: "there is no such socket",
      ECONNREFUSED: "nobody listens at its socket",
    };
    const hint = why[error.reason] ?? error.reason;
    const message = `containerd at ${printable(name)} cannot be spoken to: ${hint}.`;
    return new OciError("ENGINE_UNREACHABLE", message, { cause: error, details });
  }
  const said =
    error instanceof GrpcError
      ? error.status === PERMISSION_DENIED
        ? "it denies access"
        : printable(error.message, 200)
      : "its message cannot be read";
  return new OciError("ENGINE_FAILED", `containerd at ${printable(name)} gave no usable answer: ${said}.`, {
    cause: error,
    details,
  });
}
