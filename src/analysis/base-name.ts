/** The name of a base image as documents write it. */
import type { BaseImage } from "../domain/image.ts";
import { parseReference } from "../oci/reference.ts";

/** An image by its canonical name; nothing is said of who named it. */
export type NamedImage = Pick<BaseImage, "name" | "tag" | "digest">;

/** The image that a reference names, or null for text that is none; `digest` wins over one in the reference. */
export function namedImage(reference: string, digest: string | null): NamedImage | null {
  try {
    const parsed = parseReference(reference);
    return { name: parsed.repository, tag: parsed.tag, digest: digest ?? parsed.digest };
  } catch {
    // A name that is no reference cannot be compared with anything: it is no evidence.
    return null;
  }
}
