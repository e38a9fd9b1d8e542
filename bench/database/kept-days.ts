/**
 * Days that were followed before. What they move is a matter of bytes, not of the clock, and following 60 of them takes far longer
 * than all that has to be timed: so the figures of the same database, the same code and the same days are kept beside the bench's
 * other things, and the timed part can be measured again alone.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDatabaseStatus } from "../../src/advisories/status.ts";
import { followDays, type DayFigures, type FollowOptions } from "./follow-days.ts";

/** `file`: where figures are kept. */
export async function followOrRecall(file: string, options: FollowOptions): Promise<DayFigures> {
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, DayFigures>)
    : {};
  const key = keyOf(options);
  const kept = known[key];
  if (kept !== undefined) {
    options.log(`  ${options.days} days as they were followed before`);
    return kept;
  }
  const figures = await followDays(options);
  writeFileSync(file, `${JSON.stringify({ ...known, [key]: figures }, null, 1)}\n`);
  return figures;
}

/** Of the database's content, the days, and every source that makes or moves segments. */
export function keyOf({ from, share, days }: Pick<FollowOptions, "from" | "share" | "days">): string {
  const hash = createHash("sha256");
  const folders = [join(import.meta.dirname, "../../src/advisories"), import.meta.dirname];
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort())
      if (name.endsWith(".ts") && !name.endsWith(".test.ts")) hash.update(readFileSync(join(folder, name)));
  }
  const { digest } = readDatabaseStatus(from);
  return [digest, share, days, hash.digest("hex").slice(0, 16)].join(" ");
}
