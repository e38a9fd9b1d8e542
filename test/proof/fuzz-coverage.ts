/**
 * Which code has run, by V8's precise block coverage of this thread: an input that reaches a block none before it reached is worth
 * keeping, because what is made from it reaches further.
 */
import { Session, type Profiler } from "node:inspector";

/** What one or several inputs ran through. */
export type Trace = readonly Profiler.ScriptCoverage[];

interface Block {
  readonly start: number;
  readonly end: number;
}

export interface CodeCoverage {
  /** Milliseconds spent so far: V8 walks over the whole heap each time. */
  readonly spentMs: number;
  /** What has run since the last call. */
  take(): Trace;
  /** Whether it reached a function or a block that nothing added has reached. */
  isNew(trace: Trace): boolean;
  add(trace: Trace): void;
  close(): void;
}

/** Of the product's own code. */
export function startCoverage(): CodeCoverage {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  // By script and place of the function: the blocks of it that nothing has reached.
  const missing = new Map<string, readonly Block[]>();
  let spentMs = 0;
  return {
    get spentMs() {
      return spentMs;
    },
    take() {
      const startedAt = performance.now();
      let trace: Trace = [];
      session.post("Profiler.takePreciseCoverage", (error, { result }) => {
        if (error === null) trace = result.filter(({ url }) => isOurs(url));
      });
      spentMs += performance.now() - startedAt;
      return trace;
    },
    isNew: (trace) => [...blocksOf(trace)].some(([key, blocks]) => reachesMore(missing.get(key), blocks)),
    add(trace) {
      for (const [key, blocks] of blocksOf(trace)) missing.set(key, stillMissing(missing.get(key), blocks));
    },
    close: () => session.disconnect(),
  };
}

function isOurs(url: string): boolean {
  return url.includes("/src/") && !url.includes("/node_modules/");
}

/** For each function that ran, the blocks of it that did not. */
function* blocksOf(trace: Trace): Generator<[string, readonly Block[]]> {
  for (const { scriptId, functions } of trace) {
    for (const { ranges } of functions) {
      const [whole] = ranges;
      if (whole === undefined || whole.count === 0) continue;
      const blocks = ranges
        .filter(({ count }) => count === 0)
        .map(({ startOffset, endOffset }) => ({ start: startOffset, end: endOffset }));
      yield [`${scriptId}:${whole.startOffset}:${whole.endOffset}`, blocks];
    }
  }
}

function reachesMore(before: readonly Block[] | undefined, now: readonly Block[]): boolean {
  return before === undefined || before.some((block) => !now.some((other) => holds(other, block)));
}

/** A block that ran at last may hold smaller ones that did not. */
function stillMissing(before: readonly Block[] | undefined, now: readonly Block[]): readonly Block[] {
  if (before === undefined) return now;
  return before.flatMap((block) =>
    now.some((other) => holds(other, block)) ? [block] : now.filter((other) => holds(block, other)),
  );
}

function holds(outer: Block, inner: Block): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
