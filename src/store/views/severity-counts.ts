/** How many findings of which severity, as every page counts them: those that are suppressed or undetermined have columns of their own. */
import { sql, type RawBuilder } from "kysely";

export interface SeverityCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly unspecified: number;
  readonly suppressed: number;
  readonly undetermined: number;
}

export const noFindings: SeverityCounts = {
  critical: 0,
  high: 0,
  medium: 0,
  low: 0,
  unspecified: 0,
  suppressed: 0,
  undetermined: 0,
};

/** Those of an evaluation as JSON, from the columns of the relation `name`; null where it asked no vulnerability database. */
export function storedCounts(name: string): RawBuilder<SeverityCounts | null> {
  const of = (column: string) => sql.ref(`${name}.${column}`);
  return sql<SeverityCounts | null>`case when ${of("has_findings")} then json_build_object(
    'critical', ${of("critical")}, 'high', ${of("high")}, 'medium', ${of("medium")}, 'low', ${of("low")},
    'unspecified', ${of("unspecified")}, 'suppressed', ${of("suppressed")}, 'undetermined', ${of("undetermined")}
  ) end`;
}

/** Under which column one finding counts, of the relations `finding` and `label` (its row of `labelled_finding`, if any). */
export const findingClass: RawBuilder<keyof SeverityCounts> = sql<keyof SeverityCounts>`case
  when label.suppressed then 'suppressed'
  when coalesce(label.status, finding.state) = 'undetermined' then 'undetermined'
  else finding.severity end`;

/** `finding` and `label` for each row of the relation `held` (of `image_package`). */
export const findingsOfHeld: RawBuilder<unknown> = sql`
  join finding on finding.package_id = held.package_id
  left join labelled_finding label on label.org_id = held.org_id and label.image_id = held.image_id
    and label.package_id = finding.package_id and label.vulnerability = finding.vulnerability`;

/** Counts as the JSON object that `json_object_agg(class, count)` gives, with zero for what is not in it. */
export function fillCounts(partial: Partial<SeverityCounts> | null): SeverityCounts {
  return { ...noFindings, ...partial };
}
