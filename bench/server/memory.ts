/** What server, worker and PostgreSQL hold in memory. Of Linux. */
import { readFileSync } from "node:fs";
import { isPostmaster, isWorker, processesOf, type ListedProcess } from "../../test/helpers/process-list.ts";

export interface MemoryUse {
  readonly name: string;
  /** Held now; of PostgreSQL's processes what they do not share, and their part of what they do. */
  readonly nowMiB: number;
  /** Most at any time; null where it cannot be told. */
  readonly peakMiB: number | null;
}

export function measureMemory(home: string): readonly MemoryUse[] {
  const all = processesOf(home);
  const postmaster = all.find(isPostmaster);
  const isOfPostgres = ({ pid, parent }: ListedProcess): boolean =>
    pid === postmaster?.pid || parent === postmaster?.pid;
  const isServer = (one: ListedProcess): boolean =>
    !isOfPostgres(one) && /\bserver\b/.test(one.args) && !isWorker(one);
  const own = (name: string, is: (one: ListedProcess) => boolean): MemoryUse[] =>
    all.filter(is).map(({ pid }) => ({
      name,
      nowMiB: field(pid, "status", "VmRSS"),
      peakMiB: field(pid, "status", "VmHWM"),
    }));
  const shares = all.filter(isOfPostgres).map(({ pid }) => field(pid, "smaps_rollup", "Pss"));
  const postgres = {
    name: `PostgreSQL, ${shares.length} processes`,
    nowMiB: shares.reduce((sum, share) => sum + share, 0),
    peakMiB: null,
  };
  return [...own("server", isServer), ...own("worker", isWorker), postgres];
}

/** MiB; 0 when the process has ended in between. */
function field(pid: number, file: string, name: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
