/** Facts as CEL understands them: whole numbers are ints, all others doubles. */

/** Fields that are shares or scores: a score of 9 is the double 9.0. */
const DOUBLES: ReadonlySet<string> = new Set(["score", "epss", "epssPercentile", "ageHours"]);

export function toCelValue(value: unknown, field = ""): unknown {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !DOUBLES.has(field) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((each) => toCelValue(each, field));
  if (typeof value !== "object" || value === null) return value;
  // Without a prototype no field of an image can be mistaken for one of the language.
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, each] of Object.entries(value)) copy[name] = toCelValue(each, name);
  return copy;
}
