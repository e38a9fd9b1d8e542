/**
 * What stands in a policy set beside its policies, as JSON: its name and age, what stops its gate, approved exceptions, whom it
 * believes.
 */
import { z } from "zod";
import { exceptionKinds, type Exception } from "../domain/exception.ts";
import { gateStates, type PolicySet } from "../domain/policy-set.ts";
import { vexJustifications } from "../domain/vex.ts";
import { PolicyError } from "./error.ts";
import { describeIssues } from "./policy-types.ts";

/** Days that a set lasts which does not say: its publisher makes one a month. */
export const DEFAULT_MAX_AGE_DAYS = 30;

const ENTRIES_MAX = 5_000;
const word = z.string().min(1).max(500);
const instant = z.iso.datetime({ offset: true });

const exceptionEntry = z
  .strictObject({
    id: word,
    vulnerability: word,
    kind: z.enum(exceptionKinds),
    justification: z.enum(vexJustifications).nullable().default(null),
    reason: z.string().min(1).max(4_000),
    repository: word.nullable().default(null),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .nullable()
      .default(null),
    package: word.nullable().default(null),
    requestedBy: word,
    decidedBy: word,
    decidedAt: instant,
    expiresAt: instant.nullable().default(null),
  })
  .refine(({ requestedBy, decidedBy }) => requestedBy !== decidedBy, {
    message: "nobody approves what they asked for themselves",
    path: ["decidedBy"],
  });

/** Strict: a set of a later version may ask for what this one does not know, and must not pass as understood. */
export const policySetDocument = z.strictObject({
  schema: z.literal("urn:plimsoll:policy-set:1"),
  name: z.string().regex(/^[a-zA-Z0-9][\w.-]{0,99}$/),
  version: z.string().regex(/^[a-zA-Z0-9][\w.+-]{0,99}$/),
  createdAt: instant,
  maxAgeDays: z.int().min(1).max(3_650).default(DEFAULT_MAX_AGE_DAYS),
  failOn: z
    .array(z.enum(gateStates))
    .max(gateStates.length)
    .default([...gateStates]),
  databaseMaxAgeHours: z.int().min(1).max(87_600).nullable().default(null),
  exceptions: z.array(exceptionEntry).max(ENTRIES_MAX).default([]),
  trust: z
    .strictObject({
      keys: z.array(z.string().min(1).max(20_000)).max(100).default([]),
      identities: z
        .array(z.strictObject({ subject: word, issuer: word }))
        .max(100)
        .default([]),
    })
    .nullable()
    .default(null),
});
export type PolicySetDocument = z.input<typeof policySetDocument>;

/** `origin` is for people. @throws PolicyError POLICY_SET_INVALID, naming the field */
export function readPolicySet(json: unknown, origin: string): PolicySet {
  const parsed = policySetDocument.safeParse(json);
  if (!parsed.success)
    throw new PolicyError("POLICY_SET_INVALID", `${origin}: ${describeIssues(parsed.error.issues, "set")}`);
  const { schema: _known, trust, exceptions, ...rest } = parsed.data;
  return {
    ...rest,
    exceptions: exceptions.map(toException),
    trust:
      trust === null
        ? null
        : {
            keys: trust.keys.map((pem, at) => ({ name: `key ${at + 1} of ${rest.name}`, pem })),
            identities: trust.identities,
          },
  };
}

function toException({
  repository,
  digest,
  package: purl,
  ...rest
}: z.output<typeof exceptionEntry>): Exception {
  return { ...rest, scope: { repository, digest, purl } };
}
