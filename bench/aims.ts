/** What the figures of one image are held against. */
import { measured, sumOf } from "./report.ts";
import type { ScanResult } from "./scans.ts";
import type { Kind } from "./subjects.ts";

export interface JudgedAim {
  readonly aim: string;
  readonly figure: string;
  readonly state: "met" | "missed" | "not measured";
}

/** Most MiB of any cold scan. */
const PEAK_MIB_MAX = 200;

export function judgeAims(results: readonly ScanResult[]): JudgedAim[] {
  const ours = (kind: Kind, name = ""): number | null =>
    measured(
      results,
      (one) => one.kind === kind && one.by === "plimsoll" && one.result.name.includes(name),
    )[0]?.medianMs ?? null;
  const peer = (kind: Kind, name: string): number | null =>
    measured(results, (one) => one.kind === kind && one.by === "peer" && one.result.name.startsWith(name))[0]
      ?.medianMs ?? null;
  const floorMs = measured(results, (one) => one.by === "floor")[0]?.medianMs ?? null;
  const times = (name: string, kind: Kind, least: number, what: string): JudgedAim =>
    judge(
      `${what}: at least ${least} times faster than ${name}`,
      ratio(peer(kind, name), ours(kind)),
      (x) => x >= least,
    );
  const peaks = measured(results, (one) => one.by === "plimsoll" && one.kind !== "warm").map((one) =>
    sumOf(one.peaksMiB),
  );
  const [fetched] = measured(results, (one) => one.kind === "registry");
  return [
    judge("OCI layout: at most 1.15 times the floor", ratio(ours("layout"), floorMs), (x) => x <= 1.15),
    times("trivy", "layout", 2, "OCI layout"),
    times("syft", "layout", 3, "OCI layout"),
    times("trivy", "archive", 5, "docker archive"),
    times("syft", "archive", 5, "docker archive"),
    times("trivy", "secrets", 2, "secrets"),
    judge(
      `peak memory under ${PEAK_MIB_MAX} MiB`,
      peaks.length === 0 ? null : Math.max(...peaks),
      (mib) => mib < PEAK_MIB_MAX,
      " MiB",
    ),
    judge("one more layer: of the cold scan", ratio(ours("next"), ours("layout")), (x) => x <= 0.25),
    judge("warm sbom, whole process: under 100 ms", ours("warm", "sbom"), (ms) => ms < 100, " ms"),
    judge("registry: ends at most 1.10 times after the last byte", fetched?.note ?? null, (x) => x <= 1.1),
  ];
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

/** `unit` of plain figures; without, the figure is a ratio. */
function judge(aim: string, figure: number | null, isMet: (figure: number) => boolean, unit = ""): JudgedAim {
  if (figure === null) return { aim, figure: "", state: "not measured" };
  const shown = unit === "" ? figure.toFixed(2) : `${Math.round(figure)}${unit}`;
  return { aim, figure: shown, state: isMet(figure) ? "met" : "missed" };
}
