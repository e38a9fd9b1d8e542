/** What --base-vex asked for and did not get: a base that is not proven, or whose registry did not answer. */
import { printable } from "../../domain/problem.ts";
import type { BaseAttestationSource } from "../../domain/policy-ports.ts";
import type { CliContext } from "../context.ts";

export interface BaseVexWatch {
  /** The same source, watched. */
  watch(source: BaseAttestationSource): BaseAttestationSource;
  /** One line on standard error where no VEX of a base was read; after the analysis. */
  warn(context: CliContext): void;
}

export function watchBaseVex(): BaseVexWatch {
  let reason: string | null =
    "no base image is proven (--verify compares layers, plimsoll base add records bases)";
  return {
    watch: (source) => async (base) => {
      const answer = await source(base);
      reason = "reason" in answer ? answer.reason : null;
      return answer;
    },
    warn: ({ stderr }) => {
      if (reason !== null)
        stderr.write(`warning: no VEX of a base image counts: ${printable(reason, 1000)}\n`);
    },
  };
}
