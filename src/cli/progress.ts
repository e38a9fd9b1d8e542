/**
 * One line on the terminal while a command waits: what is going on, and for how long. Nothing at all in a pipe, in the first moments of
 * a command, or on a terminal that cannot clear a line. Loaded by every command, so it does nothing until it is time.
 */
import type { Question } from "./ask.ts";
import type { CliContext, OutputStream } from "./context.ts";
import { printable } from "../domain/problem.ts";

/** Calls `tick` every so often until the answer is called. */
export type Ticker = (tick: () => void, everyMs: number) => () => void;

export interface Progress {
  /** The context whose output takes the line away before it writes. */
  readonly context: CliContext;
  /** `what` until another step is told: `cves alpine:3.22`. */
  begin(what: string): void;
  end(): void;
}

/** The first line comes after the second tick, so that what is quick shows none. */
const TICK_MS = 400;

export function createProgress(given: CliContext, ticker: Ticker = realTicker): Progress {
  const { stderr } = given;
  let text = "";
  let ticks = 0;
  let startMs = 0;
  let isShown = false;
  let stop: (() => void) | null = null;

  const clear = (): void => {
    if (isShown) stderr.write("\r\u001b[K");
    isShown = false;
  };
  const draw = (): void => {
    ticks += 1;
    if (ticks < 2) return;
    if (!canDraw(given)) return end();
    const seconds = Math.floor((given.monotonicMs() - startMs) / 1000);
    const line = `${FRAMES[ticks % FRAMES.length] ?? ""} ${printable(text, 200)}  ${seconds} s`;
    clear();
    stderr.write(line.slice(0, Math.max(10, stderr.width - 1)));
    isShown = true;
  };
  const end = (): void => {
    stop?.();
    stop = null;
    clear();
  };
  const changes: Partial<CliContext> = {
    stdout: clearing(given.stdout, clear),
    stderr: clearing(stderr, clear),
    step: (what) => {
      text = what;
    },
    get ask(): CliContext["ask"] {
      const { ask } = given;
      if (ask === null) return null;
      return (question: Question) => {
        end();
        return ask(question);
      };
    },
  };
  return {
    context: Object.create(given, Object.getOwnPropertyDescriptors(changes)) as CliContext,
    begin(what) {
      text = what;
      startMs = given.monotonicMs();
      stop ??= ticker(draw, TICK_MS);
    },
    end,
  };
}

const FRAMES = ["|", "/", "-", "\\"];

function canDraw({ stderr, env }: CliContext): boolean {
  return stderr.isTerminal && env["TERM"] !== "dumb";
}

function clearing(stream: OutputStream, clear: () => void): OutputStream {
  return {
    write(text) {
      clear();
      stream.write(text);
    },
    get isTerminal() {
      return stream.isTerminal;
    },
    get width() {
      return stream.width;
    },
  };
}

function realTicker(tick: () => void, everyMs: number): () => void {
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
