/**
 * Policy type `database-age`: the vulnerability database that the image was compared with is fresh, and speaks of its packages. An
 * old database finds nothing new, and one without the right feeds nothing at all.
 */
import { z } from "zod";
import type { DatabaseFacts, Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  max_age_hours: z
    .number()
    .int()
    .min(1)
    .max(87_600)
    .default(48)
    .meta({
      title: "Oldest age in hours",
      description: "Of the oldest of the feeds that the database needs.",
      examples: [24],
    }),
  require_coverage: z.boolean().default(true).meta({
    title: "Every package can be judged",
    description: "The database has feeds for all packages of the image.",
  }),
  refuse_demonstration: z.boolean().default(true).meta({
    title: "No demonstration data",
    description: "The small database of the demonstration does not count.",
  }),
});
type Options = z.output<typeof options>;

export const databaseAge: PolicyType<Options> = Object.freeze({
  id: "database-age",
  title: "Fresh vulnerability database",
  description: "The vulnerability database is fresh and has advisories for the packages of the image.",
  specs: ["docs/guide/vulnerabilities.md"],
  version: 1,
  needs: ["database"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const { database } = facts;
  if (database === null) return { status: "no_data", reason: "no vulnerability database was asked" };
  debug(`updated ${database.updatedAt}, ${database.ageHours} hours ago`);
  const deviations = [
    ...ageDeviations(database, config.max_age_hours),
    ...(config.require_coverage ? coverageDeviations(database) : []),
    ...(config.refuse_demonstration && database.demonstration ? [demonstration()] : []),
  ];
  return deviations.length > 0 ? notMet(deviations) : { status: "met" };
}

function ageDeviations({ ageHours, updatedAt }: DatabaseFacts, max: number): readonly Deviation[] {
  if (ageHours <= max) return [];
  return [
    deviation({
      message: `The database is ${ageHours} hours old, more than ${max}`,
      columns: { Updated: updatedAt, Allowed: `${max} hours` },
      remediation: "Run plimsoll db update.",
    }),
  ];
}

function coverageDeviations({ missingSpaces, otherRepositories = [] }: DatabaseFacts): readonly Deviation[] {
  return [
    ...missingSpaces.map((space) =>
      deviation({
        message: `The database has nothing for ${space}`,
        columns: { Packages: space },
        remediation: "Update the database with the feeds of these packages, or leave the packages out.",
      }),
    ),
    ...otherRepositories.map(({ repository, packageCount }) =>
      deviation({
        message: `No advisories judge the packages of ${repository}`,
        columns: { Packages: `${packageCount} of ${repository}` },
        remediation: "Take the packages from the distribution itself, or follow their maker's advisories.",
      }),
    ),
  ];
}

function demonstration(): Deviation {
  return deviation({
    message: "The database is the one of the demonstration",
    columns: {},
    remediation: "Run plimsoll db update.",
  });
}
