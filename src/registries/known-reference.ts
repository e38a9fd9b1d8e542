/** References and hosts as people write them, in the form that registries and repositories are stored in. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { parseReference } from "../oci/reference.ts";

export interface KnownReference {
  /** `registry.example.com`, `127.0.0.1:5000`, `docker.io` */
  readonly host: string;
  /** `acme/my-app` */
  readonly name: string;
  readonly tag: string | null;
  /** `sha256:…` or null. With both, the digest decides. */
  readonly digest: string | null;
}

/** Reads a reference to an image. @throws OciError REFERENCE_INVALID */
export function readReference(text: string): KnownReference {
  const { registry, path, tag, digest } = parseReference(text);
  return { host: registry, name: path, tag, digest };
}

/** Reads `registry.example.com/acme/my-app`. @throws PlimsollError REFERENCE_INVALID, also when it has a tag or digest */
export function readRepository(text: string): Pick<KnownReference, "host" | "name"> {
  // Given the tag, another one is no part of the grammar.
  const { registry, path } = parseReference(`${text}:any`);
  return { host: registry, name: path };
}

/**
 * The host as it stands in references: lower case, and one name for Docker Hub.
 * @throws PlimsollError REFERENCE_INVALID when a reference that starts with it would name another registry
 */
export function canonicalHost(host: string): string {
  const { registry, path } = parseReference(`${host}/a/b`);
  if (path === "a/b") return registry;
  throw new PlimsollError(
    "REFERENCE_INVALID",
    `"${printable(host, 300)}" would be read as a part of a name on Docker Hub; write its domain or port too.`,
  );
}
