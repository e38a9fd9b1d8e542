/** Sends an SBOM to a server, which reads it itself: of the document nothing is worked out here. */
import { setTimeout as sleep } from "node:timers/promises";
import { uploadView, type UploadView } from "../../api/rest/uploads.ts";
import { errorCodes, type ErrorCode } from "../../domain/error-codes.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { ServerClient } from "../server/client.ts";

export interface SentSbom {
  readonly organisation: string;
  readonly project: string;
  /** Empty: none. */
  readonly version: string;
  readonly document: Uint8Array;
  /** How long to wait until it was read; 0: not at all. */
  readonly waitSeconds: number;
}

/**
 * What became of it; `queued` where it was not waited for. @throws ServerError as the server refuses; the code with which reading it
 * failed; VERDICT_PENDING after the wait
 */
export async function sendSbom(client: ServerClient, sent: SentSbom): Promise<UploadView> {
  const { organisation, project, version, document, waitSeconds } = sent;
  const body = { project, version, document: Buffer.from(document).toString("base64") };
  const path = `/orgs/${organisation}/sboms`;
  let view = await client.ask({ method: "POST", path, body }, uploadView);
  const giveUpAt = Date.now() + waitSeconds * 1000;
  if (waitSeconds === 0) return view;
  while (view.state === "queued") {
    if (Date.now() >= giveUpAt) {
      const message = `The SBOM was sent, and not read within ${waitSeconds} seconds.`;
      throw new PlimsollError("VERDICT_PENDING", message);
    }
    await sleep(POLL_MS);
    view = await client.ask({ path: `/orgs/${organisation}/uploads/${view.id}` }, uploadView);
  }
  if (view.failure === null) return view;
  const { code, message } = view.failure;
  const known = code in errorCodes ? (code as ErrorCode) : "SERVER_PROTOCOL";
  throw new PlimsollError(known, `The server could not read the SBOM: ${printable(message, 1000)}`);
}

const POLL_MS = 500;
