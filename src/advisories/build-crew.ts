/**
 * Who does the work of a build: for little input this thread alone, for much input threads beside it, which read documents and pack
 * segments side by side. The database is the same byte for byte.
 */
import { availableParallelism } from "node:os";
import { BuildThreads } from "./build-threads.ts";
import { createCollector } from "./collect.ts";
import type { BuildCrew } from "./crew-types.ts";
import { getFeed } from "./feeds.ts";
import { packSegment } from "./segment-writer.ts";
import { takeDocument } from "./take-document.ts";

/** `folder`: for entries that are too many to be held; whoever gives it removes it. */
export function createBuildCrew(folder: string, threads: number): BuildCrew {
  return threads === 0 ? crewOfOne(folder) : new BuildThreads(folder, threads);
}

/** Bytes of input for which threads are not worth their start. */
const SMALL_INPUT_BYTES = 4 * 1024 * 1024;
const THREADS_MAX = 4;

/** Threads for an input of this many bytes as it lies on disk. */
export function threadsFor(inputBytes: number): number {
  const cores = availableParallelism();
  return inputBytes < SMALL_INPUT_BYTES || cores < 2 ? 0 : Math.min(cores, THREADS_MAX);
}

function crewOfOne(folder: string): BuildCrew {
  const collector = createCollector({ folder });
  return {
    take(document, feed, { counts, feeds }) {
      const found = takeDocument(document, feed === null ? null : getFeed(feed), collector, counts);
      if (found !== null) feeds.add(found.id);
    },
    ready: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    finish: () => Promise.resolve(collector.finish()),
    pack: packSegment,
    close: () => Promise.resolve(),
  };
}
