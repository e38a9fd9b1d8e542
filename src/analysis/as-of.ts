/**
 * Judging by another time than now: the vulnerability database as it would have been then, as far as it tells when something was
 * published. What carries no date is kept: doubt never takes a finding away.
 */
import type { Advisory, VulnerabilityContext } from "../domain/advisory.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { byWholeAdvisories } from "../domain/whole-advisories.ts";
import type { AnalyzeOptions } from "./options.ts";

export interface AsOf {
  /** The time that is judged by. */
  readonly at: Date;
  readonly now: Date;
}

/** Advisories without a date that were looked at, each once however often it was. */
export type Undated = Set<string>;

/** The same database without what was published after `at`. Its age stays what it is now: it is no older for being asked about then. */
export function databaseAsOf(database: AdvisoryDatabase, asOf: AsOf, undated: Undated): AdvisoryDatabase {
  const { status } = database;
  const shifted = Date.parse(status.updatedAt) + asOf.at.getTime() - asOf.now.getTime();
  const isKnown = (advisory: Advisory): boolean => {
    if (advisory.publishedAt !== null) return !isAfter(advisory.publishedAt, asOf.at);
    undated.add(`${advisory.feed}\n${advisory.id}`);
    return true;
  };
  return {
    status: {
      ...status,
      updatedAt: Number.isNaN(shifted) ? status.updatedAt : new Date(shifted).toISOString(),
    },
    ...byWholeAdvisories((keys) => {
      const found = [...database.findAdvisories(keys)].map(
        ([key, advisories]) => [key, advisories.filter(isKnown)] as const,
      );
      return new Map(found.filter(([, advisories]) => advisories.length > 0));
    }),
    findContexts: (ids) =>
      new Map([...database.findContexts(ids)].map(([id, context]) => [id, contextAsOf(context, asOf)])),
    close: () => database.close(),
  };
}

/** The same of what an analysis is given. */
export function databaseOptionAsOf(
  database: AnalyzeOptions["database"],
  asOf: AsOf,
  undated: Undated,
): AnalyzeOptions["database"] {
  if (database === null) return null;
  if (typeof database !== "function") return databaseAsOf(database, asOf, undated);
  return async (spaces) => {
    const opened = await database(spaces);
    return opened === null ? null : databaseAsOf(opened, asOf, undated);
  };
}

function contextAsOf(context: VulnerabilityContext, { at }: AsOf): VulnerabilityContext {
  const isKev = context.kev !== null && !isAfter(context.kev.dateAdded, at);
  return isKev ? context : { ...context, kev: null };
}

/** A date that cannot be read is no reason to leave anything out. */
export function isAfter(date: string, at: Date): boolean {
  return Date.parse(date) > at.getTime();
}
