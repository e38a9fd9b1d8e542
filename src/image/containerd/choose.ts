/**
 * Which image of containerd's store a reference means: `alpine`, `k8s.io/registry.example.com/app:1`, `sha256:…`, the beginning of a
 * digest. A first word that is one of the store's name spaces is one.
 */
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import { isSameName } from "../../oci/layout-ref.ts";
import { formatReference, type ImageReference, parseReference } from "../../oci/reference.ts";
import type { ContainerdClient } from "./client.ts";
import type { StoredImage } from "./messages.ts";

export interface ChosenImage extends StoredImage {
  readonly namespace: string;
}

/** A name, and the name space it is looked for in. */
export interface Meaning {
  readonly namespace: string;
  readonly word: string;
}

type Names = Pick<ContainerdClient, "findImage" | "listImages" | "listNamespaces">;

const NEAR_MAX = 5;
const NEAR_LENGTH_MIN = 3;

/** The first that there is; null when there is none. @throws OciError SOURCE_AMBIGUOUS, and as the client does */
export async function chooseImage(client: Names, meanings: readonly Meaning[]): Promise<ChosenImage | null> {
  for (const { namespace, word } of meanings) {
    const image = (await byName(client, namespace, word)) ?? (await byDigest(client, namespace, word));
    if (image !== null) return { ...image, namespace };
  }
  return null;
}

/** The image whose name is the youngest; null when no name space has one. @throws as the client does */
export async function newestOf(client: Names, namespaces: readonly string[]): Promise<ChosenImage | null> {
  let newest: ChosenImage | null = null;
  for (const namespace of namespaces) {
    for (const image of await client.listImages(namespace)) {
      // Kubernetes gives each image its digest as a further name.
      if (image.name.startsWith("sha256:")) continue;
      if (newest === null || image.createdAt > newest.createdAt) newest = { ...image, namespace };
    }
  }
  return newest;
}

/** SOURCE_NOT_FOUND with the names that come near, of every name space. */
export async function notFound(client: Names, location: string): Promise<OciError> {
  const near: string[] = [];
  const namespaces = await client.listNamespaces();
  for (const namespace of namespaces) {
    for (const { name } of await client.listImages(namespace)) {
      if (isNear(name, location)) near.push(`${namespace}/${printable(name, 200)}`);
    }
  }
  const shown = near.slice(0, NEAR_MAX).join(", ");
  const spaces = namespaces.map((name) => printable(name, 80)).join(", ");
  const hint =
    near.length > 0
      ? `; it has: ${shown}${near.length > NEAR_MAX ? ", …" : ""}`
      : ` in the name spaces asked; there are: ${spaces === "" ? "none" : spaces}`;
  return new OciError("SOURCE_NOT_FOUND", `containerd has no image ${printable(location)}${hint}.`, {
    details: { near: shown, namespaces: spaces },
  });
}

/** What `containerd://` and these words may mean, the likeliest first. @throws as the client does */
export async function meaningsOf(
  client: Names,
  location: string,
  namespaces: readonly string[],
): Promise<readonly Meaning[]> {
  const whole = namespaces.map((namespace) => ({ namespace, word: location }));
  const slash = location.indexOf("/");
  if (slash <= 0) return whole;
  const first = location.slice(0, slash);
  const isOne = (await client.listNamespaces()).includes(first);
  return isOne ? [{ namespace: first, word: location.slice(slash + 1) }, ...whole] : whole;
}

/** As written, then in full: stores keep `docker.io/library/alpine:latest`. */
async function byName(client: Names, namespace: string, word: string): Promise<StoredImage | null> {
  if (word === "") return null;
  const exact = await client.findImage(namespace, word);
  if (exact !== null) return exact;
  const reference = referenceOf(word);
  if (reference === null) return null;
  const { repository, digest } = reference;
  const names = [formatReference(reference), ...(digest === null ? [] : [`${repository}@${digest}`])];
  for (const name of names) {
    const found = name === word ? null : await client.findImage(namespace, name);
    if (found !== null) return found;
  }
  if (digest === null) return null;
  const images = await client.listImages(namespace);
  return (
    images.find((image) => image.digest === digest && referenceOf(image.name)?.repository === repository) ??
    null
  );
}

/** By digest or its beginning; Kubernetes keeps images by the digests of their configs too, as names. */
async function byDigest(client: Names, namespace: string, word: string): Promise<StoredImage | null> {
  const hex = /^(?:sha256:)?([0-9a-f]{7,64})$/.exec(word)?.[1];
  if (hex === undefined) return null;
  const start = `sha256:${hex}`;
  const images = await client.listImages(namespace);
  const fitting = images.filter((image) => image.digest.startsWith(start) || image.name.startsWith(start));
  if (new Set(fitting.map((image) => image.digest)).size > 1) {
    const refs = fitting.map((image) => printable(image.digest, 100)).join(", ");
    throw new OciError("SOURCE_AMBIGUOUS", `Several images begin with ${word}: ${refs}.`, {
      details: { refs },
    });
  }
  // Of several names the one that a person gave.
  return fitting.find((image) => !image.name.startsWith("sha256:")) ?? fitting[0] ?? null;
}

/** The same repository under another tag or host, or one whose name is a part of the other. */
function isNear(name: string, location: string): boolean {
  const [stored, wanted] = [lastWord(name), lastWord(location)];
  if (isSameName(name, location) || stored === wanted) return true;
  const [short, long] = stored.length < wanted.length ? [stored, wanted] : [wanted, stored];
  return short.length >= NEAR_LENGTH_MIN && long.includes(short);
}

/** `registry.example.com/team/app:1` -> `app` */
function lastWord(name: string): string {
  const word = name.slice(name.lastIndexOf("/") + 1);
  return word.split(/[:@]/, 1)[0] ?? "";
}

export function referenceOf(name: string): ImageReference | null {
  try {
    return parseReference(name);
  } catch (error) {
    // A name that is no reference is found as it is written, or not at all.
    if (error instanceof OciError) return null;
    throw error;
  }
}
