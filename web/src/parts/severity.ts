/** Severities as they are shown: word, letter and colour of each, gravest first. */

export const severities = ["critical", "high", "medium", "low", "unspecified"] as const;
export type Severity = (typeof severities)[number];

export const severityLooks: Readonly<Record<Severity, { word: string; letter: string; classes: string }>> = {
  critical: { word: "Critical", letter: "C", classes: "bg-critical-soft text-critical" },
  high: { word: "High", letter: "H", classes: "bg-high-soft text-high" },
  medium: { word: "Medium", letter: "M", classes: "bg-medium-soft text-medium" },
  low: { word: "Low", letter: "L", classes: "bg-low-soft text-low" },
  unspecified: { word: "Unspecified", letter: "?", classes: "bg-unspecified-soft text-unspecified" },
};

/** A severity of the wire, which may be newer than this dashboard. */
export function readSeverity(text: string): Severity {
  return severities.find((severity) => severity === text) ?? "unspecified";
}
