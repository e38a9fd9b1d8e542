/**
 * Webhooks of registries: proof that the registry sent it, and which tag it tells of. Whatever it says beyond repository and tag is not
 * believed: the registry is asked for the digest.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isRepositoryPath, type WatchSource } from "./source.ts";

export interface WebhookRequest {
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface ToldTag {
  readonly registry: string;
  readonly path: string;
  readonly tag: string;
}

/** True when the request was made with the secret. */
export function isProved({ type }: WatchSource, secret: string, { headers, body }: WebhookRequest): boolean {
  switch (type) {
    case "harbor":
      return isSame(headers["authorization"] ?? "", secret);
    case "artifactory":
      return isSame(headers["x-jfrog-event-auth"] ?? "", hmac("sha256", secret, body));
    case "nexus":
      return isSame(headers["x-nexus-webhook-signature"] ?? "", hmac("sha1", secret, body));
    case "oci":
      return false;
  }
}

/** Null: it tells of nothing that was pushed, or is not what this product sends. */
export function readWebhook(source: WatchSource, body: Uint8Array): ToldTag | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return null;
  }
  const told = readers[source.type](value, source);
  return told !== null && isRepositoryPath(told.path) && TAG.test(told.tag) ? told : null;
}

const TAG = /^\w[\w.-]{0,127}$/;

type Reader = (value: unknown, source: WatchSource) => ToldTag | null;

const readers: Readonly<Record<WatchSource["type"], Reader>> = {
  oci: () => null,
  harbor: (value, { registry }) => {
    if (text(value, "type") !== "PUSH_ARTIFACT") return null;
    const event = own(value, "event_data");
    const resources = own(event, "resources");
    const tag = text(Array.isArray(resources) ? resources[0] : null, "tag");
    return { registry, path: text(own(event, "repository"), "repo_full_name"), tag };
  },
  artifactory: (value, { registry, stores, subdomainMode }) => {
    if (text(value, "domain") !== "docker" || text(value, "event_type") !== "pushed") return null;
    const fields = own(value, "data");
    const store = text(fields, "repo_key");
    if (!stores.includes(store)) return null;
    const name = text(fields, "image_name");
    const tag = text(fields, "tag");
    return subdomainMode
      ? { registry: `${store}.${registry}`, path: name, tag }
      : { registry, path: `${store}/${name}`, tag };
  },
  nexus: (value, { registry, stores }) => {
    const component = own(value, "component");
    const isPush =
      ["CREATED", "UPDATED"].includes(text(value, "action")) && text(component, "format") === "docker";
    if (!isPush || !stores.includes(text(value, "repositoryName"))) return null;
    return { registry, path: text(component, "name"), tag: text(component, "version") };
  },
};

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function text(value: unknown, key: string): string {
  const found = own(value, key);
  return typeof found === "string" ? found : "";
}

function hmac(algorithm: "sha1" | "sha256", secret: string, body: Uint8Array): string {
  return createHmac(algorithm, secret).update(body).digest("hex");
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
