/**
 * Image references, by the grammar of https://github.com/distribution/reference:
 * `alpine`, `team/app:1.2`, `localhost:5000/app@sha256:…`, `registry.example.com/team/app:1.2@sha256:…`.
 * Read by hand in linear time: the published regular expressions nest quantifiers.
 */
import { printable } from "../domain/problem.ts";
import { isDigest } from "./digest.ts";
import { OciError } from "./error.ts";

export interface ImageReference {
  /** Host of names, with port where given: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Path in the registry: `library/alpine`. */
  readonly path: string;
  /** Canonical repository: `docker.io/library/alpine`. */
  readonly repository: string;
  /** `latest` when neither tag nor digest was written; null when only a digest was. */
  readonly tag: string | null;
  /** `sha256:…`, or null. With both, the digest decides. */
  readonly digest: string | null;
}

/** Reads a reference and fills in what it leaves out. @throws OciError REFERENCE_INVALID */
export function parseReference(text: string): ImageReference {
  if (text.length > lengthMax) throw bad(text, `it is longer than ${lengthMax} characters`);
  if (signInEnd(text) !== -1)
    throw bad(
      text,
      "a sign-in has no place in it; use docker login, or PLIMSOLL_REGISTRY_USER and …_PASSWORD",
    );
  const [beforeDigest, digest] = splitOnce(text, text.indexOf("@"));
  if (digest !== null && !isDigest(digest)) {
    throw bad(text, "after @ a digest must stand: sha256: and 64 lower-case hexadecimal digits");
  }
  const colon = beforeDigest.lastIndexOf(":");
  const [name, tag] = splitOnce(beforeDigest, colon > beforeDigest.lastIndexOf("/") ? colon : -1);
  if (tag !== null && !isTag(tag))
    throw bad(text, "the tag may hold letters, digits, _ . - and 128 characters");
  const { registry, path } = splitName(name);
  if (!isRegistry(registry)) throw bad(text, "the registry is not a host name with an optional port");
  if (path === "" || !path.split("/").every(isPathComponent)) {
    throw bad(text, "the repository may hold lower-case letters and digits, joined by . _ __ or -");
  }
  const repository = `${registry}/${path}`;
  if (repository.length > nameLengthMax)
    throw bad(text, `the name is longer than ${nameLengthMax} characters`);
  return { registry, path, repository, tag: tag ?? (digest === null ? "latest" : null), digest };
}

/** `docker.io/library/alpine:3.20@sha256:…`, in full. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === null ? "" : `:${reference.tag}`;
  const digest = reference.digest === null ? "" : `@${reference.digest}`;
  return `${reference.repository}${tag}${digest}`;
}

/** Host that serves the API of a registry: Docker Hub's differs from its name. */
export function apiHostOf(registry: string): string {
  return registry === hub ? "registry-1.docker.io" : registry;
}

/** Whether the text can be a tag: `1.2`, `latest`. */
function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text);
}

const hub = "docker.io";
const lengthMax = 512;
const nameLengthMax = 255;

/** The first component is a registry when it has a dot, a port, an upper-case letter, or is `localhost`. */
function splitName(name: string): { registry: string; path: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isHost = /[.:[]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (!isHost) return { registry: hub, path: name.includes("/") ? name : `library/${name}` };
  // Where nothing but an upper-case letter tells that it is a host, it must stay, or the written form would be a path of the hub.
  const lower = first.toLowerCase();
  const host = /[.:[]/.test(first) || lower === "localhost" ? lower : first;
  const path = name.slice(slash + 1);
  if (host !== hub && host !== "index.docker.io" && host !== "registry-1.docker.io") {
    return { registry: host, path };
  }
  return { registry: hub, path: path.includes("/") ? path : `library/${path}` };
}

function isRegistry(text: string): boolean {
  const ipv6 = /^\[([0-9a-f:.]{2,45})\](?::(\d{1,5}))?$/.exec(text);
  if (ipv6 !== null) return isPort(ipv6[2]) && URL.canParse(`http://[${ipv6[1]}]/`);
  const [host, port] = splitOnce(text, text.indexOf(":"));
  if (!isPort(port ?? undefined)) return false;
  return host.split(".").every((label) => /^[A-Za-z0-9-]{1,63}$/.test(label) && !/^-|-$/.test(label));
}

function isPort(text: string | undefined): boolean {
  return text === undefined || (/^\d{1,5}$/.test(text) && Number(text) <= 65_535);
}

/** Letters and digits; between them a dot, one or two underscores, or any number of hyphens. */
function isPathComponent(text: string): boolean {
  if (!/^[a-z0-9._-]+$/.test(text) || !/^[a-z0-9]/.test(text) || !/[a-z0-9]$/.test(text)) return false;
  const separators = text.match(/[._-]+/g) ?? [];
  return separators.every((run) => run === "." || run === "_" || run === "__" || /^-+$/.test(run));
}

function splitOnce(text: string, at: number): [string, string | null] {
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** Position of the @ of `user:password@host/path`, or -1. A digest stands after the last slash, and names its hash. */
function signInEnd(text: string): number {
  const at = text.lastIndexOf("@");
  return at === -1 || (/^sha\d{1,4}:/.test(text.slice(at + 1)) && !text.includes("/", at))
    ? text.lastIndexOf("@", Math.max(0, text.lastIndexOf("/")))
    : at;
}

function bad(text: string, why: string): OciError {
  // Whoever wrote a password here must not find it in a log.
  const end = signInEnd(text);
  const shown = end === -1 ? text : `…${text.slice(end)}`;
  return new OciError("REFERENCE_INVALID", `"${printable(shown, 200)}" is not an image reference: ${why}.`);
}
