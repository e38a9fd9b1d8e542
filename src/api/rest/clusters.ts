/**
 * Clusters that ask before they run something: how each is judged, and the reviews that Kubernetes sends
 * (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/, admission.k8s.io/v1).
 */
import { z } from "zod";
import { textOrNull, time, uuid } from "./fields.ts";

const pattern = z.string().regex(/^[a-z0-9*-]{1,63}$/, "a namespace, * in it for any text");
const group = z.string().min(1).max(253);

const rules = {
  environment: z
    .string()
    .max(63)
    .nullable()
    .default(null)
    .describe("Environment of the organisation that runs in it, whose policies count too"),
  mode: z
    .enum(["audit", "enforce"])
    .default("audit")
    .describe("audit: everything is admitted, and warned of what would not be"),
  namespaces: z.array(pattern).max(100).default([]).describe("Judged ones; empty: all"),
  exemptNamespaces: z
    .array(pattern)
    .max(100)
    .default(["kube-system", "kube-public", "kube-node-lease"])
    .describe("Never judged"),
  unknownImages: z
    .enum(["admit", "deny"])
    .default("deny")
    .describe("Images that were never analysed, or are named by a tag that the server has not seen"),
  oldEvidence: z
    .enum(["admit", "deny"])
    .default("deny")
    .describe("Images whose vulnerability database is too old, or that are being judged again"),
  restarts: z
    .enum(["admit", "judge"])
    .default("admit")
    .describe(
      "Images that were admitted to the namespace in the last 30 days, or that an update leaves as they are",
    ),
  breakGlassGroups: z
    .array(group)
    .max(50)
    .default([])
    .describe("Kubernetes groups whose members may break the glass; empty: nobody may"),
};

const clusterName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower case letters, digits and -, at most 63");

export const clusterRequest = z.strictObject({ name: clusterName, ...rules });
/** All of them: what is left out has its default. */
export const clusterChange = z.strictObject(rules);
export const clusterView = z.object({
  id: uuid,
  name: z.string(),
  environment: textOrNull,
  mode: z.enum(["audit", "enforce"]),
  namespaces: z.array(z.string()),
  exemptNamespaces: z.array(z.string()),
  unknownImages: z.enum(["admit", "deny"]),
  oldEvidence: z.enum(["admit", "deny"]),
  restarts: z.enum(["admit", "judge"]),
  breakGlassGroups: z.array(z.string()),
  createdAt: time,
  reviewPath: z.string().describe("Where the cluster posts its reviews, with a token of scope gate"),
});
export type ClusterView = z.output<typeof clusterView>;
export const clusterList = z.object({ clusters: z.array(clusterView) });

/** What is not named here is not looked at. */
export const admissionReview = z.object({
  apiVersion: z.literal("admission.k8s.io/v1"),
  kind: z.literal("AdmissionReview"),
  request: z.object({
    uid: z.string().min(1).max(200),
    kind: z.object({ kind: z.string().max(200) }),
    subResource: z.string().max(200).optional(),
    name: z.string().max(500).optional(),
    namespace: z.string().max(253).optional(),
    operation: z.enum(["CREATE", "UPDATE", "DELETE", "CONNECT"]),
    userInfo: z
      .object({
        username: z.string().max(1000).optional(),
        groups: z.array(z.string().max(1000)).max(1000).optional(),
      })
      .default({}),
    object: z.unknown().optional(),
    oldObject: z.unknown().optional(),
    dryRun: z.boolean().optional(),
  }),
});
export type AdmissionRequest = z.output<typeof admissionReview>["request"];

export const admissionAnswer = z.object({
  apiVersion: z.literal("admission.k8s.io/v1"),
  kind: z.literal("AdmissionReview"),
  response: z.object({
    uid: z.string(),
    allowed: z.boolean(),
    status: z.object({ code: z.int(), reason: z.string(), message: z.string() }).optional(),
    warnings: z.array(z.string()).optional(),
    auditAnnotations: z.record(z.string(), z.string()),
  }),
});
export type AdmissionAnswer = z.output<typeof admissionAnswer>;
