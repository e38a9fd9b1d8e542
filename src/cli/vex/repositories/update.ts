/** One VEX repository, fetched when it is due: its manifest, the archive that this names, and the documents that the index lists. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { download } from "../../../advisories/download.ts";
import { withLock } from "../../../advisories/lock.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { printable } from "../../../domain/problem.ts";
import type { httpRequest } from "../../../io/http.ts";
import {
  DEFAULT_INTERVAL_MS,
  type RepositoryLocation,
  type RepositoryManifest,
} from "../../../vex/shared/repository-manifest.ts";
import type { CliContext } from "../../context.ts";
import { asker, fetchManifest } from "./fetch-manifest.ts";
import { readKept, removeOld, writeKept, type KeptContent, type KeptState } from "./kept.ts";
import { repositoriesFolder } from "./known.ts";
import { isWebAddress, shownAddress, type ListedRepository } from "./listed.ts";
import { takeArchive } from "./take-archive.ts";

/** `updated`: new content; `unchanged`: it was asked, and has nothing newer; `current`: it was not asked, as its time has not come. */
export type UpdateOutcome = "updated" | "unchanged" | "current";

export interface UpdateChoice {
  /** Ask although its time has not come, and read the archive again. */
  readonly force: boolean;
  /** Attempts after the first. */
  readonly retriesMax: number;
}

export function folderOf(context: Pick<CliContext, "config">, { name }: ListedRepository): string {
  return join(repositoriesFolder(context), name);
}

export function sourceOf({ address, mirror }: Pick<ListedRepository, "address" | "mirror">): string {
  return createHash("sha256")
    .update(JSON.stringify([address, mirror]))
    .digest("hex");
}

/** A server that failed is not asked again by each scan. */
const PAUSE_AFTER_FAILURE_MS = 3_600_000;

export function isDue(state: KeptState | null, now: number): boolean {
  if (state === null) return true;
  if (state.failure !== null && now < Date.parse(state.failure.at) + PAUSE_AFTER_FAILURE_MS) return false;
  return state.checkedAt === null || now >= Date.parse(state.checkedAt) + state.intervalMs;
}

/**
 * What was kept stays as it is when anything fails, and the failure is noted.
 * @throws PlimsollError HTTP_FAILED, VEX_REPOSITORY_INVALID, VEX_REPOSITORY_LOCKED, LIMIT_EXCEEDED, FILE_NOT_FOUND
 */
export async function updateRepository(
  context: CliContext,
  listed: ListedRepository,
  choice: UpdateChoice,
): Promise<{ readonly outcome: UpdateOutcome; readonly state: KeptState }> {
  const folder = folderOf(context, listed);
  const source = sourceOf(listed);
  const now = context.clock();
  try {
    return await withLock(folder, async () => {
      const before = readKept(folder, source);
      if (before !== null && !choice.force && !isDue(before, now.getTime()))
        return { outcome: "current", state: before };
      const empty = { source, title: "", intervalMs: DEFAULT_INTERVAL_MS, checkedAt: null, content: null };
      try {
        const found = await fetchRepository(context, listed, { ...choice, folder, before });
        const state: KeptState = {
          source,
          title: found.manifest.title,
          intervalMs: found.manifest.intervalMs,
          checkedAt: now.toISOString(),
          failure: null,
          content: found.content,
        };
        await writeKept(folder, state);
        await removeOld(folder, found.content.file, now.getTime());
        return { outcome: found.content === before?.content ? "unchanged" : "updated", state };
      } catch (error) {
        if (error instanceof PlimsollError) {
          const failure = { at: now.toISOString(), reason: printable(error.message, 300) };
          await writeKept(folder, { ...empty, ...before, failure });
        }
        throw error;
      }
    });
  } catch (error) {
    throw asRepositoryError(error, listed);
  }
}

function asRepositoryError(error: unknown, { name }: ListedRepository): unknown {
  if (!(error instanceof PlimsollError)) return error;
  if (error.code === "DATABASE_LOCKED")
    return new PlimsollError(
      "VEX_REPOSITORY_LOCKED",
      `Another process is fetching the VEX repository ${name}.`,
      { cause: error },
    );
  const isInvalid = error.code === "VEX_INVALID" || error.code === "VEX_REPOSITORY_INVALID";
  return isInvalid
    ? new PlimsollError("VEX_REPOSITORY_INVALID", `The VEX repository ${name}: ${error.message}`, {
        cause: error,
      })
    : error;
}

interface Fetching extends UpdateChoice {
  readonly folder: string;
  readonly before: KeptState | null;
}

async function fetchRepository(
  context: CliContext,
  listed: ListedRepository,
  fetching: Fetching,
): Promise<{ readonly manifest: RepositoryManifest; readonly content: KeptContent }> {
  if (!isWebAddress(listed.address)) {
    const manifest = { title: "", locations: [], intervalMs: 0 };
    return { manifest, content: await takeFile(context, listed.address, fetching) };
  }
  const http = asker(fetching.retriesMax);
  const manifest = await fetchManifest(listed, fetching.retriesMax);
  let failure: unknown = null;
  for (const location of manifest.locations) {
    try {
      return { manifest, content: await fetchContent(context, location, { ...fetching, http }) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function fetchContent(
  context: CliContext,
  location: RepositoryLocation,
  { folder, before, force, http }: Fetching & { readonly http: typeof httpRequest },
): Promise<KeptContent> {
  const content = before?.content ?? null;
  const answer = await download({
    url: location.url,
    dir: folder,
    validators: force ? null : content,
    http,
    signal: null,
  });
  if (answer.kind === "unchanged" && content !== null) return content;
  if (answer.kind !== "changed")
    throw new PlimsollError("HTTP_FAILED", `${shownAddress(location.url)} is not there.`, {
      details: { url: shownAddress(location.url), status: 404, reason: "status" },
    });
  try {
    const taken = await takeArchive(answer.path, folder, location.folder);
    const { etag, lastModified } = answer.validators;
    return { ...taken, fetchedAt: context.clock().toISOString(), origin: answer.origin, etag, lastModified };
  } finally {
    await answer.remove();
  }
}

/** An archive that was brought here by other means. Its size and time stand for an ETag. */
async function takeFile(
  context: CliContext,
  address: string,
  { folder, before, force }: Fetching,
): Promise<KeptContent> {
  const [, path = "", inside = ""] = /^(.*?)(?:\/\/(.*))?$/.exec(address) ?? [];
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() === true)
    throw new PlimsollError(
      "USAGE",
      `${printable(path)} is a folder, which each run reads by --vex-location.`,
    );
  if (facts === null || !facts.isFile())
    throw new PlimsollError("FILE_NOT_FOUND", `There is no archive at ${printable(path)}.`);
  const etag = `${facts.size}-${facts.mtimeMs}`;
  const content = before?.content ?? null;
  if (!force && content?.etag === etag) return content;
  const taken = await takeArchive(path, folder, inside.replace(/^\/+|\/+$/g, ""));
  return { ...taken, fetchedAt: context.clock().toISOString(), origin: path, etag, lastModified: null };
}
