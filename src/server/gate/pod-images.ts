/**
 * Images that an object of Kubernetes is going to run: a pod, or a workload with a template of one. Init and ephemeral containers
 * run as well, and volumes may be images too. Pure; objects come from outside and are looked at field by field.
 */

export interface PodImage {
  /** As it is written: `registry.example.com/acme/app@sha256:…`. */
  readonly image: string;
  /** Names of the containers or volumes that have it. */
  readonly containers: readonly string[];
}

export interface PodImages {
  /** Each once, in their order; empty: it runs nothing. */
  readonly images: readonly PodImage[];
  /** Of the pod that it makes, and of the object itself, which win. */
  readonly annotations: Readonly<Record<string, string>>;
  /** More containers than are looked at. */
  readonly isTooLarge: boolean;
}

/** Of any object; one without a pod in it runs nothing. `kind`: as the review names it. */
export function podImagesOf(kind: string, object: unknown): PodImages {
  const template = templateOf(kind, object);
  const spec = field(template, "spec");
  const named: { image: string; container: string }[] = [];
  let count = 0;
  for (const list of CONTAINER_LISTS) {
    for (const container of listOf(field(spec, list))) {
      count += 1;
      if (count > CONTAINERS_MAX) break;
      const image = field(container, "image");
      // A template may leave it to be filled in; the pod that comes of it has it.
      if (typeof image === "string" && image !== "")
        named.push({ image, container: textOf(field(container, "name")) });
    }
  }
  for (const volume of listOf(field(spec, "volumes"))) {
    const reference = field(field(volume, "image"), "reference");
    if (typeof reference !== "string" || reference === "") continue;
    count += 1;
    if (count > CONTAINERS_MAX) break;
    named.push({ image: reference, container: `volume ${textOf(field(volume, "name"))}` });
  }
  const images = [...Map.groupBy(named, ({ image }) => image)].map(([image, of]) => ({
    image,
    containers: of.map(({ container }) => container),
  }));
  const annotations = { ...annotationsOf(template), ...annotationsOf(object) };
  return { images, annotations, isTooLarge: count > CONTAINERS_MAX };
}

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"];
const CONTAINERS_MAX = 200;

/** What has metadata and spec of the pod. Kinds that are not known are taken for workloads with a template, as most of them are. */
function templateOf(kind: string, object: unknown): unknown {
  if (kind === "Pod") return object;
  if (kind === "PodTemplate") return field(object, "template");
  const spec = field(object, "spec");
  if (kind === "CronJob") return field(field(field(spec, "jobTemplate"), "spec"), "template");
  return field(spec, "template");
}

function annotationsOf(object: unknown): Readonly<Record<string, string>> {
  const annotations = field(field(object, "metadata"), "annotations");
  if (typeof annotations !== "object" || annotations === null) return {};
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
