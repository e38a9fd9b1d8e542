/**
 * Where what modules ask about lies: in the image's own layout, or in a registry. A name that comes from the image itself decides
 * nothing: only registries that the module, its configuration or the user names are asked, and Docker Hub.
 */
import { resolve } from "node:path";
import type { ResolvedImage } from "../../../domain/image.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { printable } from "../../../domain/problem.ts";
import { createRegistryClient } from "../../../oci/client.ts";
import type { Content } from "../../../oci/content.ts";
import { folderFiles, openLayout } from "../../../oci/layout.ts";
import { parseReference } from "../../../oci/reference.ts";
import { registryContent } from "../../../oci/registry-content.ts";
import { fullName } from "../../../policies/rego/image-name.ts";
import { LAYOUT } from "../../../policies/rego/scout-facts.ts";
import type { CliContext } from "../../context.ts";
import type { ImageOptions } from "../../options/image.ts";
import { registryClient } from "../../registry-client.ts";
import { registryOptions } from "../../registry-options.ts";

export interface Place {
  readonly content: Content;
  /** Without tag and digest, as it was asked or in full. */
  readonly name: string;
  /** `sha256:…`; null: none was named. */
  readonly digest: string | null;
  readonly tag: string | null;
  /** It is the repository or the layout of the image that is judged. */
  readonly isOwn: boolean;
}

export interface PlaceRequest {
  readonly context: CliContext;
  readonly options: ImageOptions;
  readonly image: ResolvedImage;
}

const HUB = "docker.io";

/**
 * `texts`: those of the module and its configuration.
 * @throws PlimsollError REFERENCE_INVALID; USAGE where nobody may be asked; of opening a layout
 */
export async function findPlace(
  { context, options, image }: PlaceRequest,
  asked: string,
  texts: readonly string[],
): Promise<Place> {
  const own = image.repository ?? LAYOUT;
  // An image without a name is asked about by the empty one.
  const reference = parseReference(asked === "" || asked.startsWith("@") ? `${LAYOUT}${asked}` : asked);
  const { digest, tag, repository, registry } = reference;
  const isOwn = repository === own;
  const place = { name: repository, digest, tag, isOwn };
  if (isOwn && image.source === "oci-dir") {
    const folder = resolve(context.cwd, image.reference.replace(/^oci-dir:\/\//, ""));
    const { content } = await openLayout(folderFiles(folder), folder);
    return { ...place, content };
  }
  if (repository === LAYOUT) throw refused("the image has no name in a registry");
  if (context.config.isOffline) throw refused("PLIMSOLL_OFFLINE is set, so no registry was asked");
  const { referrerRepository } = options;
  const byUser = referrerRepository === undefined ? null : parseReference(referrerRepository).registry;
  const isNamed = isOwn || [HUB, registryOf(own), byUser].includes(registry) || isNamedIn(registry, texts);
  if (!isNamed) {
    throw refused(
      `the registry ${printable(registry)} is named neither by the module nor by its configuration`,
    );
  }
  // A sign-in that was given for the image itself is not sent elsewhere.
  const client = isOwn
    ? createRegistryClient(registryOptions(context, options, registry))
    : registryClient(context, options);
  return { ...place, content: registryContent(client, reference) };
}

function registryOf(repository: string): string {
  return repository.slice(0, repository.indexOf("/"));
}

function isNamedIn(registry: string, texts: readonly string[]): boolean {
  return texts.some((text) => {
    const name = fullName(text.trim().replace(/^https?:\/\//, ""));
    return name.startsWith(`${registry}/`) || text.trim() === registry;
  });
}

/** Told as the reason why there is no answer. */
export function refused(reason: string): PlimsollError {
  return new PlimsollError("USAGE", reason);
}
