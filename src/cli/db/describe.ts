/** `plimsoll db status` and `plimsoll db feeds`. */
import { isExcluded } from "../../advisories/excluded.ts";
import { feeds } from "../../advisories/feeds.ts";
import { readDatabaseStatus, type DatabaseStatusReport } from "../../advisories/status.ts";
import { databaseAgeOf } from "../../domain/database-age.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { ageText, sizeText } from "../../reports/shared/words.ts";
import { databaseJson } from "./json.ts";

/** @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function runStatus(context: CliContext, options: { readonly format: string }): void {
  const status = readDatabaseStatus(context.config.databaseDir);
  const { ageHours, stale } = databaseAgeOf(status, {
    now: context.clock(),
    ageHoursMax: context.config.databaseAgeHoursMax,
  });
  const excluded = context.config.excludedFeeds;
  if (options.format === "json") {
    context.stdout.write(
      databaseJson("db-status", { folder: context.config.databaseDir, ageHours, stale, excluded, ...status }),
    );
    return;
  }
  const rows = status.feeds.map((feed) => {
    const name = feed.part === "" ? feed.feed : `${feed.feed}/${feed.part}`;
    const failure = feed.failure === null ? "" : `  FAILED: ${printable(feed.failure)}`;
    return `${name.padEnd(28)} ${String(feed.recordCount).padStart(8)} records  ${feed.fetchedAt}  ${printable(feed.licence)}${failure}${isExcluded(feed.feed, feed.part, excluded) ? "  EXCLUDED: goes with the next update" : ""}`;
  });
  const lines = [
    ...(status.demonstration ? ["DEMONSTRATION DATA: never a statement about a real image"] : []),
    ...rows,
    `${status.advisoryCount} advisories in ${status.spaces.length} name spaces, ${sizeText(status.sizeBytes)}, in ${context.config.databaseDir}`,
    `updated ${status.updatedAt}, ${ageText(ageHours)} ago${stale ? ": STALE" : ""}`,
    ...publishedLine(status.publication),
    `KEV ${status.hasKev ? "yes" : "no"}, EPSS ${status.hasEpss ? "yes" : "no"}`,
    ...(excluded.length > 0
      ? [`excluded by PLIMSOLL_FEEDS_EXCLUDE: ${printable(excluded.join(", "), 500)}`]
      : []),
    `database ${status.digest}`,
  ];
  context.stdout.write(`${lines.join("\n")}\n`);
}

function publishedLine(publication: DatabaseStatusReport["publication"]): string[] {
  if (publication === null) return [];
  const signed = publication.keyId === null ? "signature not checked" : `signed by ${publication.keyId}`;
  return [`published at ${printable(publication.origin, 500)}, ${signed}`];
}

/** The feeds, their addresses and licences; a star marks what `db update` fetches by itself. */
export function runFeeds(context: CliContext, options: { readonly format: string }): void {
  const rows = feeds.flatMap((feed) =>
    feed.parts.map((part) => ({
      feed: feed.id,
      part: part.id,
      address: feed.baseUrl + part.path,
      licence: feed.licence(part.id),
      isDefault: part.isDefault,
    })),
  );
  if (options.format === "json") {
    context.stdout.write(databaseJson("db-feeds", { feeds: rows }));
    return;
  }
  for (const row of rows) {
    const name = row.part === "" ? row.feed : `${row.feed}/${row.part}`;
    context.stdout.write(
      `${row.isDefault ? "*" : " "} ${name.padEnd(28)} ${row.licence.padEnd(14)} ${row.address}\n`,
    );
  }
}
