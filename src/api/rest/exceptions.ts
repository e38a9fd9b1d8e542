/** Exceptions: an organisation's own decisions on findings. */
import { z } from "zod";
import { exceptionKinds } from "../../domain/exception.ts";
import { vexJustifications } from "../../domain/vex.ts";
import { digestField, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const justificationView = z.enum(vexJustifications);

const scope = z
  .strictObject({
    repository: z
      .string()
      .max(500)
      .nullable()
      .default(null)
      .describe("registry.example.com/acme/my-app; null: all"),
    digest: digestField.nullable().default(null).describe("One image; null: all"),
    purl: z
      .string()
      .max(2000)
      .nullable()
      .default(null)
      .describe("Package URL, with or without version; null: any package"),
  })
  .default({ repository: null, digest: null, purl: null });

const shared = {
  vulnerability: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{2,99}$/, "write an id such as CVE-2026-1234"),
  reason: z.string().trim().min(1).max(4000),
  scope,
};
export const exceptionRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("false_positive"),
    justification: justificationView,
    expiresAt: time.nullable().default(null),
    ...shared,
  }),
  z.strictObject({ kind: z.literal("accepted_risk"), expiresAt: time, ...shared }),
]);
export type ExceptionRequest = z.input<typeof exceptionRequest>;
export const decisionRequest = z.strictObject({ note: z.string().max(4000).default("") });

export const exceptionState = z.enum(["requested", "approved", "refused", "withdrawn", "expired"]);
export const exceptionQuery = z.object({
  ...pageQuery,
  state: exceptionState.optional(),
  vulnerability: z.string().max(100).optional(),
});
export const exceptionView = z.object({
  id: uuid,
  vulnerability: z.string(),
  kind: z.enum(exceptionKinds),
  justification: justificationView.nullable(),
  reason: z.string(),
  scope: z.object({ repository: textOrNull, digest: textOrNull, purl: textOrNull }),
  state: exceptionState,
  requestedBy: z.string(),
  requestedAt: time,
  decidedBy: textOrNull,
  decidedAt: time.nullable(),
  decisionNote: textOrNull,
  expiresAt: time.nullable(),
  /** What the asking account may do with it. */
  mayDecide: z.boolean(),
  mayWithdraw: z.boolean(),
});
export const exceptionPage = pageOf(exceptionView);
export type ExceptionView = z.output<typeof exceptionView>;
