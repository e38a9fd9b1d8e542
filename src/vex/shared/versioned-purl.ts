/** Versions that a document tells beside a package URL, as part of the package URL: without them it would mean every version. */

/** `pkg:oci/app?arch=amd64` and `1.2` -> `pkg:oci/app@1.2?arch=amd64`; what has a version, or is no package URL, stays as it is. */
export function withVersion(id: string, version: string | null): string {
  if (version === null || version === "" || !id.startsWith("pkg:")) return id;
  const end = id.search(/[?#]/);
  const [head, rest] = end === -1 ? [id, ""] : [id.slice(0, end), id.slice(end)];
  return hasVersion(id) ? id : `${head}@${encodeURIComponent(version.toWellFormed())}${rest}`;
}

/** Whether the package URL names a version. The `@` of a scope comes before a slash, or is written `%40`. */
export function hasVersion(purl: string): boolean {
  const path = purl.split(/[?#]/, 1)[0] ?? "";
  return /@[^/]/.test(path.slice(path.lastIndexOf("/")));
}
