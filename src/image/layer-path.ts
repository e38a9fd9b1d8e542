/**
 * Names in layers made into paths from the root of the image, and the whiteout marks among them.
 * Source: OCI image specification 1.1, layer.md ("Whiteouts", "Opaque Whiteout").
 */

/** `a/b` without leading or final slash; empty for the root itself; or why it must not be used. */
export type LayerPath = { readonly path: string } | { readonly refused: string };

// A segment that is empty, "." or "..", at any place; or a NUL.
const UNUSUAL = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;

/** Strips `./`, `/` and double slashes. A `..` or a NUL is refused: no runtime unpacks such a name as it stands. */
export function readLayerPath(stored: string): LayerPath {
  let end = stored.length;
  if (end > 0 && stored.charCodeAt(end - 1) === 0x2f) end -= 1;
  const start = stored.startsWith("./") ? 2 : 0;
  const path = start === 0 && end === stored.length ? stored : stored.slice(start, end);
  if (path !== "" && !UNUSUAL.test(path)) return { path };
  if (path.includes("\0")) return { refused: "a NUL in its name" };
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return { refused: "its name leads upwards" };
  return { path: segments.join("/") };
}

export type Mark =
  /** No mark: an entry like others. */
  | { readonly kind: "none" }
  /** `path` is gone. */
  | { readonly kind: "whiteout"; readonly path: string }
  /** What lower layers hold in the folder `path` is gone. */
  | { readonly kind: "opaque"; readonly path: string }
  /** Bookkeeping of old storage drivers (`.wh..wh.plnk`, `.wh..wh.aufs`). */
  | { readonly kind: "bookkeeping" }
  | { readonly kind: "refused"; readonly reason: string };

const NONE: Mark = { kind: "none" };

/** What the last segment marks, by its exact prefix `.wh.`; a name that only contains it marks nothing. */
export function readMark(path: string): Mark {
  const slash = path.lastIndexOf("/");
  if (!path.startsWith(".wh.", slash + 1)) return NONE;
  const folder = slash < 0 ? "" : path.slice(0, slash);
  const name = path.slice(slash + 1 + ".wh.".length);
  if (name === ".wh..opq") return { kind: "opaque", path: folder };
  if (name.startsWith(".wh.")) return { kind: "bookkeeping" };
  if (name === "" || name === "." || name === "..")
    return { kind: "refused", reason: "a whiteout without a name" };
  return { kind: "whiteout", path: slash < 0 ? name : `${folder}/${name}` };
}
