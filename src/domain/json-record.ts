/** A parsed document (JSON, YAML, TOML) of unknown shape: its objects, each member still unknown. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value as an object, or null when it is something else; a list is no object. */
export function recordOf(value: unknown): JsonRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}
