/** Reviews as the API server of Kubernetes sends them: the fields and their order are those of a real one of version 1.31. */
import { randomUUID } from "node:crypto";

export interface ReviewInput {
  readonly kind?: "Pod" | "Deployment" | "CronJob";
  readonly operation?: "CREATE" | "UPDATE" | "DELETE";
  readonly namespace?: string;
  readonly images: readonly string[];
  /** Of the object before, for an update. */
  readonly oldImages?: readonly string[];
  readonly initImages?: readonly string[];
  readonly ephemeralImages?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly groups?: readonly string[];
  readonly dryRun?: boolean;
}

const groupOf = { Pod: "", Deployment: "apps", CronJob: "batch" } as const;
const resourceOf = { Pod: "pods", Deployment: "deployments", CronJob: "cronjobs" } as const;

export function reviewOf(input: ReviewInput): { readonly request: { readonly uid: string } } {
  const { kind = "Pod", operation = "CREATE", namespace = "shop", oldImages, dryRun = false } = input;
  const type = { group: groupOf[kind], version: "v1", kind };
  const resource = { group: groupOf[kind], version: "v1", resource: resourceOf[kind] };
  const object = operation === "DELETE" ? null : objectOf(kind, namespace, input);
  const oldObject =
    operation === "CREATE" ? null : objectOf(kind, namespace, { images: oldImages ?? input.images });
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: randomUUID(),
      kind: type,
      resource,
      requestKind: type,
      requestResource: resource,
      name: "app-6d4cf56db6-x2x7k",
      namespace,
      operation,
      userInfo: {
        username: "ada@example.com",
        uid: "0b8f3a5e-1d5c-4d5c-9e0e-2b9d3f0c6a11",
        groups: [...(input.groups ?? ["developers"]), "system:authenticated"],
        extra: { "authentication.kubernetes.io/credential-id": ["JTI=1"] },
      },
      object,
      oldObject,
      dryRun,
      options: {
        kind: "CreateOptions",
        apiVersion: "meta.k8s.io/v1",
        fieldManager: "kubectl-client-side-apply",
      },
    },
  } as never;
}

function objectOf(kind: "Pod" | "Deployment" | "CronJob", namespace: string, input: ReviewInput): object {
  const metadata = {
    name: "app-6d4cf56db6-x2x7k",
    namespace,
    uid: randomUUID(),
    creationTimestamp: "2026-11-22T12:00:00Z",
    labels: { app: "app" },
    annotations: input.annotations ?? {},
    managedFields: [
      { manager: "kubectl-client-side-apply", operation: "Update", fieldsType: "FieldsV1", fieldsV1: {} },
    ],
  };
  const containers = (images: readonly string[], prefix: string) =>
    images.map((image, at) => ({
      name: `${prefix}-${at}`,
      image,
      resources: {},
      terminationMessagePath: "/dev/termination-log",
      imagePullPolicy: "IfNotPresent",
    }));
  const spec = {
    volumes: [{ name: "kube-api-access-7hx2v", projected: { sources: [], defaultMode: 420 } }],
    initContainers: containers(input.initImages ?? [], "init"),
    containers: containers(input.images, "app"),
    ephemeralContainers: containers(input.ephemeralImages ?? [], "debug"),
    restartPolicy: "Always",
    serviceAccountName: "default",
  };
  const apiVersion = kind === "Pod" ? "v1" : kind === "CronJob" ? "batch/v1" : "apps/v1";
  if (kind === "Pod") return { kind, apiVersion, metadata, spec, status: {} };
  const template = { metadata: { labels: { app: "app" } }, spec };
  if (kind === "Deployment")
    return { kind, apiVersion, metadata, spec: { replicas: 1, template }, status: {} };
  return { kind, apiVersion, metadata, spec: { schedule: "0 * * * *", jobTemplate: { spec: { template } } } };
}
