/**
 * Looks into an opened image for what policies in force ask: secrets and hygiene. What was found before, by the same rules, is used
 * again.
 */
import { createHash } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import { defaultUnpackLimits } from "../../domain/files.ts";
import { printable } from "../../domain/problem.ts";
import { examine, examinationVersion } from "../../analysis/examine.ts";
import type { StoredExamination } from "../../analysis/stored-examination.ts";
import type { OpenedImage } from "../../image/types.ts";
import type { WorkerContext } from "../context.ts";
import { diskCachesOf } from "./disk-caches.ts";

export interface Look {
  readonly orgId: string;
  /** Null: no policy asks. */
  readonly parts: StoredExamination["parts"] | null;
  readonly stored: StoredExamination | null;
  readonly signal: AbortSignal;
}

/** Null: nobody asked, and nothing was found before; or it could not be done, which is logged. @throws the signal's reason */
export async function lookInto(
  context: Pick<WorkerContext, "config" | "monotonicMs" | "log">,
  opened: OpenedImage,
  { orgId, parts, stored, signal }: Look,
): Promise<StoredExamination | null> {
  if (parts === null || (stored !== null && answers(stored, parts))) return stored;
  const { log } = context;
  const disk = diskCachesOf(context, orgId);
  try {
    const { secrets, hygiene } = await examine(opened, {
      parts,
      limits: defaultUnpackLimits,
      verify: true,
      walled: true,
      ...(disk === null ? {} : { layersFor: disk.layersFor }),
      monotonicMs: context.monotonicMs,
      signal,
    });
    return { parts, version: versionOf(parts), secrets, hygiene };
  } catch (error) {
    signal.throwIfAborted();
    // The packages are known all the same; the policies that asked have no data.
    if (!(error instanceof PlimsollError)) throw error;
    log(printable(`${opened.image.reference}: it could not be looked into: ${error.message}`, 1_000));
    return null;
  }
}

function answers(stored: StoredExamination, parts: StoredExamination["parts"]): boolean {
  return (stored.parts === "all" || parts === "secrets") && stored.version === versionOf(stored.parts);
}

function versionOf(parts: StoredExamination["parts"]): string {
  return createHash("sha256").update(examinationVersion(parts)).digest("hex").slice(0, 16);
}
