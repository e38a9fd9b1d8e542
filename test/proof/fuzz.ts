/**
 * Round `fuzz`: mutated and random inputs into every reader of outside data, for a while. A reader may refuse an input with an
 * error of the table; anything else thrown, an input without end, or an answer that breaks a promise fails the round.
 */
import { readFileSync } from "node:fs";
import { makeInput, saveInput, tryInput, type FuzzFailure } from "./fuzz-case.ts";
import { runFuzz } from "./fuzz-run.ts";
import { targets } from "./fuzz-targets.ts";
import type { RoundOptions, RoundResult } from "./round.ts";

/** On a busy machine a good input may take a second. */
const hangMs = 20_000;

const claim =
  "Mutated and random inputs into every reader of data from outside: nothing is thrown but errors of the table, nothing hangs, " +
  "and answers keep their promises (an inventory of damaged or cut layers is never complete, what is written reads back, orders " +
  "are orders, a damaged database answers as before or not at all). Inputs that reach new code are kept and changed further.";

export async function fuzzRound(options: RoundOptions): Promise<RoundResult> {
  if (options.words.length > 0) return replay(options);
  const module = new URL("fuzz-targets.ts", import.meta.url).href;
  const { counts, failures } = await runFuzz({ ...options, module, targets, hangMs });
  for (const target of targets) await target.close?.();
  const rows = targets.map(({ name }, index) => {
    const { accepted = 0, refused = 0, kept = 0 } = counts[index] ?? {};
    const failed = failures.filter((failure) => failure.target === name).length;
    return [name, accepted + refused + failed, accepted, refused, kept, failed];
  });
  const sum = (at: number): number => rows.reduce((total, row) => total + Number(row[at]), 0);
  rows.push(["all", sum(1), sum(2), sum(3), sum(4), sum(5)]);
  // A reader that takes nothing, or that was never asked, would prove nothing.
  const idle = counts.flatMap(({ accepted }, index) =>
    accepted === 0 ? [`${targets[index]?.name}: no input was accepted`] : [],
  );
  return {
    claim,
    tables: [{ head: ["reader", "inputs", "read", "refused", "reached new code", "failures"], rows }],
    failures: [...firstOfEachKind(failures).map((failure) => tell(failure)), ...idle],
    notes: [`Time box ${options.seconds} s; an input without an end after ${hangMs / 1000} s is a failure.`],
  };
}

/** Many inputs fail in one place; three of them are enough. */
function firstOfEachKind(failures: readonly FuzzFailure[]): FuzzFailure[] {
  const seen = new Map<string, number>();
  return failures.filter(({ target, reason }) => {
    const kind = `${target} ${reason.replace(/\d+/g, "0").slice(0, 200)}`;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= 3;
  });
}

function tell(failure: FuzzFailure): string {
  const path = saveInput(failure);
  return `${failure.target}:${failure.seed} ${failure.reason} (input in ${path}; again: --replay '${failure.target}:${path}')`;
}

/** Tries inputs again, by `target:path` or `target:seed`, in this thread: for a debugger. */
async function replay({ words, progress }: RoundOptions): Promise<RoundResult> {
  const failures: string[] = [];
  for (const word of words) {
    const target = targets.find(({ name }) => name === word.slice(0, word.lastIndexOf(":")));
    if (target === undefined) throw new RangeError(`no reader for ${word}`);
    const from = word.slice(word.lastIndexOf(":") + 1);
    const input = /^\d+$/.test(from) ? makeInput(target.samples, Number(from)) : readFileSync(from);
    const outcome = await tryInput(target, input);
    progress(`${word}: ${typeof outcome === "string" ? outcome : outcome.reason}`);
    if (typeof outcome !== "string") failures.push(`${word} ${outcome.reason}`);
  }
  for (const target of targets) await target.close?.();
  return { claim: "Inputs that failed before.", tables: [], failures, notes: [] };
}
