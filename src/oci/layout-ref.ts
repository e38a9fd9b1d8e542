/**
 * Which image of a layout: by `--ref`, or the only one.
 */
import { formatPlatform } from "../domain/image.ts";
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";
import type { Descriptor, ImageIndex } from "./manifest.ts";
import { normalPlatform } from "./platform.ts";
import { formatReference, type ImageReference, parseReference } from "./reference.ts";
import { isArtifactEntry } from "./select-image.ts";

export interface LayoutChoice {
  /** `entry`: one index or manifest; `index`: the top itself lists the platforms of one image. */
  readonly root:
    | { readonly kind: "entry"; readonly entry: Descriptor }
    | { readonly kind: "index"; readonly index: ImageIndex };
  /** Canonical name, or null when only a tag or nothing is written. */
  readonly name: ImageReference | null;
  readonly tag: string | null;
}

/** @throws OciError SOURCE_NOT_FOUND, SOURCE_AMBIGUOUS (details `refs`), SOURCE_INVALID for an empty layout */
export function chooseInLayout(index: ImageIndex, ref: string | null): LayoutChoice {
  const images = index.entries.filter((entry) => !isArtifactEntry(entry));
  if (images.length === 0) throw new OciError("SOURCE_INVALID", "The layout holds no image.");
  const fitting = ref === null ? images : images.filter((entry) => isNamed(entry, ref));
  const [first] = fitting;
  if (first === undefined) {
    const refs = listRefs(images);
    throw new OciError("SOURCE_NOT_FOUND", `There is no ${printable(ref ?? "")}; there is: ${refs}.`, {
      details: { refs },
    });
  }
  const named = nameOf(first);
  if (new Set(fitting.map((entry) => entry.digest)).size === 1)
    return { root: { kind: "entry", entry: first }, ...named };
  if (arePlatformsOfOne(fitting)) {
    const rest = index.entries.filter((entry) => fitting.includes(entry) || isArtifactEntry(entry));
    return { root: { kind: "index", index: { ...index, entries: rest } }, ...named };
  }
  const refs = listRefs(fitting);
  throw new OciError("SOURCE_AMBIGUOUS", `There are several images: ${refs}.`, { details: { refs } });
}

/** Whether a name as stored, e.g. `docker.io/library/alpine:3.20`, is what `ref` means, e.g. `alpine:3.20`. */
export function isSameName(stored: string, ref: string): boolean {
  return stored === ref || (canonical(stored) ?? stored) === canonical(ref);
}

function canonical(text: string): string | null {
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}

function namesOf(entry: Descriptor): readonly string[] {
  const names = [
    entry.annotations["io.containerd.image.name"],
    entry.annotations["org.opencontainers.image.ref.name"],
  ];
  return names.flatMap((name) => (name === undefined || name === "" ? [] : [name]));
}

function isNamed(entry: Descriptor, ref: string): boolean {
  return entry.digest === ref || namesOf(entry).some((name) => isSameName(name, ref));
}

function nameOf(entry: Descriptor): Pick<LayoutChoice, "name" | "tag"> {
  for (const stored of namesOf(entry)) {
    // A bare word is a tag by the specification, not a repository of the hub.
    if (!/[/:@]/.test(stored)) return { name: null, tag: stored };
    if (canonical(stored) === null) continue;
    const name = parseReference(stored);
    return { name, tag: name.tag };
  }
  return { name: null, tag: null };
}

/** Each of another platform, and all of one name. */
function arePlatformsOfOne(entries: readonly Descriptor[]): boolean {
  const platforms = entries.map((entry) => entry.platform);
  const written = platforms.flatMap((platform) =>
    platform === null ? [] : [formatPlatform(normalPlatform(platform))],
  );
  const isDistinct = written.length === entries.length && new Set(written).size === entries.length;
  return isDistinct && new Set(entries.map((entry) => namesOf(entry).join(" "))).size === 1;
}

function listRefs(entries: readonly Descriptor[]): string {
  return entries.map((entry) => printable(namesOf(entry)[0] ?? entry.digest, 200)).join(", ");
}
