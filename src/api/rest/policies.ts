/** Policies: types with their form, policies with versions, and who meets them. */
import { z } from "zod";
import { statusView } from "../verdict-views.ts";
import { count, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const effectView = z.enum(["report", "warn", "block"]);

export const policyTypeView = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  schema: z
    .record(z.string(), z.unknown())
    .describe("JSON Schema of the options, with titles and defaults: forms are made from it"),
  defaults: z.record(z.string(), z.unknown()),
});
export const policyTypeList = z.object({ types: z.array(policyTypeView) });
export type PolicyTypeView = z.output<typeof policyTypeView>;

export const policyRequest = z.strictObject({
  type: z.string().max(100),
  title: z.string().trim().min(1).max(200),
  description: z.string().max(4000).default(""),
  config: z.record(z.string(), z.unknown()),
  weight: z.int().min(0).max(1000).default(10),
  effect: effectView.default("block"),
  enabled: z.boolean().default(true),
  scope: z
    .strictObject({
      repositories: z
        .array(
          z
            .string()
            .toLowerCase()
            .max(500)
            .regex(
              /^[a-z0-9*][a-z0-9*._:[\]/-]*$/,
              "write a repository with its registry, such as registry.example.com/acme/*",
            ),
        )
        .max(100)
        .default([])
        .describe("Repositories with their registry; * stands for any text. Empty: all"),
      environments: z
        .array(z.string().min(1).max(63))
        .max(100)
        .default([])
        .describe("Names of environments. Empty: all images, deployed or not"),
    })
    .default({ repositories: [], environments: [] }),
});
/** The whole policy again; its type cannot change. `version` is the one that was read: another one in between is a conflict. */
export const policyChange = policyRequest.omit({ type: true }).extend({ version: count });
export const policyEnabledRequest = z.strictObject({ enabled: z.boolean() });

/** What one version of a policy demands. */
const contentView = {
  title: z.string(),
  description: z.string(),
  config: z.record(z.string(), z.unknown()),
  weight: count,
  effect: effectView,
  enabled: z.boolean(),
  scope: z.object({ repositories: z.array(z.string()), environments: z.array(z.string()) }),
};

export const policyView = z.object({
  id: uuid,
  type: z.string(),
  typeTitle: z.string(),
  ...contentView,
  version: count,
  changedAt: time,
  changedBy: z.string(),
  compliance: z
    .object({ met: count, notMet: count, noData: count, waiting: count })
    .describe("Over the images that count"),
});
export const policyList = z.object({ policies: z.array(policyView) });
export type PolicyView = z.output<typeof policyView>;

export const policyResultQuery = z.object({ ...pageQuery, status: statusView.optional() });
export const policyImageResultView = z.object({
  imageId: uuid,
  repository: z.string(),
  tag: textOrNull,
  digest: z.string(),
  platform: textOrNull,
  status: statusView,
  reason: textOrNull,
  deviationCount: count,
  firstDeviation: textOrNull,
  remediation: textOrNull,
  evaluatedAt: time,
});
export const policyResultPage = pageOf(policyImageResultView);
export type PolicyImageResultView = z.output<typeof policyImageResultView>;

export const policyVersionView = z.object({
  version: count,
  ...contentView,
  createdBy: z.string(),
  createdAt: time,
});
export const policyVersionList = z.object({ versions: z.array(policyVersionView) });
export type PolicyVersionView = z.output<typeof policyVersionView>;
