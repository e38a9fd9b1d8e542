/**
 * Options of policy types as JSON Schema, from which forms and documentation are made. Every type may be used by any number of
 * policies at the same time, each with options of its own.
 */
import { z } from "zod";
import { getPolicyType, policyTypes, validatePolicy } from "./policy-types.ts";

/** A policy type as somebody sees it who makes a policy of it. */
export interface PolicyTypeForm {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema of what is filled in: titles, descriptions, defaults, bounds, patterns and examples. */
  readonly schema: OptionSchema;
  /** What the options are when nothing is filled in. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** A JSON Schema of draft 2020-12, of an object. */
export interface OptionSchema extends Readonly<Record<string, unknown>> {
  readonly type: "object";
  readonly properties: Readonly<Record<string, OptionProperty>>;
}

/** One option. */
export interface OptionProperty extends Readonly<Record<string, unknown>> {
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly default: unknown;
  readonly items?: Readonly<Record<string, unknown>>;
}

/** Every policy type, sorted by id. */
export function policyTypeForms(): readonly PolicyTypeForm[] {
  const forms = policyTypes.filter(({ needsProgram }) => needsProgram !== true);
  return forms.map(({ id, title, description }) => ({
    id,
    title,
    description,
    schema: optionSchemaOf(id),
    defaults: validatePolicy({ type: id, config: {} }),
  }));
}

/**
 * The schema of one type's options. What a schema cannot say (that one of two options must be filled in) only `validatePolicy`
 * finds. @throws PolicyError POLICY_UNKNOWN
 */
export function optionSchemaOf(type: string): OptionSchema {
  return z.toJSONSchema(getPolicyType(type).options, { io: "input" }) as unknown as OptionSchema;
}
