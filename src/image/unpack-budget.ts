/**
 * What all layers of an image may take together, and the problems met on the way. One budget per run, shared by the
 * layers that are read side by side.
 */
import type { UnpackLimits } from "../domain/files.ts";
import type { Problem, ProblemCode } from "../domain/problem.ts";

/** Problems of one code and layer that are kept one by one; the rest is counted. */
const PER_CODE_MAX = 20;

/** Average bytes of a path up to which `entriesMax` entries may be held. */
const PATH_BYTES_MEAN_MAX = 256;

/** Compression ratios are judged past this many bytes. */
const RATIO_FROM_BYTES = 100_000_000;

export class UnpackBudget {
  readonly limits: UnpackLimits;
  /** A limit of the whole image was passed: no layer goes on. */
  isSpent = false;
  contentBytes = 0;
  #entries = 0;
  #pathBytes = 0;
  #wantedBytes = 0;
  readonly #now: () => number;
  readonly #startMs: number;
  readonly #problems: Problem[] = [];
  readonly #counts = new Map<string, number>();

  /** `now` is a monotonic clock in milliseconds. */
  constructor(limits: UnpackLimits, now: () => number) {
    this.limits = limits;
    this.#now = now;
    this.#startMs = now();
  }

  report(code: ProblemCode, message: string, layer: string | null, path: string | null = null): void {
    const key = `${code} ${layer ?? ""}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= PER_CODE_MAX) this.#problems.push({ code, message, path, layer });
  }

  /** All problems; where there were too many of a kind, a last one tells their number. */
  problems(): Problem[] {
    const more = [...this.#counts].filter(([, count]) => count > PER_CODE_MAX);
    const summaries = more.map(([key, count]): Problem => {
      const [code, layer] = key.split(" ") as [ProblemCode, string];
      const message = `${count - PER_CODE_MAX} more of the same kind`;
      return { code, message, path: null, layer: layer === "" ? null : layer };
    });
    return [...this.#problems, ...summaries];
  }

  /** Problems of one layer so far that are kept one by one; null when there were more. */
  problemsOf(layer: string): Problem[] | null {
    const isCut = [...this.#counts].some(([key, count]) => count > PER_CODE_MAX && key.endsWith(` ${layer}`));
    return isCut ? null : this.#problems.filter((problem) => problem.layer === layer);
  }

  /** False when time is up. */
  hasTime(): boolean {
    if (this.isSpent) return false;
    if (this.#now() - this.#startMs <= this.limits.timeMsMax) return true;
    return this.#spend("LIMIT_TIME", `reading takes more than ${this.limits.timeMsMax} ms`);
  }

  /** Counts uncompressed bytes; false when a layer or the image has too many. `readBytes`: compressed bytes used so far. */
  takeContent(bytes: number, layerBytes: number, readBytes: number | null, layer: string): boolean {
    const { layerBytesMax, totalBytesMax, ratioMax } = this.limits;
    this.contentBytes += bytes;
    if (layerBytes > layerBytesMax) {
      this.report("LIMIT_LAYER_BYTES", `the layer has more than ${layerBytesMax} bytes`, layer);
      return false;
    }
    if (readBytes !== null && layerBytes > RATIO_FROM_BYTES && layerBytes > ratioMax * readBytes) {
      this.report("LIMIT_RATIO", `the layer inflates to more than ${ratioMax} times its size`, layer);
      return false;
    }
    if (this.contentBytes > totalBytesMax) {
      return this.#spend("LIMIT_TOTAL_BYTES", `the layers have more than ${totalBytesMax} bytes`);
    }
    return this.hasTime();
  }

  /** Counts an entry and the bytes that its name takes; false when there are too many. */
  takeEntry(pathBytes: number): boolean {
    const { entriesMax } = this.limits;
    this.#entries += 1;
    this.#pathBytes += pathBytes;
    if (this.#entries > entriesMax) {
      return this.#spend("LIMIT_ENTRIES", `the layers have more than ${entriesMax} entries`);
    }
    if (this.#pathBytes > entriesMax * PATH_BYTES_MEAN_MAX) {
      return this.#spend("LIMIT_ENTRIES", "the names in the layers take too much memory");
    }
    return !this.isSpent;
  }

  /** Counts the entries of a layer that was read before; false when there are too many. */
  takeEntries(count: number): boolean {
    this.#entries += count;
    if (this.#entries <= this.limits.entriesMax) return !this.isSpent;
    return this.#spend("LIMIT_ENTRIES", `the layers have more than ${this.limits.entriesMax} entries`);
  }

  /** Reserves memory for a wanted file; false when all wanted files together would be too large. */
  takeWanted(bytes: number): boolean {
    if (this.#wantedBytes + bytes > this.limits.wantedTotalBytesMax) return false;
    this.#wantedBytes += bytes;
    return true;
  }

  #spend(code: ProblemCode, message: string): false {
    if (!this.isSpent) this.report(code, message, null);
    this.isSpent = true;
    return false;
  }
}
