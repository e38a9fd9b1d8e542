/** Records and their rows, where most of what a row can hold is not told. */
import type { AdvisoryRecord, FeedAdvisory } from "../types.ts";

/** A row: what is not given is empty or not known. */
export function feedAdvisory(
  given: Pick<FeedAdvisory, "id" | "space" | "name"> & Partial<FeedAdvisory>,
): FeedAdvisory {
  return {
    aliases: [],
    summary: "",
    ranges: [],
    versions: [],
    severities: [],
    cwes: [],
    publishedAt: null,
    modifiedAt: null,
    url: null,
    ...given,
  };
}

/** A record: what is not given is empty; it is not withdrawn. */
export function advisoryRecord(given: Pick<AdvisoryRecord, "id"> & Partial<AdvisoryRecord>): AdvisoryRecord {
  return {
    kind: "advisory",
    modifiedAt: null,
    withdrawn: false,
    advisories: [],
    unsupported: [],
    neverAffectedCount: 0,
    ...given,
  };
}
