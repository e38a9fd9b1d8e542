/**
 * Validators of the official schemas in the shared folder.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import addFormatsModule from "ajv-formats";
import { sharedPath } from "../helpers/shared.ts";

// The package is CommonJS; its default export is the plugin itself or stands one level deeper, by loader.
const addFormats = ((addFormatsModule as unknown as { default?: unknown }).default ??
  addFormatsModule) as unknown as (ajv: Ajv) => void;

/** A validator of one schema; `helpers` are schemas that it refers to. */
export function officialValidator(name: string, helpers: readonly string[] = []): ValidateFunction {
  const schema = load(name);
  const Validator = String(schema["$schema"]).includes("2019-09") ? Ajv2019 : Ajv;
  // Draft 4 is not known to the validator; what SARIF uses of it means the same in draft 7.
  delete schema["$schema"];
  delete schema["id"];
  const ajv = new Validator({ strict: false, logger: false });
  addFormats(ajv);
  ajv.addFormat("iri-reference", true);
  ajv.addFormat("idn-email", true);
  for (const helper of helpers) ajv.addSchema(load(helper));
  return ajv.compile(schema);
}

function load(name: string): Record<string, unknown> {
  const path = sharedPath(`schemas/${name}`);
  if (path === null) throw new Error(`../shared/schemas/${name} is missing`);
  const schema = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  return schema;
}

/** Errors of a document in one text; empty when it is valid. */
export function errorsOf(validate: ValidateFunction, text: string): string {
  return validate(JSON.parse(text)) ? "" : JSON.stringify(validate.errors?.slice(0, 3));
}

export const cycloneDxHelpers = [
  "cyclonedx-spdx.schema.json",
  "cyclonedx-jsf-0.82.schema.json",
  "cyclonedx-cryptography-defs.schema.json",
];

/** The value of `make`, made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
