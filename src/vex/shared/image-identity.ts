/**
 * Which image a VEX product names. Products are written as `pkg:docker/<repository>@<tag or digest>`, as
 * `pkg:oci/<name>@<digest>?repository_url=<repository>&tag=<tag>`, or as a reference such as `ghcr.io/org/app:1.2`.
 */
import { PackageURL } from "packageurl-js";

/** The image that is judged. */
export interface VexImageIdentity {
  /** Canonical repository, e.g. `docker.io/library/alpine`; null when the source names none. */
  readonly repository: string | null;
  readonly tag: string | null;
  /** Every digest that means this image: `sha256:…` of the platform's manifest, and of the index it was chosen from. */
  readonly digests: readonly string[];
  /** e.g. `amd64`; absent or null: not compared. */
  readonly architecture?: string | null;
}

/** An image as a product names it. Null: not said. */
export interface ImageId {
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly architecture: string | null;
}

/** Reads a parsed purl of type `docker` or `oci`; null for any other type. */
export function imageIdOfPurl(purl: PackageURL): ImageId | null {
  if (purl.type !== "docker" && purl.type !== "oci") return null;
  const qualifiers: Readonly<Record<string, string>> = { ...purl.qualifiers };
  const path = [purl.namespace, purl.name]
    .filter((part) => typeof part === "string" && part !== "")
    .join("/");
  const url = qualifiers["repository_url"]?.replace(/^https?:\/\//, "");
  const platform = (qualifiers["platform"] ?? "").split("/");
  const version = purl.version ?? null;
  const isDigest = version !== null && DIGEST.test(version);
  return {
    // In oci purls the address is the whole repository; in docker purls it is the host alone.
    repository: canonicalRepository(
      url === undefined ? path : purl.type === "docker" ? `${url}/${path}` : url,
    ),
    tag: isDigest ? null : (version ?? qualifiers["tag"] ?? null),
    digest: isDigest ? version : null,
    architecture: qualifiers["arch"] ?? platform[1] ?? null,
  };
}

/** Reads a reference: `nginx`, `docker.io/library/nginx:1.27`, `ghcr.io/org/app@sha256:…`, `sha256:…`; null: not one. */
export function imageIdOfReference(text: string): ImageId | null {
  if (text.length > REFERENCE_LENGTH_MAX || /^(?:pkg|cpe|urn):/i.test(text)) return null;
  if (!/^\w[\w.:/@-]*\w$|^\w$/.test(text) || text.includes("//")) return null;
  if (DIGEST.test(text)) return { repository: null, tag: null, digest: text, architecture: null };
  const [named = "", digest = null, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== null && !DIGEST.test(digest))) return null;
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  return {
    repository: canonicalRepository(hasTag ? named.slice(0, colon) : named),
    tag: hasTag && digest === null ? named.slice(colon + 1) : null,
    digest,
    architecture: null,
  };
}

/**
 * How exactly the product names this image: 0 by repository, 1 by tag, 2 by digest; null: it is another image.
 * A digest decides alone, whatever the repository, because it names the content: a mirror holds the same image.
 */
export function imageMatch(id: ImageId, image: VexImageIdentity): number | null {
  if (
    id.architecture !== null &&
    image.architecture &&
    !isSameArchitecture(id.architecture, image.architecture)
  ) {
    return null;
  }
  if (id.digest !== null) return image.digests.includes(id.digest) ? 2 : null;
  if (id.repository === null || image.repository === null) return null;
  if (id.repository !== canonicalRepository(image.repository)) return null;
  if (id.tag === null) return 0;
  return id.tag === image.tag ? 1 : null;
}

/** Whether two names mean the same processor, or one of them means any: `amd64` and `x86_64`, `all`, `noarch`. */
export function isSameArchitecture(left: string, right: string): boolean {
  const [a, b] = [left, right].map((name) => architectureNames[name.toLowerCase()] ?? name.toLowerCase());
  return a === b || a === "any" || b === "any";
}

const architectureNames: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  i386: "386",
  i686: "386",
  armhf: "arm",
  armv7: "arm",
  all: "any",
  noarch: "any",
  source: "any",
  src: "any",
};

const REFERENCE_LENGTH_MAX = 500;
const DIGEST = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;
const hubHosts: readonly string[] = ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/** `nginx` -> `docker.io/library/nginx`, `index.docker.io/a/b` -> `docker.io/a/b`; other hosts stay. Lower case. */
export function canonicalRepository(text: string): string {
  const parts = text.toLowerCase().split("/");
  const [first = ""] = parts;
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const host = hasHost ? first : "docker.io";
  const path = hasHost ? parts.slice(1) : parts;
  if (host !== "docker.io" && !hubHosts.includes(host)) return [host, ...path].join("/");
  return ["docker.io", ...(path.length === 1 ? ["library"] : []), ...path].join("/");
}
