/** Paths of images as addresses of SARIF. */

/** A path as a relative URI reference: every byte that is no plain letter, digit or separator is percent-encoded. */
export function pathUri(path: string): string {
  const uri = path
    .toWellFormed()
    .split("/")
    .filter((part) => part !== "")
    .map(encodeURIComponent)
    .join("/");
  return uri === "" ? "image" : uri;
}
