/** docs/reference/openapi.json: the API of the server, from its routes. */
import { openApiDocument } from "../../src/server/openapi.ts";
import { allRoutes } from "../../src/server/routes/all.ts";

/** The document as text. `version`: of the package. */
export function openApiFile(version: string): string {
  return `${JSON.stringify(openApiDocument(allRoutes, version), null, 1)}\n`;
}
