/**
 * The server's own certificate and key, from files that somebody else renews: they are looked at again every few seconds, because
 * mounted secrets are replaced by links of which no watcher is told. What cannot be used is told once, and the certificate from
 * before goes on being shown.
 */
import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

/** Absolute paths of PEM files; the first holds the certificate, and after it those that lead to its authority. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** PEM. */
export interface TlsContent {
  readonly cert: string;
  readonly key: string;
}

/** @throws PlimsollError CONFIG_INVALID when a file cannot be read, or the two do not belong together */
export async function readTls({ certFile, keyFile }: TlsFiles): Promise<TlsContent> {
  const content = { cert: await readPem(certFile), key: await readPem(keyFile) };
  try {
    createSecureContext(content);
  } catch (error) {
    // The message is OpenSSL's and quotes nothing of the key; as the cause it would bring the files' content along.
    const reason = error instanceof Error ? printable(error.message, 200) : "";
    throw invalid(`${printable(certFile)} and ${printable(keyFile)} cannot be used together (${reason}).`);
  }
  return content;
}

async function readPem(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) throw invalid(`${printable(path)} has more than ${FILE_BYTES_MAX} bytes.`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw invalid(`${printable(path)} cannot be read (${code}).`);
  }
}

export interface TlsWatch {
  /** Looks now. Whether there was something new, and it is in use. */
  look(): Promise<boolean>;
  stop(): void;
}

export interface TlsWatchOptions {
  readonly files: TlsFiles;
  /** What is in use. */
  readonly content: TlsContent;
  /** Takes the new one into use. */
  readonly renew: (content: TlsContent) => void;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

/** Looks until it is stopped; keeps no process alive. */
export function watchTls(options: TlsWatchOptions): TlsWatch {
  const { files, renew, log } = options;
  const state = { content: options.content, failure: "" };
  const look = async (): Promise<boolean> => {
    try {
      const content = await readTls(files);
      state.failure = "";
      if (content.cert === state.content.cert && content.key === state.content.key) return false;
      renew(content);
      state.content = content;
      log("the certificate was renewed");
      return true;
    } catch (error) {
      // Two files are not replaced at once, so the next look may find them whole.
      const failure = error instanceof Error ? error.message : "no reason is known";
      if (failure !== state.failure) log(`the certificate stays as it is: ${failure}`);
      state.failure = failure;
      return false;
    }
  };
  const timer = setInterval(() => void look(), options.everyMs ?? LOOK_MS);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}

function invalid(message: string): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", message);
}

const LOOK_MS = 10_000;
const FILE_BYTES_MAX = 1024 * 1024;
