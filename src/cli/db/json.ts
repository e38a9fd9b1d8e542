/** JSON of `plimsoll db`: the shapes are in `src/api/database-reports.ts`. */
import { jsonText } from "../../domain/json-text.ts";

/** `name` as in the schema's file: `db-status`. */
export function databaseJson(name: string, report: object): string {
  return jsonText({ schema: `urn:plimsoll:report:${name}:1`, ...report });
}
